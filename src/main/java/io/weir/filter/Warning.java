package io.weir.filter;

/**
 * Something a filter does that its writer hardly wants.
 *
 * @param kind stable name, as in JSON output
 * @param from byte offset of the characters meant; -1 for the filter as a whole
 * @param to   byte offset just past them
 */
public record Warning(Kind kind, String text, int from, int to) {

    /** Kinds of warnings. */
    public enum Kind {
        ALWAYS_TRUE, NEVER_TRUE, HEADER_ABSENT, ALWAYS_HOLDS, NEVER_HOLDS, NOT_NO_COMPLEMENT,
        CAPTURES_DHCP, CAPTURES_LOOPBACK, CAPTURES_MULTICAST, CAPTURES_LAN, CAPTURES_UPSTREAM, CAPTURES_INBOUND,
        FLOW_LABEL, DRIVER_REFUSES, IP_AT_EVENT_LAYER;

        /** {@code captures-dhcp}. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    static Warning whole(Kind kind, String text) {
        return new Warning(kind, text, -1, -1);
    }
}
