package io.weir.linux.nfqueue;

import static io.weir.linux.nfqueue.EngineLab.HERE;
import static io.weir.linux.nfqueue.EngineLab.THERE;
import static io.weir.linux.nfqueue.EngineLab.scope;
import static io.weir.linux.nfqueue.EngineLab.talk;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.CaptureScope;
import io.weir.engine.EngineException;
import io.weir.testkit.Waiting;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Death, rivals and overload. */
@Tag("namespace")
@Timeout(180)
class NfqueueFailureTest {
    /** More than a queue holds. */
    private static final int FLOOD = 18_000;
    private static final int CLIENTS = 120;

    @TempDir
    Path folder;

    private EngineLab lab;

    @BeforeEach
    void open() {
        lab = new EngineLab(folder);
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private String firewall() {
        return (lab.here.exec("iptables-save") + lab.here.exec("ip6tables-save")).replaceAll("(?m)^#.*\n", "");
    }

    private Process start() throws Exception {
        Process process = lab.here.builder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("java.class.path"), EngineProgram.class.getName(), Integer.toString(EngineLab.QUEUE), folder.toString())
            .redirectErrorStream(true).start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.equals("ready")) {
            line = out.readLine();
        }
        assertNotNull(line, "the program ended before it was ready");
        return process;
    }

    private void assertGoesOn(SocketChannel open) throws Exception {
        assertEquals('S', talk(open, 100_000), "a connection that was open goes on");
        try (SocketChannel channel = lab.connect(THERE, Diverter.RELEASED)) {
            assertEquals('S', talk(channel, 100_000), "a new connection opens at once");
        }
    }

    @Test
    void shouldLetTrafficGoOnWhenKilledAndTidyUpAtTheNextStart() throws Exception {
        String before = firewall();
        try (EchoServer real = new EchoServer(lab.there, THERE, Diverter.RELEASED, 'S')) {
            Process process = start();
            try (SocketChannel open = lab.connect(THERE, Diverter.RELEASED)) {
                process.destroyForcibly();
                assertTrue(process.waitFor(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS));
                assertTrue(firewall().contains("WEIR"), "nobody could tidy up");
                assertGoesOn(open);
            }
            lab.engine(scope()).close();
            assertEquals(before, firewall());
        }
    }

    @Test
    void shouldLetTrafficGoOnWhenClosed() throws Exception {
        String before = firewall();
        try (EchoServer real = new EchoServer(lab.there, THERE, Diverter.PASSED, 'S'); EchoServer other = new EchoServer(lab.there, THERE,
            Diverter.RELEASED, 'S')) {
            EngineLab.Running engine = lab.engine(scope());
            Diverter diverter = engine.divert();
            try (SocketChannel open = lab.connect(THERE, Diverter.PASSED)) {
                diverter.close();
                engine.close();
                assertEquals(before, firewall());
                assertGoesOn(open);
            }
        }
    }

    @Test
    void shouldSayWhoIsInTheWayAndLeaveHimAloneWhenQueueIsTaken() throws Exception {
        try (EngineLab.Running first = lab.engine(scope())) {
            String installed = firewall();
            EngineException e = assertThrows(EngineException.class, () -> lab.engine(scope()));
            assertTrue(e.getMessage().contains("22500") && e.remedy().contains("linux.queue"), () -> e.getMessage() + " / " + e.remedy());
            assertEquals(installed, firewall());
        }
        assertFalse(firewall().contains("WEIR"));
    }

    /** Nobody receives: first packets of a flow wait or are lost, those of an older flow pass when the queue is full. */
    @ParameterizedTest
    @CsvSource({"false, false, false", "true, false, true", "false, true, true"})
    void shouldLeakOnlyWhatMayWhenOverloaded(boolean olderFlow, boolean onOverloadPass, boolean leaks) throws Exception {
        lab.dropInvalid(); // a machine whose conntrack was at work before us: it knows the older flows
        try (DatagramChannel server = lab.datagrams(lab.there, THERE, Diverter.RELEASED)) {
            List<DatagramChannel> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                DatagramChannel client = lab.datagrams(lab.here, HERE, 0);
                clients.add(client);
                if (olderFlow) {
                    client.send(ByteBuffer.allocate(1), server.getLocalAddress());
                    server.socket().receive(new DatagramPacket(new byte[1], 1));
                    server.send(ByteBuffer.allocate(1), client.getLocalAddress());
                    client.socket().receive(new DatagramPacket(new byte[1], 1));
                }
            }
            CaptureScope scope = scope();
            try (EngineLab.Running engine = lab.engine(new CaptureScope(scope.clauses(), null, List.of(), List.of(), onOverloadPass))) {
                flood(clients, server);
                if (leaks) {
                    server.socket().receive(new DatagramPacket(new byte[1], 1));
                } else {
                    server.socket().setSoTimeout(500);
                    assertThrows(SocketTimeoutException.class, () -> server.socket().receive(new DatagramPacket(new byte[1], 1)));
                }
            }
            for (DatagramChannel client : clients) {
                client.close();
            }
        }
    }

    /** A queued packet is still its socket's: each can only have so many. */
    private static void flood(List<DatagramChannel> clients, DatagramChannel server) throws Exception {
        int sent = 0;
        for (DatagramChannel client : clients) {
            client.configureBlocking(false);
            int before = -1;
            for (int mine = 0; mine > before && sent < FLOOD;) {
                before = mine;
                mine += client.send(ByteBuffer.allocate(1), server.getLocalAddress());
                sent += mine - before;
            }
        }
        assertEquals(FLOOD, sent);
    }
}
