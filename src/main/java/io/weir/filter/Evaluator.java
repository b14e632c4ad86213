package io.weir.filter;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Runs a compiled filter over packets and events with the answers of {@code WinDivertHelperEvalFilter}. Every comparison of a 32-bit field is one
 * unsigned range check, and where a header is absent all tests on it are skipped in one step. Packets are decided by a program made for their
 * facts when they are first seen ({@link Specialised}); otherwise it allocates nothing. One thread at a time.
 */
public final class Evaluator {
    /** What WinDivertHelperEvalFilter says. */
    public enum Outcome {
        MATCH, NO_MATCH,
        /** The filter cannot be applied: not an IP packet, or it disagrees with the address data, or a field does not exist at the layer. */
        ERROR
    }

    static final int ERROR_TARGET = -1;

    private static final int WORDS_SHIFT = 3;
    private static final int HEADER = 0;
    private static final int PLACE = 1;
    private static final int MASK = 2;
    private static final int LOWEST = 3;
    private static final int WIDTH = 4;
    private static final int INSIDE = 5;
    private static final int OUTSIDE = 6;
    private static final int ABSENT = 7;
    /** Places besides those of {@link FieldPlace}: not one or two bytes of a header. */
    private static final int FACT = 1;
    private static final int WIDE = 2;

    private final Layer layer;
    private final Field[] field;
    /** Eight words a test, next to each other; for fields of at most 32 bits LOWEST and WIDTH are the values that lead to INSIDE. */
    private final int[] code;
    private final int[] success;
    private final int[] failure;
    /** Of comparisons of wide fields: bit 0 for less, 1 for equal, 2 for greater. */
    private final int[] accepted;
    private final boolean[] negative;
    private final long[] valueHigh;
    private final long[] valueLow;
    private final int[] byteIndex;
    private final FilterPacket own = new FilterPacket();
    private FilterPacket packet = own;
    private final SpecialisedTable programs;
    private AddressData decided;

    public Evaluator(Filter filter) {
        layer = filter.layer();
        programs = layer.carriesPackets() ? new SpecialisedTable(filter) : null;
        List<Instruction> program = filter.program();
        int count = program.size();
        field = new Field[count];
        code = new int[count << WORDS_SHIFT];
        success = new int[count];
        failure = new int[count];
        accepted = new int[count];
        negative = new boolean[count];
        valueHigh = new long[count];
        valueLow = new long[count];
        byteIndex = new int[count];
        for (int i = count - 1; i >= 0; i--) {
            place(i, program.get(i));
        }
    }

    private void place(int i, Instruction test) {
        int base = i << WORDS_SHIFT;
        field[i] = test.field();
        int header = headerBit(test.field().header());
        code[base + HEADER] = header;
        code[base + PLACE] = placeOf(test.field());
        code[base + MASK] = (code[base + PLACE] & FieldPlace.KNOWN) != 0 ? FieldPlace.mask(test.field()) : factBit(test.field());
        negative[i] = test.negative();
        valueHigh[i] = test.value().high();
        valueLow[i] = test.value().low();
        byteIndex[i] = test.byteIndex();
        boolean exists = test.field().existsAt(layer);
        int next = exists ? test.failure() : ERROR_TARGET;
        success[i] = exists ? test.success() : ERROR_TARGET;
        failure[i] = next;
        int after = next << WORDS_SHIFT;
        code[base + ABSENT] = header != 0 && next >= 0 && next < field.length && code[after + HEADER] == header ? code[after + ABSENT] : next;
        code[base + INSIDE] = success[i];
        code[base + OUTSIDE] = next;
        if (isWide(test.field())) {
            accepted[i] = (test.comparison().holds(-1) ? 1 : 0) | (test.comparison().holds(0) ? 2 : 0) | (test.comparison().holds(1) ? 4 : 0);
        } else {
            range(base, test);
        }
    }

    private int placeOf(Field field) {
        if (isWide(field)) {
            return WIDE;
        }
        return layer.carriesPackets() && factBit(field) != 0 ? FACT : FieldPlace.of(field);
    }

    /** The bit of {@link #facts} that is the field's value at layers of packets; 0 for none. */
    static int factBit(Field field) {
        return switch (field) {
            case IP, IPV6, ICMP, ICMPV6, TCP, UDP -> headerBit(field);
            case OUTBOUND -> 1 << 8;
            case INBOUND -> 1 << 9;
            case LOOPBACK -> 1 << 10;
            case IMPOSTOR -> 1 << 11;
            case FRAGMENT -> 1 << 12;
            default -> 0;
        };
    }

    private static int facts(FilterPacket packet, AddressData address) {
        return packet.headers | (address.outbound ? 1 << 8 : 1 << 9) | (address.loopback ? 1 << 10 : 0) | (address.impostor ? 1 << 11 : 0)
            | (packet.fragment ? 1 << 12 : 0);
    }

    /** Turns a comparison with a number of at most 32 bits into a range; only the low word counts, as in the driver. */
    private void range(int base, Instruction test) {
        long value = test.value().low() & 0xffff_ffffL;
        long from = 0;
        long to = 0xffff_ffffL;
        boolean inverted = false;
        if (test.negative()) { // every value is above every negative number
            inverted = switch (test.comparison()) {
                case EQUAL, LESS, LESS_OR_EQUAL -> true;
                default -> false;
            };
        } else {
            switch (test.comparison()) {
                case EQUAL, NOT_EQUAL -> {
                    from = to = value;
                    inverted = test.comparison() == Comparison.NOT_EQUAL;
                }
                case LESS, GREATER_OR_EQUAL -> {
                    from = value;
                    inverted = test.comparison() == Comparison.LESS;
                }
                default -> {
                    to = value;
                    inverted = test.comparison() == Comparison.GREATER;
                }
            }
        }
        code[base + LOWEST] = (int) from;
        code[base + WIDTH] = (int) (to - from);
        if (inverted) {
            int swap = code[base + INSIDE];
            code[base + INSIDE] = code[base + OUTSIDE];
            code[base + OUTSIDE] = swap;
        }
    }

    static boolean isWide(Field field) {
        return switch (field) {
            case IP_SRC_ADDR, IP_DST_ADDR, IPV6_SRC_ADDR, IPV6_DST_ADDR, LOCAL_ADDR, REMOTE_ADDR,
                ENDPOINT_ID, PARENT_ENDPOINT_ID, TIMESTAMP, PRIORITY -> true;
            default -> false;
        };
    }

    static int headerBit(Field header) {
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
        if (layer.carriesPackets() && !begin(bytes, offset, length, address)) {
            return Outcome.ERROR;
        }
        return decide(own, address);
    }

    /** Applies the filter to an event (FLOW, SOCKET, REFLECT). */
    public Outcome evaluate(AddressData address) {
        if (layer.carriesPackets()) {
            return Outcome.ERROR;
        }
        own.headers = 0;
        return decide(own, address);
    }

    /** Makes a packet the one {@link #holds} asks about. @return false when no filter can be applied to it */
    boolean begin(ByteBuffer bytes, int offset, int length, AddressData address) {
        packet = own;
        decided = null;
        return layer.carriesPackets() && own.parse(bytes, offset, length) && address.ipv6 == own.has(FilterPacket.IPV6);
    }

    boolean isTcp() {
        return packet.has(FilterPacket.TCP);
    }

    /** Does the packet have the header that test {@code at} is about? */
    boolean isThere(int at) {
        return (code[(at << WORDS_SHIFT) + HEADER] & ~packet.headers) == 0;
    }

    /** Does the packet pass test {@code at} taken by itself? */
    boolean holds(int at, AddressData address) {
        return isThere(at) && next(at, facts(packet, address), address) == success[at];
    }

    /** The index of the test that decided the last evaluation, of which packet and address are still as they were. */
    public int lastTest() {
        int last = 0;
        if (decided != null) {
            int facts = facts(packet, decided);
            for (int at = 0; isTest(at); at = next(at, facts, decided)) {
                last = at;
            }
        }
        return last;
    }

    /** Applies the filter to a packet that was parsed before and that filters of this layer can be applied to. */
    Outcome decide(FilterPacket parsed, AddressData address) {
        packet = parsed;
        decided = address;
        int facts = facts(parsed, address);
        Specialised program = programs == null ? null : programs.of(facts);
        if (program == null) {
            return decideGenerally(facts, address);
        }
        return program.run(parsed, address, this);
    }

    /** The same without a program made for the packet's facts. */
    Outcome decideGenerally(FilterPacket parsed, AddressData address) {
        packet = parsed;
        decided = address;
        return decideGenerally(facts(parsed, address), address);
    }

    private Outcome decideGenerally(int facts, AddressData address) {
        int at = 0;
        do {
            at = next(at, facts, address);
        } while (isTest(at));
        return at == Instruction.ACCEPT ? Outcome.MATCH : at < 0 ? Outcome.ERROR : Outcome.NO_MATCH;
    }

    private static boolean isTest(int at) {
        return at >= 0 && at < Instruction.ACCEPT;
    }

    private int next(int at, int facts, AddressData address) {
        int base = at << WORDS_SHIFT;
        if ((code[base + HEADER] & ~facts) != 0) {
            return code[base + ABSENT];
        }
        int place = code[base + PLACE];
        int value;
        if (place < 0) {
            value = FieldPlace.read(place, code[base + MASK], packet);
        } else if (place == FACT) {
            value = (facts & code[base + MASK]) != 0 ? 1 : 0;
        } else if (place == WIDE) {
            return code[base + ((accepted[at] >>> Integer.signum(compareWide(at, address)) + 1 & 1) != 0 ? INSIDE : OUTSIDE)];
        } else if (field[at].elementBytes() == 0) {
            value = FieldValues.of(field[at], packet, address, layer);
        } else {
            int where = elementAt(at);
            if (where < 0) {
                return failure[at];
            }
            value = element(at, where);
        }
        return code[base + (Integer.compareUnsigned(value - code[base + LOWEST], code[base + WIDTH]) <= 0 ? INSIDE : OUTSIDE)];
    }

    /** Where the element of test {@code at} lies; -1 outside. */
    private int elementAt(int at) {
        int bytes = field[at].elementBytes();
        int from = packet.offset;
        int end = from + packet.givenLength;
        if (code[(at << WORDS_SHIFT) + HEADER] != 0) {
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
