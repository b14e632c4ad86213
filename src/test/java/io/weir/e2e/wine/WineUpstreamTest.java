package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Finished;
import io.weir.e2e.Lab;
import io.weir.e2e.Proxy;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of upstream carries a download, byte for byte, and a refusal: one Weir, a program for each upstream. */
@OnWine
class WineUpstreamTest {
    private static final int FILE_BYTES = 3 * 1024 * 1024 + 17;
    private static final List<Proxy> PROXIES = List.of(Proxy.MICROSOCKS6, Proxy.DANTED_PASSWORD, Proxy.DANTED_SOCKS4, Proxy.TINYPROXY);
    private static final Duration SOON = Duration.ofSeconds(40);

    @ParameterizedTest
    @ValueSource(strings = {"reflect", "loopback"})
    void shouldCarryDownloadsAndRefusalsThroughEveryKindOfUpstream(String redirect, WineLab lab) throws IOException {
        byte[] content = new byte[FILE_BYTES];
        new SplittableRandom(7).nextBytes(content);
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().webFile("noise", content);
        WeirFile file = new WeirFile().redirect(redirect);
        for (Proxy proxy : PROXIES) {
            lab.servers().start(proxy.server());
            file.upstream(proxy).rule(proxy.label(), proxy.action(), WeirFile.process("fetch-" + proxy.label() + ".exe"));
        }
        Weir weir = lab.start(file);
        int refused = 0;
        for (Proxy proxy : PROXIES) {
            boolean ipv6 = proxy.carriesIpv6();
            String client = "fetch-" + proxy.label();
            assertEquals(ipv6 ? Lab.WEB6 : Lab.WEB, lab.fetch(client, ipv6, "/who").orFail().out(), client);
            Path downloaded = lab.lab().folder().resolve("downloaded");
            lab.client(client, "get", Lab.WEB, "80", "/noise", Bed.windows(downloaded)).orFail();
            assertArrayEquals(content, Files.readAllBytes(downloaded), client);
            for (String closed : List.of(Lab.WEB + " 81", Lab.UNREACHABLE + " 80")) {
                Finished connect = lab.client(client, "connect", closed.split(" ")[0], closed.split(" ")[1]);
                // whatever the reason, Windows is told by a reset: anything else would make it try the SYN again
                assertEquals(Exit.REFUSED, connect.exit(), connect::toString);
                assertTrue(connect.took().compareTo(SOON) < 0, connect::toString);
                refused++;
            }
        }
        assertEquals(0, weir.interrupt().exit());
        assertEquals(2 * PROXIES.size(), weir.counter("flows-proxied"));
        assertEquals(refused, weir.counter("flows-failed"));
    }
}
