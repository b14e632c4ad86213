package io.weir.e2e;

import java.util.Locale;

/** The proxies nobody here wrote, as upstreams. */
public enum Proxy {
    MICROSOCKS(Servers.Kind.MICROSOCKS, "socks5", false),
    MICROSOCKS6(Servers.Kind.MICROSOCKS6, "socks5", false),
    DANTED(Servers.Kind.DANTED, "socks5", false),
    DANTED_PASSWORD(Servers.Kind.DANTED_PASSWORD, "socks5", true),
    DANTED_SOCKS4(Servers.Kind.DANTED, "socks4a", false),
    TINYPROXY(Servers.Kind.TINYPROXY, "http", false),
    TINYPROXY_PASSWORD(Servers.Kind.TINYPROXY_PASSWORD, "http", true);

    private final Servers.Kind server;
    private final String type;
    private final boolean password;

    Proxy(Servers.Kind server, String type, boolean password) {
        this.server = server;
        this.type = type;
        this.password = password;
    }

    public Servers.Kind server() {
        return server;
    }

    /** SOCKS4 has no room for an IPv6 address. */
    public boolean carriesIpv6() {
        return !type.equals("socks4a");
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String action() {
        return "proxy:" + label();
    }

    public String toml() {
        String credentials = password ? "username = \"" + Servers.USER + "\"\npassword = \"env:WEIR_TEST_PASSWORD\"\n" : "";
        return "[[upstream]]\nname = \"" + label() + "\"\ntype = \"" + type + "\"\naddress = \"" + server.endpoint() + "\"\n" + credentials;
    }
}
