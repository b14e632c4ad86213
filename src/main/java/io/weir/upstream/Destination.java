package io.weir.upstream;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;

/**
 * Where a dial leads: an address, or a name the upstream (for a direct dial: this machine) looks up.
 *
 * @param address null when the destination is a name
 * @param name    null when the destination is an address
 */
public record Destination(IpAddress address, String name, int port) {

    /** @throws IllegalArgumentException for a name that is none: nothing but letters, digits, hyphens and dots ever reaches a proxy */
    public Destination {
        if ((address == null) == (name == null)) {
            throw new IllegalArgumentException("a destination is either an address or a name");
        }
        if (name != null && !HostPort.isGoodName(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is not a host name");
        }
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0–65535");
        }
    }

    public static Destination of(Endpoint endpoint) {
        return new Destination(endpoint.address(), null, endpoint.port());
    }

    public static Destination named(String name, int port) {
        return new Destination(null, name, port);
    }

    /** {@code 203.0.113.5:443}, {@code [2001:db8::1]:443}, {@code example.org:443}. */
    @Override
    public String toString() {
        if (name != null) {
            return name + ":" + port;
        }
        return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
