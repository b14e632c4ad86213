package io.weir.stage;

import io.weir.flow.Translation;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the deciding stage noted for the stages behind it: an action per packet of the batch, and whole packets of ours in a bounded arena that go out
 * before the batch, in order. Everything behind decide reads only this and immutable {@link Translation}s.
 */
final class Plan {
    static final byte PASS = 0;
    static final byte RELEASE = 1;
    static final byte WITHHOLD = 2;
    static final byte TO_RELAY = 3;
    static final byte TO_APPLICATION = 4;

    private static final int ARENA_BYTES = 64 * 1024;
    private static final int MOST_INJECTIONS = 512;
    private static final byte[] NO_ACTIONS = {};

    private final ByteBuffer arena = ByteBuffer.allocateDirect(ARENA_BYTES);
    private final int[] offset = new int[MOST_INJECTIONS];
    private final int[] length = new int[MOST_INJECTIONS];
    private final boolean[] outbound = new boolean[MOST_INJECTIONS];
    private final int[] interfaceIndex = new int[MOST_INJECTIONS];
    private final int[] subInterfaceIndex = new int[MOST_INJECTIONS];
    private final Translation[] begun = new Translation[1];
    private final Translation[] over = new Translation[MOST_INJECTIONS];
    private byte[] actions = NO_ACTIONS;
    private Translation[] translations = {};
    private int arenaUsed;
    private int injections;
    private int begunCount;
    private int overCount;

    /**
     * Empty again, for a batch of {@code packets}, which all pass.
     *
     * @param capacity the most packets a batch like this may hold: what room is made for
     */
    void clear(int packets, int capacity) {
        arenaUsed = 0;
        injections = 0;
        begunCount = 0;
        overCount = 0;
        if (actions.length < capacity) {
            actions = new byte[capacity];
            translations = new Translation[capacity];
        }
        Arrays.fill(actions, 0, packets, PASS);
    }

    void act(int packet, byte action) {
        actions[packet] = action;
    }

    void translate(int packet, byte action, Translation translation) {
        actions[packet] = action;
        translations[packet] = translation;
    }

    byte action(int packet) {
        return actions[packet];
    }

    Translation translation(int packet) {
        return translations[packet];
    }

    /** The buffer to build into, at {@link #at}. */
    ByteBuffer arena() {
        return arena;
    }

    int at() {
        return arenaUsed;
    }

    boolean hasRoomFor(int bytes) {
        return injections < MOST_INJECTIONS && arenaUsed + bytes <= ARENA_BYTES;
    }

    /** What was built at {@link #at} goes out. */
    void inject(int bytes, boolean out, int interfaceNumber, int subInterfaceNumber) {
        offset[injections] = arenaUsed;
        length[injections] = bytes;
        outbound[injections] = out;
        interfaceIndex[injections] = interfaceNumber;
        subInterfaceIndex[injections] = subInterfaceNumber;
        injections++;
        arenaUsed += bytes;
    }

    /** A redirected TCP flow begins: the engine must know of it before its first packet. One dial succeeds per slot. */
    void begin(Translation translation) {
        begun[begunCount++] = translation;
    }

    int begunCount() {
        return begunCount;
    }

    Translation begun(int index) {
        return begun[index];
    }

    /** A redirected TCP flow is over; what finds no room is left to the kernel's own time-outs. */
    void end(Translation translation) {
        if (overCount < over.length) {
            over[overCount++] = translation;
        }
    }

    int overCount() {
        return overCount;
    }

    Translation over(int index) {
        return over[index];
    }

    int injections() {
        return injections;
    }

    int offset(int injection) {
        return offset[injection];
    }

    int length(int injection) {
        return length[injection];
    }

    boolean outbound(int injection) {
        return outbound[injection];
    }

    int interfaceIndex(int injection) {
        return interfaceIndex[injection];
    }

    int subInterfaceIndex(int injection) {
        return subInterfaceIndex[injection];
    }
}
