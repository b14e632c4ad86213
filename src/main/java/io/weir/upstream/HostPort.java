package io.weir.upstream;

import io.weir.net.IpAddress;
import io.weir.net.PortSet;

/** {@code host:port} where the host may be a name (RFC 1123: letters, digits, hyphens, dots; underscores are met in practice). */
record HostPort(String host, int port) {
    private static final int LONGEST_NAME = 253;

    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            throw new IllegalArgumentException("\"" + text + "\" has no port; write address:port");
        }
        String host = text.substring(0, colon);
        int port = PortSet.parsePort(text.substring(colon + 1));
        if (host.startsWith("[") && host.endsWith("]")) {
            host = IpAddress.parse(host.substring(1, host.length() - 1)).toString();
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("\"" + text + "\": an IPv6 address with a port is written [address]:port");
        } else if (!isName(host)) {
            host = IpAddress.parse(host).toString();
        } else if (!isGoodName(host)) {
            throw new IllegalArgumentException("\"" + host + "\" is neither an address nor a host name");
        }
        return new HostPort(host, port);
    }

    /** Something with a letter in it that is not IPv6 text; 1.2.3 and 256.1.1.1 are mistyped addresses, not names. */
    static boolean isName(String host) {
        return host.indexOf(':') < 0 && !host.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }

    static boolean isGoodName(String host) {
        if (host.length() > LONGEST_NAME) {
            return false;
        }
        for (String label : host.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > 63 || label.startsWith("-") || label.endsWith("-") || !label.chars().allMatch(HostPort::inName)) {
                return false;
            }
        }
        return true;
    }

    private static boolean inName(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }
}
