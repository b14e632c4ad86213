package io.weir.linux.nfqueue;

import io.weir.engine.EngineException;
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

    private final int tracked4;
    private final int untracked4;
    private final int tracked6;
    private final int untracked6;
    private final ByteBuffer address = LibC.memory(28);
    private final long addressAt = LibC.addressOf(address);
    private final ByteBuffer copy = LibC.memory(65_536 + 64);
    private final long copyAt = LibC.addressOf(copy);

    RawInjector() {
        tracked4 = open(AF_INET, Marks.OWN);
        untracked4 = open(AF_INET, Marks.OWN | Marks.UNTRACKED);
        if (tracked4 < 0 || untracked4 < 0) {
            int error = LibC.lastError();
            close(tracked4);
            throw new EngineException("no raw socket (errno " + error + ")", "Run as root (CAP_NET_RAW).");
        }
        tracked6 = open(AF_INET6, Marks.OWN); // negative where the kernel has no IPv6
        untracked6 = open(AF_INET6, Marks.OWN | Marks.UNTRACKED);
    }

    private int open(int family, int mark) {
        int socket = LibC.socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
        if (socket >= 0) {
            option(socket, SO_MARK, mark);
            option(socket, SO_SNDBUFFORCE, 4 << 20);
        }
        return socket;
    }

    private void option(int socket, int option, int value) {
        address.putInt(0, value);
        LibC.setsockopt(socket, SOL_SOCKET, option, addressAt, 4);
    }

    /**
     * Sends a packet whose checksums are right.
     *
     * @param leaving it goes on to the network and conntrack should know of it; otherwise it only crosses this machine
     * @return false when the kernel refused it
     */
    boolean send(ByteBuffer packet, int offset, int length, boolean leaving) {
        if (length < 20 || length > 65_535) {
            return false;
        }
        copy.put(0, packet, offset, length);
        boolean ipv6 = (copy.get(0) & 0xf0) == 0x60;
        if (ipv6 && length < 40) {
            return false;
        }
        boolean tracked = leaving && !towardsLoopback(ipv6);
        if (ipv6) {
            address.putShort(0, (short) AF_INET6).putShort(2, (short) 0).putInt(4, 0);
            address.put(8, copy, 24, 16).putInt(24, 0);
            return sent(tracked ? tracked6 : untracked6, length, 28);
        }
        address.putShort(0, (short) AF_INET).putShort(2, (short) 0);
        address.put(4, copy, 16, 4).putLong(8, 0);
        return sent(tracked ? tracked4 : untracked4, length, 16);
    }

    private boolean sent(int socket, int length, int addressLength) {
        return LibC.sendto(socket, copyAt, length, 0, addressAt, addressLength) == length;
    }

    private boolean towardsLoopback(boolean ipv6) {
        if (!ipv6) {
            return copy.get(16) == 127;
        }
        return copy.getLong(24) == 0 && copy.get(39) == 1 && copy.getInt(32) == 0 && copy.get(36) == 0 && copy.get(37) == 0 && copy.get(38) == 0;
    }

    @Override
    public void close() {
        close(tracked4);
        close(untracked4);
        close(tracked6);
        close(untracked6);
    }

    private static void close(int socket) {
        if (socket >= 0) {
            LibC.close(socket);
        }
    }
}
