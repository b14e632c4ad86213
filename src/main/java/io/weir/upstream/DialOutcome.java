package io.weir.upstream;

import io.netty.buffer.ByteBuf;

/** Hears once what became of a dial that was not cancelled; on the dial's event loop. */
public interface DialOutcome {

    /**
     * The tunnel stands. Give the wire another listener before returning.
     *
     * @param early bytes of the tunnel that came with the handshake's last answer; valid during the call only
     */
    void connected(Wire wire, ByteBuf early);

    void failed(DialFailure failure);
}
