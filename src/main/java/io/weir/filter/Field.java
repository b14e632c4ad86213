package io.weir.filter;

import static io.weir.filter.Field.Notation.ADDRESS;
import static io.weir.filter.Field.Notation.DECIMAL;
import static io.weir.filter.Field.Notation.EVENT_NAME;
import static io.weir.filter.Field.Notation.FLAG;
import static io.weir.filter.Field.Notation.HEXADECIMAL;
import static io.weir.filter.Field.Notation.IPV4_ADDRESS;
import static io.weir.filter.Field.Notation.LAYER_NAME;

import java.util.HashMap;
import java.util.Map;

/**
 * The fields of the filter language in the order of their ids in compiled objects (WinDivert 2.2.2), with the layers they exist at, the
 * range the compiler folds by, and the header whose absence makes every test on them fail.
 */
public enum Field {
    ZERO("zero", "NMFSR", FLAG, 0, 0, "always 0"),
    INBOUND("inbound", "NFS", FLAG, 0, 1, "arriving"),
    OUTBOUND("outbound", "NFS", FLAG, 0, 1, "leaving, or looped back"),
    IF_IDX("ifIdx", "NM", DECIMAL, 0, 0xffff_ffffL, "interface index"),
    SUB_IF_IDX("subIfIdx", "NM", DECIMAL, 0, 0xffff_ffffL, "sub-interface index"),
    IP("ip", "NMFS", FLAG, 0, 1, "has an IPv4 header (always 0 at FLOW and SOCKET)"),
    IPV6("ipv6", "NMFS", FLAG, 0, 1, "has an IPv6 header (always 0 at FLOW and SOCKET)"),
    ICMP("icmp", "NMFS", FLAG, 0, 1, "has an ICMP header"),
    TCP("tcp", "NMFS", FLAG, 0, 1, "has a TCP header"),
    UDP("udp", "NMFS", FLAG, 0, 1, "has a UDP header"),
    ICMPV6("icmpv6", "NMFS", FLAG, 0, 1, "has an ICMPv6 header"),
    IP_HDR_LENGTH("ip.HdrLength", IP, DECIMAL, 0xf, "header length in 32-bit words"),
    IP_TOS("ip.TOS", IP, DECIMAL, 0xffff, "type of service byte"),
    IP_LENGTH("ip.Length", IP, DECIMAL, 0xffff, "total length in bytes"),
    IP_ID("ip.Id", IP, HEXADECIMAL, 0xffff, "identification"),
    IP_DF("ip.DF", IP, FLAG, 1, "don't fragment"),
    IP_MF("ip.MF", IP, FLAG, 1, "more fragments"),
    IP_FRAG_OFF("ip.FragOff", IP, DECIMAL, 0x1fff, "fragment offset in 8-byte units"),
    IP_TTL("ip.TTL", IP, DECIMAL, 0xff, "time to live"),
    IP_PROTOCOL("ip.Protocol", IP, DECIMAL, 0xff, "protocol number"),
    IP_CHECKSUM("ip.Checksum", IP, HEXADECIMAL, 0xffff, "header checksum"),
    IP_SRC_ADDR("ip.SrcAddr", IP, IPV4_ADDRESS, -1, "source address"),
    IP_DST_ADDR("ip.DstAddr", IP, IPV4_ADDRESS, -1, "destination address"),
    IPV6_TRAFFIC_CLASS("ipv6.TrafficClass", IPV6, DECIMAL, 0xff, "traffic class"),
    IPV6_FLOW_LABEL("ipv6.FlowLabel", IPV6, DECIMAL, 0xf_ffff, "flow label (compares scrambled bytes: do not use)"),
    IPV6_LENGTH("ipv6.Length", IPV6, DECIMAL, 0xffff, "payload length in bytes"),
    IPV6_NEXT_HDR("ipv6.NextHdr", IPV6, DECIMAL, 0xff, "first next-header number"),
    IPV6_HOP_LIMIT("ipv6.HopLimit", IPV6, DECIMAL, 0xff, "hop limit"),
    IPV6_SRC_ADDR("ipv6.SrcAddr", IPV6, ADDRESS, -1, "source address"),
    IPV6_DST_ADDR("ipv6.DstAddr", IPV6, ADDRESS, -1, "destination address"),
    ICMP_TYPE("icmp.Type", ICMP, DECIMAL, 0xff, "type"),
    ICMP_CODE("icmp.Code", ICMP, DECIMAL, 0xff, "code"),
    ICMP_CHECKSUM("icmp.Checksum", ICMP, HEXADECIMAL, 0xffff, "checksum"),
    ICMP_BODY("icmp.Body", ICMP, DECIMAL, 0, "bytes 4 to 7 of the header"),
    ICMPV6_TYPE("icmpv6.Type", ICMPV6, DECIMAL, 0xff, "type"),
    ICMPV6_CODE("icmpv6.Code", ICMPV6, DECIMAL, 0xff, "code"),
    ICMPV6_CHECKSUM("icmpv6.Checksum", ICMPV6, HEXADECIMAL, 0xffff, "checksum"),
    ICMPV6_BODY("icmpv6.Body", ICMPV6, DECIMAL, 0, "bytes 4 to 7 of the header"),
    TCP_SRC_PORT("tcp.SrcPort", TCP, DECIMAL, 0xffff, "source port"),
    TCP_DST_PORT("tcp.DstPort", TCP, DECIMAL, 0xffff, "destination port"),
    TCP_SEQ_NUM("tcp.SeqNum", TCP, DECIMAL, 0, "sequence number"),
    TCP_ACK_NUM("tcp.AckNum", TCP, DECIMAL, 0, "acknowledgment number"),
    TCP_HDR_LENGTH("tcp.HdrLength", TCP, DECIMAL, 0xf, "header length in 32-bit words"),
    TCP_URG("tcp.Urg", TCP, FLAG, 1, "URG flag"),
    TCP_ACK("tcp.Ack", TCP, FLAG, 1, "ACK flag"),
    TCP_PSH("tcp.Psh", TCP, FLAG, 1, "PSH flag"),
    TCP_RST("tcp.Rst", TCP, FLAG, 1, "RST flag"),
    TCP_SYN("tcp.Syn", TCP, FLAG, 1, "SYN flag"),
    TCP_FIN("tcp.Fin", TCP, FLAG, 1, "FIN flag"),
    TCP_WINDOW("tcp.Window", TCP, DECIMAL, 0xffff, "window"),
    TCP_CHECKSUM("tcp.Checksum", TCP, HEXADECIMAL, 0xffff, "checksum"),
    TCP_URG_PTR("tcp.UrgPtr", TCP, DECIMAL, 0xffff, "urgent pointer"),
    TCP_PAYLOAD_LENGTH("tcp.PayloadLength", TCP, DECIMAL, 0xffff, "bytes after the TCP header"),
    UDP_SRC_PORT("udp.SrcPort", UDP, DECIMAL, 0xffff, "source port"),
    UDP_DST_PORT("udp.DstPort", UDP, DECIMAL, 0xffff, "destination port"),
    UDP_LENGTH("udp.Length", UDP, DECIMAL, 0xffff, "length field in bytes"),
    UDP_CHECKSUM("udp.Checksum", UDP, HEXADECIMAL, 0xffff, "checksum"),
    UDP_PAYLOAD_LENGTH("udp.PayloadLength", UDP, DECIMAL, 0xffff, "bytes after the UDP header"),
    LOOPBACK("loopback", "NFS", FLAG, "looped back"),
    IMPOSTOR("impostor", "NM", FLAG, "injected by another driver"),
    PROCESS_ID("processId", "FSR", DECIMAL, 0, 0xffff_ffffL, "process id"),
    LOCAL_ADDR("localAddr", "NFS", ADDRESS, "local address"),
    REMOTE_ADDR("remoteAddr", "NFS", ADDRESS, "remote address"),
    LOCAL_PORT("localPort", "NFS", DECIMAL, 0, 0xffff, "local port, or ICMP type"),
    REMOTE_PORT("remotePort", "NFS", DECIMAL, 0, 0xffff, "remote port, or ICMP type"),
    PROTOCOL("protocol", "NFS", DECIMAL, 0, 0xff, "final protocol number"),
    ENDPOINT_ID("endpointId", "FS", DECIMAL, 0, -1, "endpoint id"),
    PARENT_ENDPOINT_ID("parentEndpointId", "FS", DECIMAL, 0, -1, "parent endpoint id"),
    LAYER("layer", "R", LAYER_NAME, 0, 4, "layer of the handle"),
    PRIORITY("priority", "R", DECIMAL, "priority of the handle"),
    EVENT("event", "NMFSR", EVENT_NAME, 0, 9, "event"),
    PACKET("packet", 1, null, "byte of the packet"),
    PACKET16("packet16", 2, null, "16 bits of the packet"),
    PACKET32("packet32", 4, null, "32 bits of the packet"),
    TCP_PAYLOAD("tcp.Payload", 1, TCP, "byte of the TCP payload"),
    TCP_PAYLOAD16("tcp.Payload16", 2, TCP, "16 bits of the TCP payload"),
    TCP_PAYLOAD32("tcp.Payload32", 4, TCP, "32 bits of the TCP payload"),
    UDP_PAYLOAD("udp.Payload", 1, UDP, "byte of the UDP payload"),
    UDP_PAYLOAD16("udp.Payload16", 2, UDP, "16 bits of the UDP payload"),
    UDP_PAYLOAD32("udp.Payload32", 4, UDP, "32 bits of the UDP payload"),
    LENGTH("length", "NM", DECIMAL, 20, 65575, "packet length in bytes"),
    TIMESTAMP("timestamp", "NMFSR", DECIMAL, "performance-counter value, signed"),
    RANDOM8("random8", "NM", DECIMAL, 0, 0xff, "hash bits, the same for equal packets"),
    RANDOM16("random16", "NM", DECIMAL, 0, 0xffff, "hash bits, the same for equal packets"),
    RANDOM32("random32", "NM", DECIMAL, 0, 0xffff_ffffL, "hash bits, the same for equal packets"),
    FRAGMENT("fragment", "NM", FLAG, 0, 1, "is a fragment");

    /** How WinDivert's formatter writes the value a field is compared with. */
    enum Notation {
        FLAG, DECIMAL, HEXADECIMAL, IPV4_ADDRESS, ADDRESS, LAYER_NAME, EVENT_NAME
    }

    private static final Field[] BY_ID = values();
    private static final Map<String, Field> BY_TEXT = new HashMap<>();

    static {
        for (Field field : BY_ID) {
            BY_TEXT.put(field.text, field);
        }
    }

    private final String text;
    private final String layers;
    private final Notation notation;
    private final Field header;
    private final int elementBytes;
    private final Range range;
    private final String meaning;

    /** The values a field can have, as the compiler assumes them; null where it does not fold. */
    record Range(boolean lowestNegative, Number128 lowest, Number128 highest) {
    }

    Field(String text, String layers, Notation notation, Field header, int elementBytes, Range range, String meaning) {
        this.text = text;
        this.layers = layers;
        this.notation = notation;
        this.header = header;
        this.elementBytes = elementBytes;
        this.range = range;
        this.meaning = meaning;
    }

    /** A field of no header. */
    Field(String text, String layers, Notation notation, long lowest, long highest, String meaning) {
        this(text, layers, notation, null, 0, new Range(false, Number128.of(lowest), Number128.of(highest)), meaning);
    }

    /** A field of no header with a range of its own kind. */
    Field(String text, String layers, Notation notation, String meaning) {
        this(text, layers, notation, null, 0, specialRange(text), meaning);
    }

    /** A header field from 0 to {@code highest}; 0 stands for "not folded", -1 for a whole address. */
    Field(String text, Field header, Notation notation, long highest, String meaning) {
        this(text, "NM", notation, header, 0, headerRange(notation, highest), meaning);
    }

    /** An array of elements of 1, 2 or 4 bytes. */
    Field(String text, int elementBytes, Field header, String meaning) {
        this(text, "NM", HEXADECIMAL, header, elementBytes, arrayRange(elementBytes, header), meaning);
    }

    private static Range specialRange(String text) {
        return switch (text) {
            case "localAddr", "remoteAddr" -> new Range(false, Number128.ZERO, new Number128(-1, -1));
            case "priority" -> new Range(true, Number128.of(30000), Number128.of(30000));
            case "timestamp" -> new Range(true, Number128.of(Long.MIN_VALUE), Number128.of(Long.MAX_VALUE));
            default -> null;
        };
    }

    private static Range headerRange(Notation notation, long highest) {
        return switch (notation) {
            case IPV4_ADDRESS -> new Range(false, Number128.ipv4(0), Number128.ipv4(-1));
            case ADDRESS -> new Range(false, Number128.ZERO, new Number128(-1, -1));
            default -> highest == 0 ? null : new Range(false, Number128.ZERO, Number128.of(highest));
        };
    }

    /** packet32 alone is not folded in 2.2.2. */
    private static Range arrayRange(int elementBytes, Field header) {
        return header == null && elementBytes == 4 ? null : new Range(false, Number128.ZERO, Number128.of((1L << 8 * elementBytes) - 1));
    }

    /** The field of that exact (case-sensitive) name, or null. */
    static Field named(String text) {
        return BY_TEXT.get(text);
    }

    /** The field of a compiled object's id, or null. */
    static Field withId(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }

    /** Id in compiled objects. */
    int id() {
        return ordinal();
    }

    /** As written in filters. */
    public String text() {
        return text;
    }

    public boolean existsAt(Layer layer) {
        return layers.indexOf("NMFSR".charAt(layer.ordinal())) >= 0;
    }

    /** What the field tells, as a phrase. */
    public String meaning() {
        return meaning;
    }

    /** The header without which every test on this field fails; null if the field is always there. */
    public Field header() {
        return header;
    }

    /** Bytes of one element for array fields, 0 for all others. */
    int elementBytes() {
        return elementBytes;
    }

    Notation notation() {
        return notation;
    }

    Range range() {
        return range;
    }
}
