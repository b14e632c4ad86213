package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Function;
import com.sun.jna.WString;
import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.packet.PacketView;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import io.weir.testkit.Waiting;
import io.weir.testkit.WindowsProcess;
import io.weir.windows.divert.DivertDriver;
import io.weir.windows.divert.DivertFiles;
import io.weir.windows.divert.DivertSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Winsock programs connect, the driver tells of it, and their first packets are held while we ask whose they are. */
@Tag("windows")
@Tag("bed")
@Tag("slow")
@Timeout(180)
@EnabledIfSystemProperty(named = "weir.bed.standin", matches = ".+", disabledReason = "needs a Windows JVM and a driver: tools/wine/junit")
class WindowsEventsTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Path STANDIN = Path.of(System.getProperty("weir.bed.standin", "."));
    private static final DivertSettings SETTINGS = new DivertSettings(DivertSettings.DEFAULT_PRIORITY, false, null);
    private static final Function SET_VARIABLE = set();

    private final Counters counters = new Counters();
    private final BlockingQueue<Endpoint> closings = new LinkedBlockingQueue<>();
    private WindowsOwnerLookup lookup;
    private Engine engine;
    private PacketBatch batch;
    private Process client;

    private static Function set() {
        return Path.of("\\").getFileSystem().getSeparator().equals("\\") ? Function.getFunction("kernel32", "SetEnvironmentVariableW") : null;
    }

    private void open(String knob, String value) {
        DivertFiles files = DivertFiles.verified(STANDIN, true);
        DivertDriver driver = DivertDriver.load(files);
        files.close();
        WString variable = new WString("WEIRBED_" + knob);
        SET_VARIABLE.invokeInt(new Object[] {variable, new WString(value)});
        try {
            lookup = WindowsOwnerLookup.open(driver, SETTINGS, counters);
        } finally {
            SET_VARIABLE.invokeInt(new Object[] {variable, null});
        }
        lookup.tellClosings((protocol, local, remote, beginning) -> closings.add(local));
        AddressSet servers = AddressSet.parse(List.of("198.51.100.0/24", "2001:db8:2::/64"));
        CaptureScope scope = new CaptureScope(List.of(new CaptureClause(Protocol.TCP, servers, null), new CaptureClause(Protocol.UDP, servers, null)),
            null, List.of(), List.of(), false);
        engine = driver.engine(SETTINGS, scope, counters);
        batch = engine.newBatch();
    }

    @AfterEach
    void close() throws InterruptedException {
        if (client != null) {
            client.destroyForcibly().waitFor(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
        engine.close();
        lookup.close();
    }

    private void run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(STANDIN.resolveSibling("bin").resolve("client.exe").toString(), "-t", "60"));
        command.addAll(List.of(arguments));
        client = WindowsProcess.start(new ProcessBuilder(command).redirectErrorStream(true));
    }

    /** What the first packet that comes belongs to; it stays held. */
    private OwnerQuery firstPacket() {
        Waiting.until("a packet", () -> engine.receive(batch, SECOND_NS) > 0);
        return flow(0);
    }

    private OwnerQuery nextPacket() {
        if (batch.count() > 1) {
            return flow(1);
        }
        engine.inject(batch);
        return firstPacket();
    }

    private OwnerQuery flow(int index) {
        PacketView packet = batch.view(index);
        packet.parse(batch.buffer(), batch.offset(index), batch.length(index));
        return new OwnerQuery(1, packet.protocol() == 6 ? Protocol.TCP : Protocol.UDP,
            Endpoint.of(packet.sourceHigh(), packet.sourceLow(), packet.sourcePort()),
            Endpoint.of(packet.destinationHigh(), packet.destinationLow(), packet.destinationPort()),
            packet.protocol() == 6 ? packet.tcpSequence() : 0);
    }

    private Owner find(OwnerQuery flow) {
        return lookup.find(flow.protocol(), flow.local().address().high(), flow.local().address().low(), flow.local().port(),
            flow.remote().address().high(), flow.remote().address().low(), flow.remote().port(), flow.beginning());
    }

    private Owner ask(OwnerQuery flow) throws InterruptedException {
        BlockingQueue<Owner> answers = new LinkedBlockingQueue<>();
        assertTrue(lookup.ask(flow, (asked, owner) -> answers.add(owner)));
        return Waiting.next(answers, "an answer");
    }

    private void assertClients(Owner owner) {
        assertEquals(client.pid(), owner.pid());
        assertEquals("client.exe", owner.name());
        assertTrue(owner.path().endsWith("\\bin\\client.exe"), owner.path());
        assertEquals(ProcessHandle.current().pid(), owner.parent().pid());
    }

    @ParameterizedTest
    @CsvSource({
        "EVENT_DELAY, 0, 198.51.100.10", "EVENT_DELAY, 0, 2001:db8:2::10",
        "EVENT_DELAY, 150, 198.51.100.10", "EVENT_DELAY, 150, 2001:db8:2::10",
        "EVENT_LOSE, 1, 198.51.100.10", "EVENT_LOSE, 1, 2001:db8:2::10",
        "EVENT_PID, 31337, 198.51.100.10",
    })
    void shouldNameAWinsockClientWhileItsSynIsHeld(String knob, String value, String server) throws Exception {
        open(knob, value);
        run("connect", server, "4444");
        OwnerQuery flow = firstPacket();
        assertEquals(Protocol.TCP, flow.protocol());
        assertClients(ask(flow));
        assertClients(find(flow));
        engine.inject(batch);
        assertEquals(3, client.waitFor(), "refused once it is let go");
    }

    @Test
    void shouldNameADatagramsSenderThoughItsSocketIsClosedAtOnce() throws Exception {
        open("EVENT_DELAY", "50");
        run("udp", "198.51.100.10", "4444", "1");
        OwnerQuery flow = firstPacket();
        assertEquals(Protocol.UDP, flow.protocol());
        assertClients(ask(flow));
        engine.inject(batch);
    }

    @Test
    void shouldFindTheSecondFlowOfAProcessAtOnceWhenItsEventCameFirst() throws Exception {
        open("EVENT_DELAY", "0");
        Path classes = Path.of(TwoConnections.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String java = ProcessHandle.current().info().command().orElseThrow();
        client = WindowsProcess.start(new ProcessBuilder(java, "-cp", classes.toString(), TwoConnections.class.getName()).redirectErrorStream(true));
        assertEquals(client.pid(), ask(firstPacket()).pid());
        OwnerQuery second = nextPacket();
        Waiting.until("the event, which comes by another handle than the packet", () -> find(second) != null);
        assertEquals(client.pid(), find(second).pid());
        engine.inject(batch);
        assertTrue(counters.get(Counter.SOCKET_EVENTS) >= 2);
    }

    /** A program that opens two connections and waits. */
    static final class TwoConnections {

        private TwoConnections() {
        }

        public static void main(String[] arguments) throws IOException {
            for (int port = 4444; port <= 4445; port++) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress("198.51.100.10", port));
            }
            System.in.read();
        }
    }

    @Test
    void shouldTellWhenAClientClosesItsSocketWhileItsSynIsHeld() throws Exception {
        open("EVENT_TWICE", "1");
        run("connect", "198.51.100.10", "4444");
        OwnerQuery flow = firstPacket();
        assertClients(ask(flow));
        assertNull(closings.poll());
        client.destroyForcibly();
        assertEquals(flow.local(), Waiting.next(closings, "the closing"));
        assertNull(find(flow));
        engine.inject(batch);
    }

    @Test
    void shouldNotTakeAProgramForTheOneBeforeItBetweenTheSameEndsWhenNothingWasToldOfTheChange() throws Exception {
        open("EVENT_LOSE", "2"); // told: the first one connects, the second connects; lost: the first closes, the third connects
        run("-p", "40007", "connect", "198.51.100.10", "4444");
        OwnerQuery first = firstPacket();
        assertClients(ask(first));
        engine.inject(batch);
        assertEquals(3, client.waitFor());
        run("connect", "198.51.100.10", "4445");
        Process second = client;
        try {
            assertClients(ask(firstPacket()));
            PacketBatch held = batch;
            batch = engine.newBatch();
            run("-p", "40007", "connect", "198.51.100.10", "4444");
            OwnerQuery third = firstPacket();
            assertEquals(first.local().port(), third.local().port());
            assertClients(ask(third));
            assertClients(find(third));
            engine.inject(held);
            engine.inject(batch);
        } finally {
            second.destroyForcibly().waitFor(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void shouldNameAListeningProgram() throws Exception {
        open("EVENT_DELAY", "0");
        run("listen", "127.0.0.1", "7890", "600");
        Endpoint local = Endpoint.parse("127.0.0.1:7890");
        Owner[] found = new Owner[1];
        Waiting.until("the program listens; it does not say so", () -> (found[0] = lookup.listener(local)).known());
        assertClients(found[0]);
    }
}
