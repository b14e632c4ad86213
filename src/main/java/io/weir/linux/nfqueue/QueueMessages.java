package io.weir.linux.nfqueue;

/** Numbers of linux/netlink.h, nfnetlink.h and nfnetlink_queue.h. Headers are in the machine's byte order, nfqueue's own numbers big-endian. */
final class QueueMessages {
    static final int NETLINK_HEADER = 16;
    /** Netlink and nfnetlink header together. */
    static final int HEADERS = 20;
    static final int ATTRIBUTE_HEADER = 4;

    static final int ACKNOWLEDGMENT = 2; // NLMSG_ERROR
    static final int PACKET = 3 << 8;
    static final int VERDICT = 3 << 8 | 1;
    static final int CONFIG = 3 << 8 | 2;
    static final int REQUEST = 1;
    static final int WITH_ACKNOWLEDGMENT = 4;

    static final int PACKET_HEADER = 1;
    static final int VERDICT_HEADER = 2;
    static final int MARK = 3;
    static final int OUTGOING_INTERFACE = 6;
    static final int PAYLOAD = 10;
    static final int FULL_LENGTH = 13;
    static final int SKB_INFO = 14;

    static final int SKB_CHECKSUM_NOT_READY = 1;
    static final int SKB_GSO = 2;

    static final int CONFIG_COMMAND = 1;
    static final int CONFIG_PARAMETERS = 2;
    static final int CONFIG_QUEUE_LENGTH = 3;
    static final int CONFIG_MASK = 4;
    static final int CONFIG_FLAGS = 5;
    static final int COMMAND_BIND = 1;
    static final int COMMAND_UNBIND = 2;
    static final int COPY_PACKET = 2;
    static final int FLAG_FAIL_OPEN = 1;
    static final int FLAG_GSO = 4;

    static final int DROP = 0;
    static final int ACCEPT = 1;
    static final int REPEAT = 4;

    private QueueMessages() {
    }

    static int aligned(int length) {
        return length + 3 & ~3;
    }
}
