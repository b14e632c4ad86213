package io.weir.net;

/** An address and a port (0–65535). */
public record Endpoint(IpAddress address, int port) {

    public Endpoint {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0–65535");
        }
    }

    public static Endpoint of(long addressHigh, long addressLow, int port) {
        return new Endpoint(new IpAddress(addressHigh, addressLow), port);
    }

    /** Reads {@code 1.2.3.4:80} or {@code [::1]:80}. @throws IllegalArgumentException saying what is wrong */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("\"" + text + "\" has no port; write address:port");
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (bracketed != host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("\"" + text + "\": an IPv6 address with a port is written [address]:port,"
                    + " an IPv4 address without brackets");
        }
        return new Endpoint(IpAddress.parse(host), PortSet.parsePort(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
