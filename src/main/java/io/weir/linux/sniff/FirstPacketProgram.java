package io.weir.linux.sniff;

import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;

/**
 * A classic BPF program for a packet socket that is shown packets from their IP header on: of what leaves this machine other than by loopback it
 * lets through SYNs that open a connection, UDP datagrams, and IPv6 packets whose extension headers hide which they are. Later segments of a
 * connection never reach this process.
 */
final class FirstPacketProgram {
    static final int INSTRUCTION_BYTES = 8;
    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_BYTE_INDEXED = 0x50;
    private static final int INDEX_IPV4_HEADER = 0xb1;
    private static final int AND = 0x54;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_ANY = 0x45;
    private static final int RETURN = 0x06;
    /** Ancillary data of {@code linux/filter.h}. */
    private static final int PACKET_TYPE = -0x1000 + 4;
    private static final int HARDWARE_TYPE = -0x1000 + 28;
    private static final int PACKET_OUTGOING = 4;
    private static final int LOOPBACK_HARDWARE = 772;
    private static final int WHOLE_PACKET = 0x40000;
    private static final int SYN_ACK_RST = 0x16;
    private static final int SYN = 0x02;

    /** Code, jump if true, jump if false (both relative), operand. */
    private static final int[][] PROGRAM = {
        /*  0 */ {LOAD_WORD, 0, 0, PACKET_TYPE},
        /*  1 */ {IF_EQUAL, 0, 28, PACKET_OUTGOING},
        /*  2 */ {LOAD_HALF, 0, 0, HARDWARE_TYPE},
        /*  3 */ {IF_EQUAL, 26, 0, LOOPBACK_HARDWARE},
        /*  4 */ {LOAD_BYTE, 0, 0, 0},
        /*  5 */ {AND, 0, 0, 0xf0},
        /*  6 */ {IF_EQUAL, 1, 0, 0x40},
        /*  7 */ {IF_EQUAL, 9, 22, 0x60},
        // IPv4: no fragment but the first
        /*  8 */ {LOAD_HALF, 0, 0, 6},
        /*  9 */ {IF_ANY, 20, 0, 0x1fff},
        /* 10 */ {LOAD_BYTE, 0, 0, 9},
        /* 11 */ {IF_EQUAL, 17, 0, 17},
        /* 12 */ {IF_EQUAL, 0, 17, 6},
        /* 13 */ {INDEX_IPV4_HEADER, 0, 0, 0},
        /* 14 */ {LOAD_BYTE_INDEXED, 0, 0, 13},
        /* 15 */ {AND, 0, 0, SYN_ACK_RST},
        /* 16 */ {IF_EQUAL, 12, 13, SYN},
        // IPv6
        /* 17 */ {LOAD_BYTE, 0, 0, 6},
        /* 18 */ {IF_EQUAL, 10, 0, 17},
        /* 19 */ {IF_EQUAL, 6, 0, 6},
        /* 20 */ {IF_EQUAL, 8, 0, 0},
        /* 21 */ {IF_EQUAL, 7, 0, 43},
        /* 22 */ {IF_EQUAL, 6, 0, 44},
        /* 23 */ {IF_EQUAL, 5, 0, 51},
        /* 24 */ {IF_EQUAL, 4, 0, 60},
        /* 25 */ {IF_EQUAL, 3, 4, 135},
        /* 26 */ {LOAD_BYTE, 0, 0, 53},
        /* 27 */ {AND, 0, 0, SYN_ACK_RST},
        /* 28 */ {IF_EQUAL, 0, 1, SYN},
        /* 29 */ {RETURN, 0, 0, WHOLE_PACKET},
        /* 30 */ {RETURN, 0, 0, 0},
    };

    private FirstPacketProgram() {
    }

    static int length() {
        return PROGRAM.length;
    }

    /** The instructions as {@code struct sock_filter} in native memory. */
    static ByteBuffer instructions() {
        ByteBuffer out = LibC.memory(PROGRAM.length * INSTRUCTION_BYTES);
        for (int[] instruction : PROGRAM) {
            out.putShort((short) instruction[0]).put((byte) instruction[1]).put((byte) instruction[2]).putInt(instruction[3]);
        }
        return out.flip();
    }
}
