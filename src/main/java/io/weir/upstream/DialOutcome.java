package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** Hears once what became of a dial that was not cancelled; on the dial's event loop. */
public interface DialOutcome {

    /**
     * The tunnel stands. The channel has no handler left: add one before returning.
     *
     * @param early bytes of the tunnel that came with the handshake's last answer, null when none; the receiver releases them
     */
    void connected(Channel channel, ByteBuf early);

    void failed(DialFailure failure);
}
