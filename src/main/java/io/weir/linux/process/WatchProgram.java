package io.weir.linux.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The BPF program that notes who makes or connects a socket: map[socket cookie] = (process id, nanoseconds since boot). It lets everything pass.
 * Instructions are 8 bytes each (linux/bpf.h): operation, registers, offset, immediate.
 */
final class WatchProgram {
    /** Key: the socket's cookie. */
    static final int KEY_LENGTH = 8;
    /** Value: process id (8 bytes), time (8 bytes). */
    static final int VALUE_LENGTH = 16;

    private static final int INSTRUCTION = 8;
    private static final int INSTRUCTIONS = 17;

    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int LOAD_64 = 0x18;
    private static final int STORE_64 = 0x7b;
    private static final int MOVE = 0xbf;
    private static final int MOVE_IMMEDIATE = 0xb7;
    private static final int ADD_IMMEDIATE = 0x07;
    private static final int SHIFT_RIGHT_IMMEDIATE = 0x77;

    private static final int GET_SOCKET_COOKIE = 46;
    private static final int GET_CURRENT_PID_TGID = 14;
    private static final int KTIME_GET_BOOT_NS = 125;
    private static final int MAP_UPDATE = 2;
    private static final int SOURCE_IS_MAP = 1;

    private static final int STACK = 10;
    private static final int KEY = -8;
    private static final int TIME = -16;
    private static final int VALUE = -24;

    private final ByteBuffer code = ByteBuffer.allocate(INSTRUCTIONS * INSTRUCTION).order(ByteOrder.nativeOrder());

    private WatchProgram() {
    }

    /** The program for a map; the same for every place it is attached to. */
    static byte[] writingTo(int map) {
        WatchProgram program = new WatchProgram();
        // The context arrives in register 1, which is where the first call wants it. Results come in register 0.
        program.add(CALL, 0, 0, 0, GET_SOCKET_COOKIE);
        program.add(STORE_64, STACK, 0, KEY, 0);
        program.add(CALL, 0, 0, 0, GET_CURRENT_PID_TGID);
        program.add(SHIFT_RIGHT_IMMEDIATE, 0, 0, 0, 32);
        program.add(STORE_64, STACK, 0, VALUE, 0);
        program.add(CALL, 0, 0, 0, KTIME_GET_BOOT_NS);
        program.add(STORE_64, STACK, 0, TIME, 0);
        program.add(LOAD_64, 1, SOURCE_IS_MAP, 0, map);
        program.add(0, 0, 0, 0, 0);
        program.add(MOVE, 2, STACK, 0, 0);
        program.add(ADD_IMMEDIATE, 2, 0, 0, KEY);
        program.add(MOVE, 3, STACK, 0, 0);
        program.add(ADD_IMMEDIATE, 3, 0, 0, VALUE);
        program.add(MOVE_IMMEDIATE, 4, 0, 0, 0);
        program.add(CALL, 0, 0, 0, MAP_UPDATE);
        program.add(MOVE_IMMEDIATE, 0, 0, 0, 1);
        program.add(EXIT, 0, 0, 0, 0);
        return program.code.array();
    }

    private void add(int operation, int to, int from, int offset, int immediate) {
        boolean little = code.order() == ByteOrder.LITTLE_ENDIAN;
        code.put((byte) operation).put((byte) (little ? from << 4 | to : to << 4 | from)).putShort((short) offset).putInt(immediate);
    }
}
