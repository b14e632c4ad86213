package io.weir.linux.nfqueue;

import io.weir.net.IpAddress;

/** The two families iptables keeps apart. */
enum AddressFamily {
    IPV4("iptables", 32), IPV6("ip6tables", 128);

    private final String program;
    private final int bits;

    AddressFamily(String program, int bits) {
        this.program = program;
        this.bits = bits;
    }

    /** {@code iptables} or {@code ip6tables}; add {@code -restore} or {@code -save}. */
    String program() {
        return program;
    }

    /** Bits of an address. */
    int bits() {
        return bits;
    }

    boolean has(IpAddress address) {
        return address.isIpv4() == (this == IPV4);
    }
}
