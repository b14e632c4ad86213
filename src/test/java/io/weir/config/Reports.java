package io.weir.config;

import io.weir.rules.PathStyle;
import java.nio.file.Path;
import java.util.Map;

/** Reads texts as if they were files. */
final class Reports {
    static final Map<String, String> ENVIRONMENT = Map.of("OFFICE_PASSWORD", "correct horse", "EMPTY", "");

    /** A file that uses every table and says nothing wrong. */
    static final String GOOD = """
        # an example
        on-overload = "pass"

        [[upstream]]
        name = "office"
        type = "socks5"
        address = "10.1.2.3:1080"
        username = "me"
        password = "env:OFFICE_PASSWORD"

        [[upstream]]
        name = "home proxy"
        type = "http"
        address = "proxy.example:8080"

        [[rule]]
        name = "browsers"
        process = ["chrome", '/opt/**/fire?ox', "regex:/srv/(a|b)/.*"]
        to = ["203.0.113.0/24", "10.0.0.1-10.0.0.9", "2001:db8::1"]
        port = "80,443,8000-8100"
        protocol = "tcp"
        action = "proxy:office"
        on-failure = "direct"

        [[rule]]
        any = [ { process = "curl", port = 22 },
                { user = ["alice", "bob"], none = [ { to = "192.0.2.0/24" }, { pid = 12 } ] } ]
        action = "proxy:home proxy"
        on-failure = "next"

        [[rule]]
        all = [ { protocol = ["udp"] }, { port = [53, 853] } ]
        action = "block"

        [owner]
        timeout = "1 s 500 ms"
        unknown = "block"
        for-log = false

        [redirect]
        mode = "loopback"
        listeners = 2
        relay-port = 7000
        nat-ports = "10000-20000"
        nat-addresses = 1
        port-rest = "2 min"

        [capture]
        lan = true
        impostor = false
        exclude = ["198.51.100.0/24"]

        [flow]
        maximum-flows = 1_000
        idle = "3 h"

        [relay]
        dial-timeout = "20 s"

        [pipeline]
        threads = "fused"
        ring-slots = 256

        [log]
        level = "debug"
        file = "weir.log"

        [linux]
        queue = 12
        state-directory = "/tmp/weir"

        [windows]
        priority = 777
        driver-folder = "windivert"
        """;

    private Reports() {
    }

    static ConfigReport of(String text) {
        return of(text, PathStyle.UNIX);
    }

    static ConfigReport of(String text, PathStyle style) {
        return SettingsReader.read("weir.toml", text, Path.of("/etc/weir"), style, ENVIRONMENT);
    }
}
