package io.weir.filter;

import java.nio.ByteBuffer;

/** What {@link Specialiser} leaves of a filter: tests of values, each knowing the next. Allocates nothing when run. */
final class Specialised {
    private static final int MOST_BITS = 1 << 16;
    /** Of all sets together; what does not fit is searched. */
    private static final int MOST_SET_WORDS = 4096;

    /** A test, or an end: objects, since reading their fields needs no check of bounds as reading array elements does. */
    private static final class Node {
        /** Of an end; null of a test. */
        private Evaluator.Outcome outcome;
        private int place;
        private int shift;
        private int mask;
        /** Values from here to {@code width} above lead inside, unless there is a set: then those of them that are in it. */
        private int lowest;
        private int width;
        private Node inside;
        private Node outside;
        private boolean ranged;
        /** From the lowest value on. */
        private long[] set;
        /** Instead of a large set: where values begin to be in it and where they end to be, in turn, from the lowest value on. */
        private int[] turns;
    }

    /** Packets of these the program is for. */
    final int facts;
    /** By the index of the test; then the ends. */
    private final Node[] nodes;
    private Node begin;
    private int setWords;

    Specialised(int facts, int tests) {
        this.facts = facts;
        nodes = new Node[tests + Evaluator.Outcome.values().length];
        for (Evaluator.Outcome outcome : Evaluator.Outcome.values()) {
            Node end = new Node();
            end.outcome = outcome;
            nodes[tests + outcome.ordinal()] = end;
        }
    }

    private Node node(int target) {
        int tests = nodes.length - Evaluator.Outcome.values().length;
        return switch (target) {
            case Instruction.ACCEPT -> nodes[tests + Evaluator.Outcome.MATCH.ordinal()];
            case Instruction.REJECT -> nodes[tests + Evaluator.Outcome.NO_MATCH.ordinal()];
            case Evaluator.ERROR_TARGET -> nodes[tests + Evaluator.Outcome.ERROR.ordinal()];
            default -> nodes[target];
        };
    }

    void beginAt(int target) {
        begin = node(target);
    }

    /** Adds a test, after those it leads to: are the values in every second interval from {@code first} to {@code last}? */
    void put(int test, Load load, Pieces split, int first, int last) {
        Node node = nodes[test] = new Node();
        long lowest = split.start(first);
        long width = split.end(last) - lowest;
        node.place = load.place();
        node.shift = load.shift();
        node.mask = load.mask();
        node.lowest = (int) lowest;
        node.width = (int) width;
        node.inside = node(split.target(first));
        node.outside = node(split.target(1 - first));
        node.ranged = first == last;
        int words = (int) (width >>> 6) + 1;
        if (node.ranged) {
            return;
        }
        if (width < MOST_BITS && setWords + words <= MOST_SET_WORDS) {
            setWords += words;
            node.set = bits(split, first, last, words);
        } else {
            node.turns = new int[last - first + 1];
            for (int i = first; i <= last; i++) {
                node.turns[i - first] = (int) (split.start(i) - lowest);
            }
        }
    }

    private static long[] bits(Pieces split, int first, int last, int words) {
        long[] out = new long[words];
        for (int i = first; i <= last; i += 2) {
            for (long value = split.start(i); value <= split.end(i); value++) {
                int bit = (int) (value - split.start(first));
                out[bit >>> 6] |= 1L << bit;
            }
        }
        return out;
    }

    Evaluator.Outcome run(FilterPacket packet, AddressData address, Evaluator evaluator) {
        ByteBuffer bytes = packet.buffer;
        int network = packet.offset;
        int transport = packet.transport;
        Node node = begin;
        while (node.outcome == null) {
            int place = node.place;
            int value;
            if (place >= 0) {
                value = bytes.getInt(((place & Load.TRANSPORT) != 0 ? transport : network) + (place & 0xff)) >>> node.shift & node.mask;
            } else {
                value = place == Load.PAYLOAD_LENGTH ? packet.payloadLength : other(place, packet, address, evaluator);
            }
            int above = value - node.lowest;
            if (Integer.compareUnsigned(above, node.width) <= 0 && (node.ranged || isIn(node, above))) {
                node = node.inside;
            } else {
                node = node.outside;
            }
        }
        return node.outcome;
    }

    private static int other(int place, FilterPacket packet, AddressData address, Evaluator evaluator) {
        return switch (place) {
            case Load.LENGTH -> packet.givenLength;
            case Load.PROTOCOL -> packet.protocol;
            default -> evaluator.holds(Load.GENERAL - place, address) ? 1 : 0;
        };
    }

    private static boolean isIn(Node node, int value) {
        if (node.set != null) {
            return (node.set[value >>> 6] >>> value & 1) != 0;
        }
        int[] turns = node.turns;
        int low = 0;
        int high = turns.length - 1;
        while (low < high) { // the last start that is not above the value
            int middle = low + high + 1 >>> 1;
            if (Integer.compareUnsigned(turns[middle], value) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return (low & 1) == 0;
    }
}
