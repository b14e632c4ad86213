package io.weir.upstream;

import java.util.Locale;

/** How an upstream is spoken to. The label is what stands in the configuration. */
public enum UpstreamType {
    /** RFC 1928, with user name and password of RFC 1929. */
    SOCKS5,
    /** SOCKS4 for IPv4 destinations, SOCKS4a for names; IPv6 destinations are sent as text, which most servers refuse. */
    SOCKS4A,
    /** CONNECT of RFC 9110 §9.3.6 over HTTP/1.1. */
    HTTP;

    /** {@code socks5}, {@code socks4a}, {@code http}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
