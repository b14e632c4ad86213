package io.weir.filter;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Runs a compiled filter over packets and events with the answers of {@code WinDivertHelperEvalFilter}. Every comparison of a 32-bit field is one
 * unsigned range check, and where a header is absent all tests on it are skipped in one step. Allocates nothing; one thread at a time.
 */
public final class Evaluator {
    /** What WinDivertHelperEvalFilter says. */
    public enum Outcome {
        MATCH, NO_MATCH,
        /** The filter cannot be applied: not an IP packet, or it disagrees with the address data, or a field does not exist at the layer. */
        ERROR
    }

    private static final int ERROR_TARGET = -1;

    private final Layer layer;
    private final Field[] field;
    private final int[] header;
    private final boolean[] wide;
    /** Narrow fields: the range of values that leads to {@link #inside}. */
    private final int[] lowest;
    private final int[] width;
    private final boolean[] inverted;
    private final int[] inside;
    private final int[] outside;
    private final int[] absent;
    private final int[] failure;
    private final Comparison[] comparison;
    private final boolean[] negative;
    private final long[] valueHigh;
    private final long[] valueLow;
    private final int[] byteIndex;
    private final FilterPacket packet = new FilterPacket();
    private int lastTest;

    public Evaluator(Filter filter) {
        layer = filter.layer();
        List<Instruction> program = filter.program();
        int count = program.size();
        field = new Field[count];
        header = new int[count];
        wide = new boolean[count];
        lowest = new int[count];
        width = new int[count];
        inverted = new boolean[count];
        inside = new int[count];
        outside = new int[count];
        absent = new int[count];
        failure = new int[count];
        comparison = new Comparison[count];
        negative = new boolean[count];
        valueHigh = new long[count];
        valueLow = new long[count];
        byteIndex = new int[count];
        for (int i = count - 1; i >= 0; i--) {
            place(i, program.get(i));
        }
    }

    private void place(int i, Instruction test) {
        field[i] = test.field();
        header[i] = headerBit(test.field().header());
        wide[i] = isWide(test.field());
        comparison[i] = test.comparison();
        negative[i] = test.negative();
        valueHigh[i] = test.value().high();
        valueLow[i] = test.value().low();
        byteIndex[i] = test.byteIndex();
        boolean exists = test.field().existsAt(layer);
        int next = exists ? test.failure() : ERROR_TARGET;
        failure[i] = next;
        absent[i] = header[i] != 0 && next >= 0 && next < field.length && header[next] == header[i] ? absent[next] : next;
        inside[i] = exists ? test.success() : ERROR_TARGET;
        outside[i] = next;
        if (!wide[i]) {
            range(i, test);
        }
    }

    /** Turns a comparison with a number of at most 32 bits into a range; only the low word counts, as in the driver. */
    private void range(int i, Instruction test) {
        long value = test.value().low() & 0xffff_ffffL;
        long from = 0;
        long to = 0xffff_ffffL;
        if (test.negative()) { // every value is above every negative number
            inverted[i] = switch (test.comparison()) {
                case EQUAL, LESS, LESS_OR_EQUAL -> true;
                default -> false;
            };
        } else {
            switch (test.comparison()) {
                case EQUAL, NOT_EQUAL -> {
                    from = to = value;
                    inverted[i] = test.comparison() == Comparison.NOT_EQUAL;
                }
                case LESS, GREATER_OR_EQUAL -> {
                    from = value;
                    inverted[i] = test.comparison() == Comparison.LESS;
                }
                default -> {
                    to = value;
                    inverted[i] = test.comparison() == Comparison.GREATER;
                }
            }
        }
        lowest[i] = (int) from;
        width[i] = (int) (to - from);
        if (inverted[i]) {
            int swap = inside[i];
            inside[i] = outside[i];
            outside[i] = swap;
        }
    }

    private static boolean isWide(Field field) {
        return switch (field) {
            case IP_SRC_ADDR, IP_DST_ADDR, IPV6_SRC_ADDR, IPV6_DST_ADDR, LOCAL_ADDR, REMOTE_ADDR,
                ENDPOINT_ID, PARENT_ENDPOINT_ID, TIMESTAMP, PRIORITY -> true;
            default -> false;
        };
    }

    private static int headerBit(Field header) {
        if (header == null) {
            return 0;
        }
        return switch (header) {
            case IP -> FilterPacket.IP;
            case IPV6 -> FilterPacket.IPV6;
            case ICMP -> FilterPacket.ICMP;
            case ICMPV6 -> FilterPacket.ICMPV6;
            case TCP -> FilterPacket.TCP;
            default -> FilterPacket.UDP;
        };
    }

    /** Applies the filter to a packet (NETWORK layers). */
    public Outcome evaluate(ByteBuffer bytes, int offset, int length, AddressData address) {
        if (!layer.carriesPackets() && layer != Layer.REFLECT) {
            return Outcome.ERROR;
        }
        if (layer.carriesPackets() && (!packet.parse(bytes, offset, length) || address.ipv6 != packet.has(FilterPacket.IPV6))) {
            return Outcome.ERROR;
        }
        return run(address);
    }

    /** Applies the filter to an event (FLOW, SOCKET, REFLECT). */
    public Outcome evaluate(AddressData address) {
        if (layer.carriesPackets()) {
            return Outcome.ERROR;
        }
        packet.headers = 0;
        return run(address);
    }

    /** Makes a packet the one {@link #holds} asks about. @return false when no filter can be applied to it */
    boolean begin(ByteBuffer bytes, int offset, int length, AddressData address) {
        return layer.carriesPackets() && packet.parse(bytes, offset, length) && address.ipv6 == packet.has(FilterPacket.IPV6);
    }

    boolean isTcp() {
        return packet.has(FilterPacket.TCP);
    }

    /** Does the packet have the header that test {@code at} is about? */
    boolean isThere(int at) {
        return (header[at] & ~packet.headers) == 0;
    }

    /** Does the packet pass test {@code at} taken by itself? */
    boolean holds(int at, AddressData address) {
        if (!isThere(at)) {
            return false;
        }
        if (wide[at]) {
            return comparison[at].holds(compareWide(at, address));
        }
        if (field[at].elementBytes() > 0) {
            int where = elementAt(at);
            return where >= 0 && isInside(at, element(at, where)) != inverted[at];
        }
        return isInside(at, FieldValues.of(field[at], packet, address, layer)) != inverted[at];
    }

    private boolean isInside(int at, int value) {
        return Integer.compareUnsigned(value - lowest[at], width[at]) <= 0;
    }

    /** The index of the test that decided the last evaluation. */
    public int lastTest() {
        return lastTest;
    }

    private Outcome run(AddressData address) {
        int at = 0;
        do {
            lastTest = at;
            if ((header[at] & ~packet.headers) != 0) {
                at = absent[at];
            } else if (wide[at]) {
                at = comparison[at].holds(compareWide(at, address)) ? inside[at] : outside[at];
            } else if (field[at].elementBytes() == 0) {
                int value = FieldValues.of(field[at], packet, address, layer);
                at = isInside(at, value) ? inside[at] : outside[at];
            } else {
                int where = elementAt(at);
                at = where < 0 ? failure[at] : isInside(at, element(at, where)) ? inside[at] : outside[at];
            }
        } while (at >= 0 && at < Instruction.ACCEPT);
        return at == Instruction.ACCEPT ? Outcome.MATCH : at < 0 ? Outcome.ERROR : Outcome.NO_MATCH;
    }

    /** Where the element of test {@code at} lies; -1 outside. */
    private int elementAt(int at) {
        int bytes = field[at].elementBytes();
        int from = packet.offset;
        int end = from + packet.givenLength;
        if (header[at] != 0) {
            from = packet.payload;
            end = packet.payload + packet.payloadLength;
        }
        int where = byteIndex[at] + (byteIndex[at] < 0 ? end : from);
        return where < from || where > end - bytes ? -1 : where;
    }

    private int element(int at, int where) {
        return switch (field[at].elementBytes()) {
            case 1 -> packet.buffer.get(where) & 0xff;
            case 2 -> packet.buffer.getShort(where) & 0xffff;
            default -> packet.buffer.getInt(where);
        };
    }

    private int compareWide(int at, AddressData address) {
        long high = 0;
        long low;
        boolean below = false;
        ByteBuffer bytes = packet.buffer;
        switch (field[at]) {
            case IP_SRC_ADDR -> low = mapped(bytes.getInt(packet.offset + 12));
            case IP_DST_ADDR -> low = mapped(bytes.getInt(packet.offset + 16));
            case IPV6_SRC_ADDR -> {
                high = bytes.getLong(packet.offset + 8);
                low = bytes.getLong(packet.offset + 16);
            }
            case IPV6_DST_ADDR -> {
                high = bytes.getLong(packet.offset + 24);
                low = bytes.getLong(packet.offset + 32);
            }
            case LOCAL_ADDR, REMOTE_ADDR -> {
                boolean local = field[at] == Field.LOCAL_ADDR;
                if (!layer.carriesPackets()) {
                    high = local ? address.localHigh : address.remoteHigh;
                    low = local ? address.localLow : address.remoteLow;
                } else if (packet.has(FilterPacket.IP)) {
                    low = mapped(bytes.getInt(packet.offset + (local == address.outbound ? 12 : 16)));
                } else {
                    int where = packet.offset + (local == address.outbound ? 8 : 24);
                    high = bytes.getLong(where);
                    low = bytes.getLong(where + 8);
                }
            }
            case ENDPOINT_ID -> low = address.endpointId;
            case PARENT_ENDPOINT_ID -> low = address.parentEndpointId;
            default -> {
                long signed = field[at] == Field.TIMESTAMP ? address.timestamp : address.handlePriority;
                below = signed < 0;
                low = below ? -signed : signed;
            }
        }
        long otherHigh = field[at] == Field.PRIORITY ? 0 : valueHigh[at];
        long otherLow = field[at] == Field.PRIORITY ? valueLow[at] & 0xffff_ffffL : valueLow[at];
        return compare(below, high, low, negative[at], otherHigh, otherLow);
    }

    private static long mapped(int bits) {
        return 0xffff_0000_0000L | bits & 0xffff_ffffL;
    }

    private static int compare(boolean negative, long high, long low, boolean otherNegative, long otherHigh, long otherLow) {
        if (negative != otherNegative) {
            return negative ? -1 : 1;
        }
        int order = Long.compareUnsigned(high, otherHigh);
        if (order == 0) {
            order = Long.compareUnsigned(low, otherLow);
        }
        return negative ? -order : order;
    }
}
