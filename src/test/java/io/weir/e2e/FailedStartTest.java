package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starts that must fail: with every reason at once, the right exit code, a remedy, and nothing done to the machine. */
@EndToEnd
class FailedStartTest {
    private static final int INVALID = 3;
    private static final int ENGINE = 4;

    private static WeirFile good() {
        return new WeirFile().rule("one", "direct", WeirFile.process("fetch-relayed"));
    }

    @Test
    void shouldNameEveryProblemAndStartNothingWhenTheFileIsWrong(Lab lab) {
        Kernel kernel = new Kernel(lab.application());
        String before = kernel.firewall();
        Weir weir = Weir.launch(lab, new WeirFile().set("no-such-key", "1").redirect("sideways")
            .upstream("office", "socks6", "198.51.100.20:99999")
            .rule("one", "proxy:nowhere", WeirFile.process("a"), "port = \"http\"")
            .rule("two", "direct", "to = [\"not-an-address\"]"));
        Finished ended = weir.await(Waiting.PATIENCE);
        assertEquals(INVALID, ended.exit(), ended::toString);
        for (String wrong : List.of("no-such-key", "sideways", "socks6", "99999", "nowhere", "http", "not-an-address")) {
            assertTrue(ended.err().contains(wrong), () -> wrong + " is not mentioned: " + ended);
        }
        assertTrue(ended.err().contains("weir.toml:"), () -> "no file and line: " + ended);
        assertEquals(before, kernel.firewall());
    }

    @Test
    void shouldSayWhatToDoWhenNotRoot(Lab lab) {
        // the checkout may lie where only root may look
        Weir weir = Weir.launch(lab, good(), "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override");
        Finished ended = weir.await(Waiting.PATIENCE);
        assertEquals(ENGINE, ended.exit(), ended::toString);
        assertTrue(ended.err().matches("(?s).*(root|CAP_NET_ADMIN).*"), ended::toString);
    }

    @Test
    void shouldSayWhatToDoWhenAnotherWeirHasTheQueue(Lab lab) {
        Weir first = Weir.start(lab, good());
        Weir second = Weir.launch(lab, good());
        Finished ended = second.await(Waiting.PATIENCE);
        assertEquals(ENGINE, ended.exit(), ended::toString);
        assertTrue(ended.err().matches("(?s).*(queue|Weir is running|already).*"), ended::toString);
        assertTrue(first.isAlive(), "the second start ended the first Weir");
        Finished still = new Curl(lab, "fetch-untouched").get("http://" + Lab.WEB + ":81/");
        assertEquals(Curl.COULD_NOT_CONNECT, still.exit());
    }

    @Test
    void shouldSayWhatToDoWhenTheRelayPortIsTaken(Lab lab) throws IOException {
        try (ServerSocketChannel taken = lab.application().openServer(false)) {
            taken.bind(new java.net.InetSocketAddress(0));
            int port = taken.socket().getLocalPort();
            Weir weir = Weir.launch(lab, new WeirFile().set("redirect.relay-port", Integer.toString(port)).rule("one", "direct", WeirFile.process("x")));
            Finished ended = weir.await(Waiting.PATIENCE);
            assertEquals(ENGINE, ended.exit(), ended::toString);
            assertTrue(ended.err().contains(Integer.toString(port)), ended::toString);
        }
    }
}
