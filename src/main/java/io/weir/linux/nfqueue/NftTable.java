package io.weir.linux.nfqueue;

import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Removes a table that iptables made in nf_tables for us: its OUTPUT chain, then itself, in one transaction. Non-recursive, so the kernel refuses,
 * and changes nothing, when anything of anybody's is in it; nothing happens either where iptables is the older one. (iptables itself cannot
 * remove a table, and leaves the hook of an empty chain in the way of every packet.)
 */
final class NftTable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 0x80003;
    private static final int NETLINK_NETFILTER = 12;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int NFTABLES = 10;
    private static final int DELETE_TABLE = NFTABLES << 8 | 2;
    private static final int DELETE_CHAIN = NFTABLES << 8 | 5;
    private static final int NON_RECURSIVE = 0x100;
    private static final int TABLE_NAME = 1;
    private static final int CHAIN_TABLE = 1;
    private static final int CHAIN_NAME = 3;

    private final ByteBuffer words = LibC.memory(512);
    private final int family;
    private int start;
    private int at;

    private NftTable(AddressFamily family) {
        this.family = family == AddressFamily.IPV4 ? AF_INET : AF_INET6;
    }

    /** The kernel has decided when the call returns; which way, the next iptables-save shows. */
    static void removeIfEmpty(AddressFamily family, String table) {
        new NftTable(family).remove(table);
    }

    private void remove(String table) {
        begin(BATCH_BEGIN, 0, 0, NFTABLES);
        end();
        begin(DELETE_CHAIN, NON_RECURSIVE, family, 0);
        text(CHAIN_TABLE, table);
        text(CHAIN_NAME, "OUTPUT");
        end();
        begin(DELETE_TABLE, NON_RECURSIVE, family, 0);
        text(TABLE_NAME, table);
        end();
        begin(BATCH_END, 0, 0, NFTABLES);
        end();
        int socket = LibC.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER);
        LibC.sendto(socket, LibC.addressOf(words), at, 0, 0, 0);
        LibC.close(socket);
    }

    private void begin(int type, int flags, int protocolFamily, int resource) {
        start = at;
        words.putShort(at + 4, (short) type).putShort(at + 6, (short) (QueueMessages.REQUEST | flags)).putLong(at + 8, 0);
        words.put(at + 16, (byte) protocolFamily).put(at + 17, (byte) 0);
        words.order(ByteOrder.BIG_ENDIAN).putShort(at + 18, (short) resource).order(ByteOrder.nativeOrder());
        at += QueueMessages.HEADERS;
    }

    private void text(int type, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        int length = QueueMessages.ATTRIBUTE_HEADER + bytes.length + 1;
        words.putShort(at, (short) length).putShort(at + 2, (short) type);
        words.put(at + QueueMessages.ATTRIBUTE_HEADER, bytes); // the terminating zero is there already
        at += QueueMessages.aligned(length);
    }

    private void end() {
        words.putInt(start, at - start);
    }
}
