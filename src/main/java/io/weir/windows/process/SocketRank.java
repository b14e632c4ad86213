package io.weir.windows.process;

import io.weir.net.IpAddress;

/**
 * How well a row's local end speaks for packets from an address. Packets of IPv4 belong to a socket on that very IPv4 address, else to one on every
 * IPv4 address, else to one of IPv6 on the mapped address, else to one of IPv6 on every address; packets of IPv6 to the two of IPv6 alone.
 */
final class SocketRank {
    static final int NONE = 0;
    private static final int EVERY_IPV6 = 1;
    private static final int EXACT_IPV6 = 2;
    private static final int EVERY_IPV4 = 3;
    private static final int EXACT_IPV4 = 4;

    private SocketRank() {
    }

    /** @param rowIsIpv4 whether the row is of an IPv4 table; both addresses as {@link IpAddress} holds them */
    static int of(boolean rowIsIpv4, long rowHigh, long rowLow, long high, long low) {
        if (rowIsIpv4 && !IpAddress.isIpv4(high, low)) {
            return NONE;
        }
        if (rowHigh == high && rowLow == low) {
            return rowIsIpv4 ? EXACT_IPV4 : EXACT_IPV6;
        }
        return isUnspecified(rowHigh, rowLow) ? rowIsIpv4 ? EVERY_IPV4 : EVERY_IPV6 : NONE;
    }

    static boolean isUnspecified(long high, long low) {
        return high == 0 && (low == 0 || low == IpAddress.MAPPED_PREFIX);
    }
}
