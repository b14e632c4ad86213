package io.weir.linux.nfqueue;

import io.weir.engine.EngineException;
import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;

/** Sends whole IP packets through marked raw sockets, which are never captured. One thread. */
final class RawInjector implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int IPPROTO_RAW = 255;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_MARK = 36;

    private final int ipv4;
    private final int ipv6;
    private final ByteBuffer address = LibC.memory(28);
    private final long addressAt = LibC.addressOf(address);
    private final ByteBuffer copy = LibC.memory(65_536 + 64);
    private final long copyAt = LibC.addressOf(copy);

    RawInjector() {
        ipv4 = open(AF_INET);
        if (ipv4 < 0) {
            throw new EngineException("no raw socket (errno " + LibC.lastError() + ")", "Run as root (CAP_NET_RAW).");
        }
        ipv6 = open(AF_INET6); // negative where the kernel has no IPv6
    }

    private int open(int family) {
        int socket = LibC.socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
        if (socket >= 0) {
            option(socket, SO_MARK, Marks.OWN);
            option(socket, SO_SNDBUFFORCE, 4 << 20);
        }
        return socket;
    }

    private void option(int socket, int option, int value) {
        address.putInt(0, value);
        LibC.setsockopt(socket, SOL_SOCKET, option, addressAt, 4);
    }

    /** Sends a packet whose checksums are right. @return false when the kernel refused it */
    boolean send(ByteBuffer packet, int offset, int length) {
        if (length < 20 || length > 65_535) {
            return false;
        }
        copy.put(0, packet, offset, length);
        if ((copy.get(0) & 0xf0) != 0x60) {
            address.putShort(0, (short) AF_INET).putShort(2, (short) 0);
            address.put(4, copy, 16, 4).putLong(8, 0);
            return sent(ipv4, length, 16);
        }
        if (length < 40) {
            return false;
        }
        address.putShort(0, (short) AF_INET6).putShort(2, (short) 0).putInt(4, 0);
        address.put(8, copy, 24, 16).putInt(24, 0);
        return sent(ipv6, length, 28);
    }

    private boolean sent(int socket, int length, int addressLength) {
        return LibC.sendto(socket, copyAt, length, 0, addressAt, addressLength) == length;
    }

    @Override
    public void close() {
        close(ipv4);
        close(ipv6);
    }

    private static void close(int socket) {
        if (socket >= 0) {
            LibC.close(socket);
        }
    }
}
