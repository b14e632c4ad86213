package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;

/** A wire on native epoll: registered once, edge-triggered, so that pausing, writing and half-closing cost no system call. */
final class EpollWire extends Wire implements EpollIoHandle {
    private static final int EPOLLHUP = 0x10;
    private static final EpollIoOps EVERYTHING = EpollIoOps.valueOf(Native.EPOLLIN | Native.EPOLLOUT | Native.EPOLLRDHUP | Native.EPOLLET);

    private final Socket socket;
    private final IoRegistration registration;
    private Pipes.Pipe pipe; // while there is something in it

    EpollWire(WireLoop loop, Socket socket, WireListener listener, boolean connecting) throws IOException {
        super(loop, listener, connecting);
        this.socket = socket;
        this.registration = loop.register(this, EVERYTHING);
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        int ready = ((EpollIoEvent) event).ops().value();
        ready((ready & Native.EPOLLIN) != 0, (ready & Native.EPOLLOUT) != 0, (ready & (Native.EPOLLRDHUP | EPOLLHUP)) != 0,
                (ready & Native.EPOLLERR) != 0);
    }

    @Override
    int receive(ByteBuf into) throws IOException {
        int count = socket.recvAddress(into.memoryAddress(), into.writerIndex(), into.capacity());
        if (count > 0) {
            into.writerIndex(into.writerIndex() + count);
        }
        return count;
    }

    @Override
    void send(ByteBuf from) throws IOException {
        from.skipBytes(socket.sendAddress(from.memoryAddress(), from.readerIndex(), from.writerIndex()));
    }

    @Override
    boolean canMoveTo(Wire target) {
        return target instanceof EpollWire;
    }

    private Pipes pipes() {
        return ((EpollLoop) loop).pipes();
    }

    @Override
    int moveIn() throws IOException {
        if (pipe == null) {
            pipe = pipes().take();
            if (pipe == null) {
                return -1;
            }
        }
        try {
            pipe.bytes = Native.splice(socket.intValue(), -1, pipe.in.intValue(), -1, Pipes.CAPACITY);
            return pipe.bytes;
        } finally {
            if (pipe.bytes == 0) {
                giveBackPipe();
            }
        }
    }

    @Override
    boolean moveOut(Wire target) throws IOException {
        int to = ((EpollWire) target).socket.intValue();
        while (pipe.bytes > 0) {
            int moved = Native.splice(pipe.out.intValue(), -1, to, -1, pipe.bytes);
            if (moved == 0) {
                return false;
            }
            pipe.bytes -= moved;
        }
        giveBackPipe();
        return true;
    }

    private void giveBackPipe() {
        if (pipe != null) {
            pipes().giveBack(pipe);
            pipe = null;
        }
    }

    @Override
    void finishConnect() throws IOException {
        int error = socket.getSoError();
        if (error != 0) {
            throw new NativeIoException("connect", -error, false);
        }
    }

    @Override
    void shutdownOutput() throws IOException {
        socket.shutdown(false, true);
    }

    @Override
    void wish(boolean reading, boolean writing) {
        // the kernel tells every change anyway
    }

    @Override
    void closeSocket(boolean withReset) {
        try {
            if (withReset) {
                socket.setSoLinger(0);
            }
            socket.close(); // takes it out of epoll too
        } catch (IOException e) {
            // close(2) frees the descriptor even then
        }
        registration.cancel();
        giveBackPipe();
    }

    /** The loop is shut down. */
    @Override
    public void close() {
        close(true);
    }
}
