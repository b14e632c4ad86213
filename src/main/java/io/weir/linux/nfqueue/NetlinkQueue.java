package io.weir.linux.nfqueue;

import io.weir.engine.EngineException;
import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One netlink socket bound to two NFQUEUE numbers: batches of packets come in by one call, their verdicts go out by one. Another thread may
 * {@link #nudge} it; the nudge is a message to the socket itself, so waiting for packets and for nudges is one call.
 */
final class NetlinkQueue implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_NETFILTER = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SOL_NETLINK = 270;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int NETLINK_NO_ENOBUFS = 5;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_WAITFORONE = 0x10000;
    private static final int SOCKET_BUFFER_BYTES = 32 << 20;
    private static final int QUEUE_PACKETS = 16384;
    private static final int MMSGHDR = 64;
    private static final int IOVEC = 16;
    /** The nudge: a netlink "no operation" of headers only. */
    private static final int NUDGE_TYPE = 1;

    private final int socket;
    private final int nudger;
    private final ByteBuffer receiveVectors = LibC.memory(NfqueueBatch.SLOTS * (MMSGHDR + IOVEC));
    private final ByteBuffer sendVectors = LibC.memory(NfqueueBatch.SLOTS * IOVEC);
    private final long receiveAddress = LibC.addressOf(receiveVectors);
    private final long sendAddress = LibC.addressOf(sendVectors);
    private final ByteBuffer nudge = LibC.memory(QueueMessages.HEADERS + 12);
    private final long nudgeAddress = LibC.addressOf(nudge);
    private final ByteBuffer small = LibC.memory(256);
    private NfqueueBatch prepared;
    private long timeoutNs = Long.MIN_VALUE;

    /**
     * @param onOverloadPass the guarded queue fails open too
     * @throws EngineException when the kernel refuses: no rights, no NFQUEUE, or one of the numbers is taken
     */
    NetlinkQueue(int guardedQueue, int openQueue, boolean onOverloadPass) {
        socket = LibC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
        if (socket < 0) {
            throw new EngineException("no netfilter netlink socket (errno " + LibC.lastError() + ")",
                    "Run a kernel with CONFIG_NETFILTER_NETLINK_QUEUE.");
        }
        nudger = LibC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
        try {
            open(guardedQueue, openQueue, onOverloadPass);
        } catch (EngineException e) {
            close();
            throw e;
        }
    }

    private void open(int guardedQueue, int openQueue, boolean onOverloadPass) {
        ByteBuffer address = LibC.memory(12);
        address.putShort(0, (short) AF_NETLINK);
        LibC.bind(socket, LibC.addressOf(address), 12);
        option(SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER_BYTES);
        option(SOL_SOCKET, SO_SNDBUFFORCE, SOCKET_BUFFER_BYTES);
        option(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1);
        for (int queue : new int[] {guardedQueue, openQueue}) {
            configure(queue, QueueMessages.CONFIG_COMMAND, new byte[] {QueueMessages.COMMAND_BIND, 0, 0, 0});
            configure(queue, QueueMessages.CONFIG_PARAMETERS, new byte[] {0, 0, (byte) 0xff, (byte) 0xff, QueueMessages.COPY_PACKET});
            configure(queue, QueueMessages.CONFIG_QUEUE_LENGTH, bigEndian(QUEUE_PACKETS));
            int flags = QueueMessages.FLAG_GSO | (queue == openQueue || onOverloadPass ? QueueMessages.FLAG_FAIL_OPEN : 0);
            configureFlags(queue, flags);
        }
        LibC.getsockname(socket, LibC.addressOf(address), lengthPointer(12));
        nudge.putShort(0, (short) AF_NETLINK);
        nudge.putInt(4, address.getInt(4));
        nudge.putInt(12, QueueMessages.NETLINK_HEADER);
        nudge.putShort(16, (short) NUDGE_TYPE);
    }

    private long lengthPointer(int length) {
        small.putInt(0, length);
        return LibC.addressOf(small);
    }

    private void option(int level, int option, int value) {
        small.putInt(0, value);
        LibC.setsockopt(socket, level, option, LibC.addressOf(small), 4);
    }

    private static byte[] bigEndian(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private void configureFlags(int queue, int flags) {
        ByteBuffer message = message(queue);
        attribute(message, QueueMessages.CONFIG_FLAGS, bigEndian(flags));
        attribute(message, QueueMessages.CONFIG_MASK, bigEndian(flags));
        exchange(message, queue);
    }

    private void configure(int queue, int attribute, byte[] value) {
        ByteBuffer message = message(queue);
        attribute(message, attribute, value);
        exchange(message, queue);
    }

    private static ByteBuffer message(int queue) {
        ByteBuffer message = LibC.memory(128);
        message.position(QueueMessages.NETLINK_HEADER).put((byte) 0).put((byte) 0);
        message.order(ByteOrder.BIG_ENDIAN).putShort((short) queue).order(ByteOrder.nativeOrder());
        return message;
    }

    private static void attribute(ByteBuffer message, int type, byte[] value) {
        int next = message.position() + QueueMessages.aligned(QueueMessages.ATTRIBUTE_HEADER + value.length);
        message.putShort((short) (QueueMessages.ATTRIBUTE_HEADER + value.length)).putShort((short) type).put(value).position(next);
    }

    /** Sends one configuration message and waits for the kernel's answer. */
    private void exchange(ByteBuffer message, int queue) {
        int length = message.position();
        message.putInt(0, length).putShort(4, (short) QueueMessages.CONFIG)
                .putShort(6, (short) (QueueMessages.REQUEST | QueueMessages.WITH_ACKNOWLEDGMENT));
        int error = LibC.sendto(socket, LibC.addressOf(message), length, 0, 0, 0) < 0 ? LibC.lastError() : answer();
        if (error == LibC.EPERM) {
            throw new EngineException("queue " + queue + " was refused: no rights to divert packets, or another program holds the queue",
                    "Run as root (CAP_NET_ADMIN), end the other Weir, or choose another linux.queue.");
        }
        if (error != 0) {
            throw new EngineException("queue " + queue + " was refused by the kernel (errno " + error + ")",
                    error == 16 ? "Another program holds it: end it, or choose another linux.queue."
                            : "Run a kernel with CONFIG_NETFILTER_NETLINK_QUEUE (module nfnetlink_queue).");
        }
    }

    /** errno of the acknowledgment; packets that come before it, from a queue bound a moment ago, are skipped and so dropped at close. */
    private int answer() {
        for (int tries = 0; tries < 1000; tries++) {
            long length = LibC.recv(socket, LibC.addressOf(small), small.capacity(), 0);
            if (length < 0 && LibC.lastError() != LibC.EINTR) {
                return LibC.lastError();
            }
            if (length >= QueueMessages.HEADERS && small.getShort(4) == QueueMessages.ACKNOWLEDGMENT) {
                return -small.getInt(QueueMessages.NETLINK_HEADER);
            }
        }
        return LibC.EAGAIN;
    }

    /**
     * Waits for messages and appends their packets to the batch.
     *
     * @return messages received, packets or not; negative errno
     */
    int receive(NfqueueBatch batch, boolean wait, long waitNs) {
        if (wait && waitNs != timeoutNs) {
            timeout(waitNs);
        }
        if (prepared != batch) {
            prepare(batch);
        }
        int count = LibC.recvmmsg(socket, receiveAddress, NfqueueBatch.SLOTS, wait ? MSG_WAITFORONE : MSG_DONTWAIT, 0);
        if (count < 0) {
            return -LibC.lastError();
        }
        batch.clear(System.nanoTime());
        for (int i = 0; i < count; i++) {
            batch.accept(i, receiveVectors.getInt(i * MMSGHDR + 56));
        }
        return count;
    }

    private void timeout(long waitNs) {
        timeoutNs = waitNs;
        long microseconds = Math.max(1, Math.min(waitNs, 3_600_000_000_000L) / 1000); // zero would mean for ever
        small.putLong(0, microseconds / 1_000_000).putLong(8, microseconds % 1_000_000);
        LibC.setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, LibC.addressOf(small), 16);
    }

    private void prepare(NfqueueBatch batch) {
        prepared = batch;
        int vectors = NfqueueBatch.SLOTS * MMSGHDR;
        for (int i = 0; i < NfqueueBatch.SLOTS; i++) {
            receiveVectors.putLong(vectors + i * IOVEC, batch.slotAddress(i)).putLong(vectors + i * IOVEC + 8, NfqueueBatch.SLOT_BYTES);
            receiveVectors.putLong(i * MMSGHDR + 16, receiveAddress + vectors + i * IOVEC).putLong(i * MMSGHDR + 24, 1);
        }
    }

    /** Enters one verdict message into the next send. */
    void enter(int position, NfqueueBatch batch, int start) {
        sendVectors.putLong(position * IOVEC, batch.address(start)).putLong(position * IOVEC + 8, batch.messageBytes(start));
    }

    /** Sends what was entered; if the kernel will not take them together, one by one. @return how many it refused */
    int send(int count) {
        if (LibC.writev(socket, sendAddress, count) >= 0) {
            return 0;
        }
        int refused = 0;
        for (int i = 0; i < count; i++) {
            if (LibC.writev(socket, sendAddress + (long) i * IOVEC, 1) < 0) {
                refused++;
            }
        }
        return refused;
    }

    /** Makes a waiting {@link #receive} return. Any thread; never waits: where there is no room for the nudge, packets make it return. */
    void nudge() {
        LibC.sendto(nudger, nudgeAddress + 12, QueueMessages.NETLINK_HEADER, MSG_DONTWAIT, nudgeAddress, 12);
    }

    /** Closes the sockets; the kernel drops what still waits for a verdict. */
    @Override
    public void close() {
        LibC.close(socket);
        if (nudger >= 0) {
            LibC.close(nudger);
        }
    }
}
