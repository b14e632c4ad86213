package io.weir.stage;

import io.weir.engine.PacketFlags;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import io.weir.testkit.PacketAssert;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Packets as one line of text: {@code tcp 10.0.0.2:40000 > 203.0.113.5:80 S seq=1000}, {@code udp A > B len=12},
 * {@code icmp 10.0.0.1 > 10.0.0.2 3/1 of tcp …}, {@code hex 45…}. Words of a read packet: TCP flags as letters, {@code seq= ack= len=},
 * {@code in} (not outbound), {@code offload} (transport sum not computed yet), {@code fragment} (more to come), {@code later} (a later fragment).
 */
final class PacketText {
    private static final String FLAGS = "FSRPA";

    private PacketText() {
    }

    /** The words from index 0 on. */
    static byte[] bytes(String[] words) {
        return switch (words[0]) {
            case "tcp" -> options(PacketFixtures.tcp(words[1], words[3]).flags(flags(words)), words);
            case "udp" -> options(PacketFixtures.udp(words[1], words[3]), words);
            case "icmp" -> icmp(words);
            case "other" -> PacketFixtures.other(words[1], words[3], 47).payloadLength(8).bytes();
            case "hex" -> HexFormat.of().parseHex(words[1]);
            default -> throw new IllegalArgumentException("no such packet: " + String.join(" ", words));
        };
    }

    /** Bits of {@link PacketFlags} for such a packet. */
    static int captureFlags(String[] words) {
        int flags = PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;
        for (String word : words) {
            flags &= switch (word) {
                case "in" -> ~PacketFlags.OUTBOUND;
                case "offload" -> ~PacketFlags.TRANSPORT_CHECKSUM_VALID;
                default -> -1;
            };
        }
        return flags;
    }

    private static int flags(String[] words) {
        int flags = 0;
        for (int i = 0; i < words[4].length(); i++) {
            int bit = FLAGS.indexOf(words[4].charAt(i));
            if (bit < 0) {
                throw new IllegalArgumentException("TCP flags \"" + words[4] + "\" are not letters of " + FLAGS);
            }
            flags |= 1 << bit;
        }
        return flags;
    }

    private static byte[] options(PacketFixtures packet, String[] words) {
        for (String word : words) {
            if (word.startsWith("seq=")) {
                packet.sequence(Long.parseLong(word.substring(4)));
            } else if (word.startsWith("ack=")) {
                packet.acknowledgment(Long.parseLong(word.substring(4)));
            } else if (word.startsWith("len=")) {
                packet.payloadLength(Integer.parseInt(word.substring(4)));
            } else if (word.equals("offload")) {
                packet.badTransportChecksum();
            } else if (word.equals("fragment")) {
                packet.fragment(0x2000);
            } else if (word.equals("later")) {
                packet.fragment(0x2010);
            }
        }
        return packet.bytes();
    }

    /** {@code icmp A > B TYPE/CODE of PACKET…} */
    private static byte[] icmp(String[] words) {
        String[] type = words[4].split("/");
        String[] quoted = java.util.Arrays.copyOfRange(words, 6, words.length);
        byte[] quote = bytes(quoted);
        byte[] payload = new byte[4 + quote.length];
        System.arraycopy(quote, 0, payload, 4, quote.length);
        return PacketFixtures.icmp(words[1], words[3], Integer.parseInt(type[0]), Integer.parseInt(type[1])).payload(payload).bytes();
    }

    /** @param sumsDue whether every checksum must be right; a wrong one fails the test */
    static String print(byte[] bytes, boolean sumsDue) {
        PacketView view = new PacketView();
        view.parse(ByteBuffer.allocateDirect(bytes.length).put(bytes), 0, bytes.length);
        if (sumsDue) {
            PacketAssert.assertPacket(bytes);
        }
        return print(view);
    }

    private static String print(PacketView view) {
        String text = switch (view.kind()) {
            case TCP -> "tcp " + ends(view) + " " + letters(view.tcpFlags()) + " seq=" + view.tcpSequence()
                    + ((view.tcpFlags() & 16) != 0 ? " ack=" + view.tcpAcknowledgment() : "") + length(view);
            case UDP -> "udp " + ends(view) + length(view);
            case ICMP, ICMPV6 -> "icmp " + addresses(view) + " " + type(view) + " of " + quoted(view);
            case OTHER -> "other " + addresses(view);
            case FRAGMENT, MALFORMED -> view.kind().name().toLowerCase(java.util.Locale.ROOT) + " of " + view.length() + " bytes";
        };
        return view.fragmented() && view.kind() != PacketKind.FRAGMENT ? text + " fragment" : text;
    }

    private static String length(PacketView view) {
        return view.payloadLength() > 0 ? " len=" + view.payloadLength() : "";
    }

    private static String ends(PacketView view) {
        return Endpoint.of(view.sourceHigh(), view.sourceLow(), view.sourcePort()) + " > "
                + Endpoint.of(view.destinationHigh(), view.destinationLow(), view.destinationPort());
    }

    private static String addresses(PacketView view) {
        return new IpAddress(view.sourceHigh(), view.sourceLow()) + " > " + new IpAddress(view.destinationHigh(), view.destinationLow());
    }

    private static String letters(int flags) {
        StringBuilder out = new StringBuilder();
        for (int bit = 0; bit < FLAGS.length(); bit++) {
            if ((flags & 1 << bit) != 0) {
                out.append(FLAGS.charAt(bit));
            }
        }
        return out.toString();
    }

    private static String type(PacketView view) {
        int at = view.transportOffset();
        return (view.buffer().get(at) & 0xff) + "/" + (view.buffer().get(at + 1) & 0xff);
    }

    private static String quoted(PacketView view) {
        PacketView quoted = new PacketView();
        quoted.parse(view.buffer(), view.payloadOffset(), view.payloadLength());
        return print(quoted);
    }
}
