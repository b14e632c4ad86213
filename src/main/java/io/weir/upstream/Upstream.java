package io.weir.upstream;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A proxy to dial through.
 *
 * @param host        an address, or a name that is looked up at each dial
 * @param credentials null when the upstream asks for none
 */
public record Upstream(String name, UpstreamType type, String host, int port, Credentials credentials) {
    private static final int SOCKS_TEXT_BYTES = 255;

    /** @throws IllegalArgumentException for what the protocol cannot carry, saying what to do; never contains the password */
    public Upstream {
        Objects.requireNonNull(name);
        Objects.requireNonNull(type);
        if (host.isEmpty()) {
            throw new IllegalArgumentException("the upstream has no host; write address:port");
        }
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 1–65535");
        }
        if (credentials != null) {
            check(type, credentials);
        }
    }

    private static void check(UpstreamType type, Credentials credentials) {
        int usernameBytes = credentials.username().getBytes(StandardCharsets.UTF_8).length;
        int passwordBytes = credentials.password().getBytes(StandardCharsets.UTF_8).length;
        switch (type) {
            case SOCKS5 -> {
                if (usernameBytes < 1 || usernameBytes > SOCKS_TEXT_BYTES || passwordBytes < 1 || passwordBytes > SOCKS_TEXT_BYTES) {
                    throw new IllegalArgumentException("SOCKS5 carries 1–255 bytes of user name and of password");
                }
            }
            case SOCKS4A -> {
                if (usernameBytes > SOCKS_TEXT_BYTES || credentials.username().indexOf('\0') >= 0) {
                    throw new IllegalArgumentException("SOCKS4 carries up to 255 bytes of user name, without NUL");
                }
                if (passwordBytes > 0) {
                    throw new IllegalArgumentException("SOCKS4 knows no password; remove it or use type = \"socks5\"");
                }
            }
            case HTTP -> {
                if (credentials.username().indexOf(':') >= 0) {
                    throw new IllegalArgumentException("a user name for HTTP basic authentication has no colon");
                }
            }
        }
    }

    /** Reads {@code 10.1.2.3:1080}, {@code [::1]:1080} or {@code proxy.example:1080}. @throws IllegalArgumentException saying what is wrong */
    public static Upstream of(String name, UpstreamType type, String address, Credentials credentials) {
        HostPort at = HostPort.parse(address);
        return new Upstream(name, type, at.host(), at.port(), credentials);
    }

    /** Where the upstream listens, or null when its host is a name. */
    public Endpoint endpoint() {
        return HostPort.isName(host) ? null : new Endpoint(IpAddress.parse(host), port);
    }

    /** {@code 10.1.2.3:1080}, {@code [::1]:1080}, {@code proxy.example:1080}. */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** {@code office 10.1.2.3:1080}: how messages name it. */
    @Override
    public String toString() {
        return name + " " + address();
    }
}
