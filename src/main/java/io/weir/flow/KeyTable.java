package io.weir.flow;

/**
 * From (protocol, source, destination) to a non-negative int: open addressing with linear probing over one array, 48 bytes a place, at most
 * half full, deletion by shifting back (no tombstones, so look-ups never grow slower). The hash is keyed: who does not know the seed cannot
 * choose ports that collide. Doubles until it has room for {@code maximum} keys.
 *
 * <pre>
 *  word 0   1   source address          word 4   protocol &lt;&lt; 32 | source port &lt;&lt; 16 | destination port
 *  word 2   3   destination address     word 5   upper half of the hash &lt;&lt; 32 | value + 1; 0: the place is free
 * </pre>
 */
class KeyTable {
    static final int MISSING = -1;
    static final int FULL = -2;
    private static final int WORDS = 6;
    private static final int LAST = 5;
    private static final int FIRST_PLACES = 1024;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final int maximum;
    private final long[] seeds = new long[5];
    private long[] words;
    private int mask;
    private int size;
    private long touched;

    KeyTable(int maximum, long seed) {
        this.maximum = maximum;
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = finish(seed + (i + 1) * GOLDEN) | 1;
        }
        int most = Integer.highestOneBit(Math.max(1, maximum * 2 - 1)) * 2;
        allocate(Math.min(FIRST_PLACES, most));
    }

    private void allocate(int places) {
        words = new long[places * WORDS];
        mask = places - 1;
    }

    private static long finish(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }

    static long ports(int protocol, int sourcePort, int destinationPort) {
        return (long) protocol << 32 | (long) sourcePort << 16 | destinationPort;
    }

    /** Overridden by a test that wants collisions. */
    long hash(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports) {
        long source = fold(sourceHigh ^ seeds[0], sourceLow ^ seeds[1]);
        long destination = fold(destinationHigh ^ seeds[2], destinationLow ^ seeds[3]);
        return fold(source ^ ports, Long.rotateLeft(destination, 32) ^ seeds[4]);
    }

    int size() {
        return size;
    }

    /** Places there are now, for tests of its growth. */
    int places() {
        return mask + 1;
    }

    int get(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports) {
        long hash = hash(sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        return get(hash, sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
    }

    /** @param hash of the key, as {@link #touch} gave it */
    int get(long hash, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports) {
        return (int) words[locate(hash, sourceHigh, sourceLow, destinationHigh, destinationLow, ports) + LAST] - 1;
    }

    /** Reads where the search for a key begins, so that it is in the cache when the search comes. @return the key's hash */
    long touch(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports) {
        long hash = hash(sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        int at = ((int) hash & mask) * WORDS;
        touched += words[at] ^ words[at + LAST]; // a place may lie across two cache lines; kept, lest the compiler leave it out
        return hash;
    }

    /** Index of the key's first word, or of the free place where the search ended. */
    private int locate(long hash, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports) {
        long[] table = words;
        int place = (int) hash & mask;
        while (true) {
            int at = place * WORDS;
            long last = table[at + LAST];
            if (last == 0 || (last ^ hash) >>> 32 == 0 && table[at + 4] == ports && table[at + 1] == sourceLow && table[at + 3] == destinationLow
                    && table[at] == sourceHigh && table[at + 2] == destinationHigh) {
                return at;
            }
            place = place + 1 & mask;
        }
    }

    /** @return {@link #MISSING} when the key was put, {@link #FULL} when there is no room, otherwise the value that is there already */
    int putIfAbsent(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports, int value) {
        long hash = hash(sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        int at = locate(hash, sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        if (words[at + LAST] != 0) {
            return (int) words[at + LAST] - 1;
        }
        if (size == maximum) {
            return FULL;
        }
        if (size >= places() / 2) {
            grow();
            at = locate(hash, sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        }
        words[at] = sourceHigh;
        words[at + 1] = sourceLow;
        words[at + 2] = destinationHigh;
        words[at + 3] = destinationLow;
        words[at + 4] = ports;
        words[at + LAST] = hash >>> 32 << 32 | value + 1;
        size++;
        return MISSING;
    }

    private void grow() {
        long[] old = words;
        allocate(places() * 2);
        for (int from = 0; from < old.length; from += WORDS) {
            if (old[from + LAST] != 0) {
                int place = home(old, from);
                while (words[place * WORDS + LAST] != 0) {
                    place = place + 1 & mask;
                }
                System.arraycopy(old, from, words, place * WORDS, WORDS);
            }
        }
    }

    private int home(long[] table, int at) {
        return (int) hash(table[at], table[at + 1], table[at + 2], table[at + 3], table[at + 4]) & mask;
    }

    /** @return was it there? */
    boolean remove(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports) {
        int at = locate(hash(sourceHigh, sourceLow, destinationHigh, destinationLow, ports),
                sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        if (words[at + LAST] == 0) {
            return false;
        }
        size--;
        closeGap(at / WORDS);
        return true;
    }

    /** Moves back every key of the run after {@code gap} whose home lies at or before the gap, so that no search ends too early. */
    private void closeGap(int gap) {
        int place = gap;
        while (true) {
            place = place + 1 & mask;
            int at = place * WORDS;
            if (words[at + LAST] == 0) {
                words[gap * WORDS + LAST] = 0;
                return;
            }
            int fromHome = place - home(words, at) & mask;
            if (fromHome >= (place - gap & mask)) {
                System.arraycopy(words, at, words, gap * WORDS, WORDS);
                gap = place;
            }
        }
    }
}
