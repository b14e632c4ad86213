package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.testkit.Haste;
import io.weir.testkit.Waiting;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lab itself, without Weir: what fails here is no fault of the product. */
@EndToEnd
class LabTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldShowTheServerWhoAsksWhenNothingIsBetween(boolean ipv6, Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        Finished curl = new Curl(lab, "curl-plain").get(Curl.web(ipv6, "/who")).orFail();
        assertEquals(ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION, curl.out().strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "MICROSOCKS socks5://198.51.100.20:1080", "MICROSOCKS6 socks5://[2001:db8:2::20]:1080", "DANTED socks5://198.51.100.21:1080",
        "DANTED socks4://198.51.100.21:1080", "DANTED_PASSWORD socks5://weirtest:s3cret@198.51.100.22:1080",
        "TINYPROXY http://198.51.100.24:8888", "TINYPROXY_PASSWORD http://weirtest:s3cret@198.51.100.25:8888"})
    void shouldReachTheWebThroughEveryProxy(String proxy, Lab lab) {
        String[] words = proxy.split(" ");
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.valueOf(words[0]));
        for (boolean ipv6 : new boolean[] {false, true}) {
            if (ipv6 && words[1].startsWith("socks4")) {
                continue;
            }
            String seen = new Curl(lab, "curl-plain").with("--proxytunnel", "--proxy", words[1]).get(Curl.web(ipv6, "/who")).orFail().out().strip();
            assertEquals(ipv6 ? Lab.WEB6 : Lab.WEB, seen);
        }
    }

    @Test
    void shouldRefuseAndLoseWhatIsMeantToBe(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        assertEquals(Curl.COULD_NOT_CONNECT, new Curl(lab, "curl-plain").get("http://" + Lab.WEB + ":81/").exit());
        assertEquals(Curl.COULD_NOT_CONNECT, new Curl(lab, "curl-plain").get("http://[" + Lab.WEB6 + "]:81/").exit());
        assertEquals(Curl.COULD_NOT_CONNECT, new Curl(lab, "curl-plain").get("http://" + Lab.UNREACHABLE + "/").exit());
        assertEquals(Curl.COULD_NOT_CONNECT, new Curl(lab, "curl-plain").get("http://[" + Lab.UNREACHABLE6 + "]/").exit());
        assertEquals(Curl.TIMED_OUT, new Curl(lab, "curl-plain").with("--max-time", "1").get("http://" + Lab.SILENT + "/").exit());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCarryBytesResetsAndHalfClosesWhenNothingIsBetween(boolean ipv6, Lab lab) throws Exception {
        CompletableFuture<ByteStream.Sum> sent = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, connection -> {
            connection.getInputStream().readAllBytes();
            sent.complete(ByteStream.send(connection.getChannel(), 64L << 20, 3));
            connection.setSoLinger(true, 0);
        }); Client client = Client.connect(lab, server.endpoint())) {
            client.socket().shutdownOutput();
            assertThrows(IOException.class, () -> ByteStream.receive(client.channel()));
        }
        assertEquals(64L << 20, Waiting.forResult(sent, "the sum").bytes());
        CompletableFuture<ByteStream.Sum> received = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, connection -> received.complete(ByteStream.receive(connection.getChannel())));
            Client client = Client.connect(lab, server.endpoint())) {
            ByteStream.Sum gone = ByteStream.send(client.channel(), 64L << 20, 3);
            client.socket().shutdownOutput();
            assertEquals(gone, Waiting.forResult(received, "the sum"));
        }
    }

    @Test
    void shouldBearTheLoadWhenNothingIsBetween(Lab lab) throws Exception {
        lab.servers().start(Servers.Kind.NGINX);
        Kernel kernel = new Kernel(lab.application());
        Haste.assertComesRight(attempt -> {
            long resent = kernel.statistic("TcpExtTCPSynRetrans");
            Workers.run(64, 1000, turn -> ShortRequest.run(lab, Lab.APPLICATION));
            assertEquals(resent, kernel.statistic("TcpExtTCPSynRetrans"));
        });
        assertEquals(0L, kernel.conntrack().get("insert_failed"));
    }
}
