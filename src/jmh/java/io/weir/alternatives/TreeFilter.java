package io.weir.alternatives;

import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * A divert filter evaluated straightforwardly: the expression tree is walked, a field is looked up by its name, and since values have up to
 * 128 bits they are compared as big numbers. Lost: it allocates for every test and is slower.
 */
public interface TreeFilter {

    boolean matches(PacketView packet, ByteBuffer bytes, boolean outbound);

    static TreeFilter and(TreeFilter... parts) {
        return (packet, bytes, outbound) -> {
            for (TreeFilter part : parts) {
                if (!part.matches(packet, bytes, outbound)) {
                    return false;
                }
            }
            return true;
        };
    }

    static TreeFilter or(TreeFilter... parts) {
        return (packet, bytes, outbound) -> {
            for (TreeFilter part : parts) {
                if (part.matches(packet, bytes, outbound)) {
                    return true;
                }
            }
            return false;
        };
    }

    /** One comparison; false when the field's header is absent. */
    static TreeFilter test(String field, String operator, String value) {
        return new Test(field, operator, new BigInteger(value));
    }

    /** One comparison. */
    record Test(String field, String operator, BigInteger value) implements TreeFilter {

        @Override
        public boolean matches(PacketView packet, ByteBuffer bytes, boolean outbound) {
            BigInteger actual = read(packet, bytes, outbound);
            if (actual == null) {
                return false;
            }
            int order = actual.compareTo(value);
            return switch (operator) {
                case "=" -> order == 0;
                case "!=" -> order != 0;
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order >= 0;
            };
        }

        private BigInteger read(PacketView packet, ByteBuffer bytes, boolean outbound) {
            boolean tcp = packet.kind() == PacketKind.TCP;
            boolean udp = packet.kind() == PacketKind.UDP;
            return switch (field) {
                case "outbound" -> outbound ? BigInteger.ONE : BigInteger.ZERO;
                case "loopback" -> BigInteger.ZERO;
                case "tcp.DstPort" -> tcp ? BigInteger.valueOf(packet.destinationPort()) : null;
                case "udp.DstPort" -> udp ? BigInteger.valueOf(packet.destinationPort()) : null;
                case "tcp.Syn" -> tcp ? BigInteger.valueOf(packet.tcpFlags() >> 1 & 1) : null;
                case "udp.PayloadLength" -> udp ? BigInteger.valueOf(packet.payloadLength()) : null;
                case "ip.TTL" -> packet.ipv6() ? null : BigInteger.valueOf(bytes.get(8) & 0xff);
                case "remoteAddr" -> new BigInteger(1, ByteBuffer.allocate(16).putLong(packet.destinationHigh()).putLong(packet.destinationLow())
                    .array());
                default -> throw new IllegalArgumentException(field);
            };
        }
    }
}
