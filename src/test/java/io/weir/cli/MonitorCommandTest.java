package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.app.Platform;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.MemoryEngine;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.filter.Filter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.stage.RedirectShape;
import io.weir.testkit.FakeOwnerLookup;
import io.weir.testkit.PacketFixtures;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command over an engine of memory that is shown a few first packets. */
@Timeout(120)
class MonitorCommandTest {
    private static final String WEB = "203.0.113.7:443";
    private static final int OUT = PacketFlags.OUTBOUND;

    @TempDir
    private Path folder;
    private Path file;
    private final MemoryEngine engine = new MemoryEngine(100);
    private final FakeOwnerLookup owners = new FakeOwnerLookup();
    private EngineException failure;

    @BeforeEach
    void writeConfiguration() throws IOException {
        file = Files.writeString(folder.resolve("weir.toml"), """
            [[upstream]]
            name = "office"
            type = "socks5"
            address = "198.51.100.20:1080"

            [[rule]]
            name = "browsers"
            process = ["curl"]
            action = "proxy:office"

            [[rule]]
            name = "tracker"
            process = ["evil*"]
            action = "block"
            """);
    }

    private void connect(int port, String process, long pid) {
        String application = "10.0.0.5:" + port;
        owners.know(Protocol.TCP, Endpoint.parse(application), Endpoint.parse(WEB), new Owner(pid, 1, "/usr/bin/" + process, process, "me"));
        assertTrue(engine.feed(PacketFixtures.tcp(application, WEB).flags(PacketFixtures.SYN).bytes(), OUT, 2, 0));
    }

    private CommandLineRun monitor(String... more) {
        String[] all = new String[5 + more.length];
        System.arraycopy(new String[] {"monitor", "-c", file.toString(), "--seconds", "1"}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return CommandLineRun.on((settings, allowUnpinned) -> new Watched(engine), false, all);
    }

    /** Nothing but what a monitor may ask for. */
    private final class Watched implements Platform {
        private final Engine watching;

        Watched(Engine watching) {
            this.watching = watching;
        }

        @Override
        public Engine openEngine(CaptureScope scope, Filter chosen, Counters counters) {
            throw new AssertionError("a monitor captures nothing");
        }

        @Override
        public Engine openWatchingEngine(CaptureScope scope, Filter chosen, Counters counters) {
            assertEquals(List.of(), scope.relayEndpoints());
            if (failure != null) {
                throw failure;
            }
            return watching;
        }

        @Override
        public OwnerLookup openOwners(Counters counters) {
            return owners;
        }

        @Override
        public List<IpAddress> relayAddresses(RedirectShape shape) {
            throw new AssertionError("a monitor has no relay");
        }

        @Override
        public int socketMark() {
            return 0;
        }

        @Override
        public int loopbackInterface() {
            return 0;
        }

        @Override
        public boolean refuseByResetOnly() {
            return false;
        }
    }

    @Test
    void shouldShowALineForEachConnectionAndASummary() {
        connect(40001, "curl", 812);
        connect(40002, "evil\u001b[31m", 813);
        connect(40003, "wget", 814);
        connect(40004, "curl", 812);
        CommandLineRun run = monitor();
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.out().lines().toList();
        assertEquals("time          owner                 protocol  destination            outcome                 rule           why", lines.get(0));
        String line = lines.get(1).substring(12);
        assertEquals("  curl[812]             tcp       203.0.113.7:443        proxied through office  browsers       process curl matched \"curl\"", line);
        assertEquals("  evil?[31m[813]        tcp       203.0.113.7:443        blocked                 tracker        "
            + "process evil?[31m matched \"evil*\"", lines.get(2).substring(12));
        assertTrue(lines.get(3).contains("passed                  -              no rule matched"), lines.get(3));
        assertTrue(lines.get(6).matches("4 connections in \\d+\\.\\d+ s: 1 blocked, 1 passed, 2 proxied"), lines.get(6));
        assertEquals("      2  proxied through office  browsers  curl 2", lines.get(7));
        assertEquals(10, lines.size(), run.out());
        assertTrue(run.err().startsWith("weir monitor  " + file + ", memory; nothing is touched"), run.err());
    }

    @Test
    void shouldPrintAnObjectALineWhenAskedForJson() {
        connect(40001, "curl", 812);
        CommandLineRun run = monitor("--json");
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.out().lines().toList();
        assertEquals(2, lines.size(), run.out());
        assertTrue(lines.get(0).matches("\\{\"time\":\"2[^\"]*Z\",\"protocol\":\"tcp\",\"application\":\"10.0.0.5:40001\","
            + "\"destination\":\"203.0.113.7:443\",\"owner\":\"curl\",\"pid\":812,\"path\":\"/usr/bin/curl\",\"outcome\":\"proxied\","
            + "\"rule\":\"browsers\",\"why\":\"process curl matched .\"curl.\"\",\"upstream\":\"office\",\"how\":\"\"}"), lines.get(0));
        assertTrue(lines.get(1).startsWith("{\"connections\":1,\"durationNs\":"), lines.get(1));
        assertTrue(lines.get(1).contains("\"outcomes\":{\"proxied\":1}"), lines.get(1));
    }

    @Test
    void shouldHandEveryPacketBackAsItCame() throws InterruptedException {
        connect(40001, "curl", 812);
        monitor();
        byte[] syn = PacketFixtures.tcp("10.0.0.5:40001", WEB).flags(PacketFixtures.SYN).bytes();
        assertEquals(java.nio.ByteBuffer.wrap(syn), java.nio.ByteBuffer.wrap(engine.take(0).bytes()));
        assertEquals(0, engine.withheld());
    }

    @Test
    void shouldEndWithFourWhenTheEngineCannotBeOpened() {
        failure = new EngineException("no rights to see packets", "Run as root.");
        CommandLineRun run = monitor();
        assertEquals(ExitCode.ENGINE.number(), run.code());
        assertEquals("weir: opening the engine failed: no rights to see packets\n      Run as root.\n", run.err());
        assertEquals("", run.out());
    }

    @Test
    void shouldEndWithFourWhenTheEngineFailsLater() {
        Engine failing = (Engine) Proxy.newProxyInstance(Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("receive")) {
                ((PacketBatch) arguments[0]).clear(System.nanoTime());
                throw new EngineException("the socket is gone", "Start again.");
            }
            try {
                return method.invoke(engine, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        });
        CommandLineRun run = CommandLineRun.on((settings, allowUnpinned) -> new Watched(failing), false, "monitor", "-c", file.toString());
        assertEquals(ExitCode.ENGINE.number(), run.code(), run.err());
        assertTrue(run.err().contains("weir: watching failed: the socket is gone\n      Start again."), run.err());
    }

    @Test
    void shouldRefuseATimeThatIsNone() {
        CommandLineRun run = CommandLineRun.of("monitor", "-c", file.toString(), "--seconds", "0");
        assertEquals(ExitCode.USAGE.number(), run.code());
    }
}
