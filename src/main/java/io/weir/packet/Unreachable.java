package io.weir.packet;

/** Destination-unreachable reasons with their ICMP (RFC 792/1812) and ICMPv6 (RFC 4443) codes. */
public enum Unreachable {
    NETWORK(0, 0), HOST(1, 3), PORT(3, 4), PROHIBITED(13, 1);

    private final int icmpCode;
    private final int icmpv6Code;

    Unreachable(int icmpCode, int icmpv6Code) {
        this.icmpCode = icmpCode;
        this.icmpv6Code = icmpv6Code;
    }

    public int icmpCode() {
        return icmpCode;
    }

    public int icmpv6Code() {
        return icmpv6Code;
    }
}
