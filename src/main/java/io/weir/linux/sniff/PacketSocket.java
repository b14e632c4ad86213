package io.weir.linux.sniff;

import io.weir.engine.EngineException;
import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A packet socket (packet(7)) that is shown the first packets of everything that leaves by any interface, and an event that ends its wait. */
final class PacketSocket implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int ETH_P_ALL = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;
    private static final int MSG_TRUNC = 0x20;
    private static final int POLLIN = 1;
    private static final int ADDRESS_BYTES = 20;
    private static final int BUFFER_BYTES = 8 << 20;

    private final int socket;
    private final int event;
    private final ByteBuffer small = LibC.memory(64);
    private final long smallAddress = LibC.addressOf(small);
    private final ByteBuffer one = LibC.memory(8).putLong(0, 1);
    private final long oneAddress = LibC.addressOf(one);

    /** @throws EngineException without the right to see packets */
    PacketSocket() {
        socket = LibC.socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (socket < 0) {
            int error = LibC.lastError();
            boolean noRights = error == LibC.EPERM || error == LibC.EACCES;
            throw new EngineException(noRights ? "no rights to see packets" : "no packet socket (errno " + error + ")",
                noRights ? "Run as root (CAP_NET_RAW)." : "Run a kernel with CONFIG_PACKET.");
        }
        event = LibC.eventfd(0, SOCK_NONBLOCK | SOCK_CLOEXEC);
        // the filter stands before the socket is bound, so that nothing else gets in
        ByteBuffer program = FirstPacketProgram.instructions();
        small.putShort(0, (short) FirstPacketProgram.length()).putLong(8, LibC.addressOf(program));
        require(LibC.setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, smallAddress, 16), "attaching its filter");
        small.putInt(0, BUFFER_BYTES);
        LibC.setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, smallAddress, 4);
        clearSmall();
        small.putShort(0, (short) AF_PACKET).order(ByteOrder.BIG_ENDIAN).putShort(2, (short) ETH_P_ALL).order(ByteOrder.nativeOrder());
        require(LibC.bind(socket, smallAddress, ADDRESS_BYTES), "binding it");
        program.clear(); // reachable until here: the kernel has copied it
    }

    private void clearSmall() {
        for (int i = 0; i < small.capacity(); i++) {
            small.put(i, (byte) 0);
        }
    }

    private void require(int result, String what) {
        if (result < 0) {
            int error = LibC.lastError();
            close();
            throw new EngineException("the packet socket failed when " + what + " (errno " + error + ")", "Report this with your kernel's version.");
        }
    }

    /** Takes one packet without waiting. @return its length, perhaps more than fits; negative errno */
    int receive(long address, int room) {
        small.putInt(32, ADDRESS_BYTES);
        long length = LibC.recvfrom(socket, address, room, MSG_TRUNC, smallAddress, smallAddress + 32);
        return length < 0 ? -LibC.lastError() : (int) length;
    }

    /** Interface the last packet leaves by. */
    int interfaceIndex() {
        return small.getInt(4);
    }

    /** Waits for a packet or {@link #wake}. @return whether it was woken; each wake is told once */
    boolean await(long timeoutNs) {
        small.putInt(0, socket).putShort(4, (short) POLLIN).putShort(6, (short) 0);
        small.putInt(8, event).putShort(12, (short) POLLIN).putShort(14, (short) 0);
        LibC.poll(smallAddress, 2, (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeoutNs / 1_000_000)));
        return LibC.read(event, smallAddress + 40, 8) == 8;
    }

    void wake() {
        LibC.write(event, oneAddress, 8);
    }

    /** Packets the kernel had no room for since this was asked last. */
    int lost() {
        small.putInt(48, 8);
        return LibC.getsockopt(socket, SOL_PACKET, PACKET_STATISTICS, smallAddress + 40, smallAddress + 48) < 0 ? 0 : small.getInt(44);
    }

    @Override
    public void close() {
        LibC.close(socket);
        if (event >= 0) {
            LibC.close(event);
        }
    }
}
