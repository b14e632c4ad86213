package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;

/** A wire on the JDK's selector. */
final class NioWire extends Wire implements NioIoHandle {
    private final SocketChannel channel;
    private final LocalPorts.Claim claim;
    private final IoRegistration registration;

    /** @param claim on the port it is bound to; null for none */
    NioWire(WireLoop loop, SocketChannel channel, LocalPorts.Claim claim, WireListener listener, boolean connecting) throws IOException {
        super(loop, listener, connecting);
        this.channel = channel;
        this.claim = claim;
        this.registration = loop.register(this, connecting ? NioIoOps.CONNECT : NioIoOps.READ);
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        NioIoOps ready = ((NioIoEvent) event).ops();
        ready(ready.contains(NioIoOps.READ), ready.contains(NioIoOps.WRITE) || ready.contains(NioIoOps.CONNECT), false, false);
    }

    @Override
    int receive(ByteBuf into) throws IOException {
        return into.writeBytes(channel, into.writableBytes());
    }

    @Override
    void send(ByteBuf from) throws IOException {
        from.readBytes(channel, from.readableBytes());
    }

    @Override
    boolean canMoveTo(Wire target) {
        return false;
    }

    @Override
    int moveIn() {
        return -1;
    }

    @Override
    boolean moveOut(Wire target) {
        return true;
    }

    @Override
    void finishConnect() throws IOException {
        channel.finishConnect();
    }

    @Override
    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    void wish(boolean reading, boolean writing) {
        registration.submit(reading ? writing ? NioIoOps.READ_AND_WRITE : NioIoOps.READ : writing ? NioIoOps.WRITE : NioIoOps.NONE);
    }

    @Override
    void closeSocket(boolean withReset) {
        registration.cancel();
        try {
            if (withReset) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        } catch (IOException e) {
            // the descriptor is free even then
        }
        if (claim != null) {
            claim.release();
        }
    }

    /** The loop is shut down. */
    @Override
    public void close() {
        close(true);
    }
}
