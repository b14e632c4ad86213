package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of upstream carries a download, byte for byte. */
@EndToEnd
class UpstreamTest {
    private static final int FILE_BYTES = 3 * 1024 * 1024 + 17;

    @ParameterizedTest
    @MethodSource("io.weir.e2e.Shapes#proxyRedirectFamilyWiring")
    void shouldCarryADownloadThroughEveryKindOfUpstream(Proxy proxy, String redirect, boolean ipv6, String wiring, Lab lab) throws IOException {
        byte[] content = new byte[FILE_BYTES];
        new SplittableRandom(7).nextBytes(content);
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().webFile("noise", content);
        lab.servers().start(proxy.server());
        Weir weir = Weir.start(lab, new WeirFile().redirect(redirect).set("pipeline.threads", '"' + wiring + '"').upstream(proxy)
            .rule("all of it", proxy.action(), WeirFile.process("fetch-proxied")));
        assertEquals(ipv6 ? Lab.WEB6 : Lab.WEB, new Curl(lab, "fetch-proxied").get(Curl.web(ipv6, "/who")).orFail().out().strip());
        Path file = lab.folder().resolve("downloaded");
        new Curl(lab, "fetch-proxied").with("-o", file.toString()).get(Curl.web(ipv6, "/noise")).orFail();
        assertArrayEquals(content, Files.readAllBytes(file));
        weir.interrupt();
        assertEquals(2, weir.counter("flows-proxied"));
    }
}
