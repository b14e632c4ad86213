package io.weir.linux.process;

import io.weir.linux.libc.LibC;
import io.weir.net.IpAddress;
import io.weir.net.Protocol;

/** Exact queries over one netlink socket, in the network namespace it was opened in. Each is answered before the send returns: no call here waits. */
final class SocketDiag implements SocketTable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOSE_ON_EXEC = 3 | 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int ANSWER_CAPACITY = 8192;

    private final NativeBuffer request = new NativeBuffer(DiagMessage.REQUEST_LENGTH);
    private final NativeBuffer answer = new NativeBuffer(ANSWER_CAPACITY);
    private int socket;
    private int sequence;

    /** @throws IllegalStateException where the kernel has no sock_diag */
    SocketDiag() {
        socket = LibC.socket(AF_NETLINK, SOCK_RAW_CLOSE_ON_EXEC, NETLINK_SOCK_DIAG);
        if (socket < 0) {
            throw new IllegalStateException("no sock_diag socket (errno " + LibC.lastError()
                + "); the kernel needs CONFIG_INET_DIAG and CONFIG_INET_UDP_DIAG");
        }
    }

    @Override
    public boolean find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                        int interfaceIndex) {
        return exchange(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, interfaceIndex, false);
    }

    @Override
    public boolean findListener(long localHigh, long localLow, int localPort) {
        // From nowhere: no connection matches, and the kernel goes on as it does for a first packet.
        long nowhere = IpAddress.isIpv4(localHigh, localLow) ? IpAddress.MAPPED_PREFIX : 0;
        return exchange(Protocol.TCP, localHigh, localLow, localPort, 0, nowhere, 0, 0, true);
    }

    private boolean exchange(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                             int interfaceIndex, boolean listening) {
        if (socket < 0) {
            return false;
        }
        sequence++;
        DiagMessage.writeRequest(request.bytes(), sequence, protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort,
            interfaceIndex);
        if (LibC.send(socket, request.address(), DiagMessage.REQUEST_LENGTH, MSG_DONTWAIT) != DiagMessage.REQUEST_LENGTH) {
            return false;
        }
        while (true) {
            int length = (int) LibC.recv(socket, answer.address(), ANSWER_CAPACITY, MSG_DONTWAIT);
            if (length < 0) {
                return false;
            }
            if (DiagMessage.answers(answer.bytes(), length, sequence)) {
                return DiagMessage.namesSocket(answer.bytes(), length, listening);
            }
        }
    }

    @Override
    public long inode() {
        return DiagMessage.inode(answer.bytes());
    }

    @Override
    public int user() {
        return DiagMessage.user(answer.bytes());
    }

    @Override
    public long cookie() {
        return DiagMessage.cookie(answer.bytes());
    }

    @Override
    public void close() {
        if (socket >= 0) {
            LibC.close(socket);
            socket = -1;
        }
    }
}
