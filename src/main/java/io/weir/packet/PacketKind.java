package io.weir.packet;

/** What the parser made of some bytes. Everything is one of these; nothing is an exception. */
public enum PacketKind {
    TCP, UDP, ICMP, ICMPV6,
    /** A fragment without a transport header (offset ≠ 0). */
    FRAGMENT,
    /** A well-formed IP packet of another protocol (ESP, SCTP, no-next-header …), or an IPv6 packet with a mapped IPv4 address. */
    OTHER,
    /** Not a whole IP packet, or a transport header cut short. */
    MALFORMED
}
