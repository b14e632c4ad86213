package io.weir.net;

/** Transport protocols Weir tells apart, with their IANA protocol numbers. */
public enum Protocol {
    TCP(6), UDP(17), ICMP(1), ICMPV6(58);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** The IANA protocol number, as in the IPv4 protocol and IPv6 next-header fields. */
    public int number() {
        return number;
    }
}
