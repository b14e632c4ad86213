package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How connections end, and how they are slowed: half-close, RST and back-pressure go through to the other side as they came. */
@EndToEnd
class EndingTest {
    private static final long TEN_MIB = 10L << 20;

    private static Weir start(Lab lab, String redirect) {
        lab.servers().start(Servers.Kind.MICROSOCKS);
        return Weir.start(lab, new WeirFile().redirect(redirect).upstream(Proxy.MICROSOCKS)
            .rule("the tests themselves", Proxy.MICROSOCKS.action(), WeirFile.process(Client.PROCESS)));
    }

    private static Weir startScripted(Lab lab, ScriptedServer upstream) {
        return Weir.start(lab, new WeirFile().upstream("scripted", "socks5", upstream.endpointText())
            .rule("the tests themselves", "proxy:scripted", WeirFile.process(Client.PROCESS)));
    }

    private static Weir startDirect(Lab lab, String redirect) {
        return Weir.start(lab, new WeirFile().redirect(redirect).rule("the tests themselves", "direct", WeirFile.process(Client.PROCESS)));
    }

    @ParameterizedTest
    @MethodSource("io.weir.e2e.Shapes#redirectAndFamily")
    void shouldGoOnReceivingWhenTheClientHasShutDownItsSide(String redirect, boolean ipv6, Lab lab) throws Exception {
        CompletableFuture<ByteStream.Sum> sent = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, connection -> answerAfterTheEnd(connection, sent))) {
            startDirect(lab, redirect);
            assertAnsweredAfterTheEnd(lab, server.endpoint(), sent);
        }
    }

    @Test
    void shouldGoOnReceivingThroughAnUpstreamWhenTheClientHasShutDownItsSide(Lab lab) throws Exception {
        CompletableFuture<ByteStream.Sum> sent = new CompletableFuture<>();
        // an upstream written here, because microsocks and danted end both directions as soon as one has ended
        try (ScriptedServer upstream = ScriptedServer.start(lab, false, connection -> {
            Socks5.succeed(connection);
            answerAfterTheEnd(connection, sent);
        })) {
            startScripted(lab, upstream);
            assertAnsweredAfterTheEnd(lab, Client.web(false), sent);
        }
    }

    private static void answerAfterTheEnd(Socket connection, CompletableFuture<ByteStream.Sum> sent) throws IOException {
        connection.getInputStream().readAllBytes();
        sent.complete(ByteStream.send(connection.getChannel(), TEN_MIB, 11));
    }

    private static void assertAnsweredAfterTheEnd(Lab lab, InetSocketAddress server, CompletableFuture<ByteStream.Sum> sent) throws Exception {
        try (Client client = Client.connect(lab, server)) {
            client.send("that is all from me");
            client.socket().shutdownOutput();
            ByteStream.Sum received = ByteStream.receive(client.channel());
            assertEquals(Waiting.forResult(sent, "what the server sent"), received);
        }
    }

    @ParameterizedTest
    @MethodSource("io.weir.e2e.Shapes#redirectAndFamily")
    void shouldHandTheServersResetToTheClientWhenDialledDirectly(String redirect, boolean ipv6, Lab lab) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, EndingTest::resetAfterPing)) {
            startDirect(lab, redirect);
            assertReset(lab, server.endpoint());
        }
    }

    @Test
    void shouldHandTheServersResetToTheClientWhenItComesThroughAnUpstream(Lab lab) throws Exception {
        // microsocks and danted would turn the reset into an orderly end
        try (ScriptedServer upstream = ScriptedServer.start(lab, false, connection -> {
            Socks5.succeed(connection);
            resetAfterPing(connection);
        })) {
            startScripted(lab, upstream);
            assertReset(lab, Client.web(false));
        }
    }

    private static void resetAfterPing(Socket connection) throws IOException {
        connection.getInputStream().readNBytes(4);
        connection.setSoLinger(true, 0);
    }

    private static void assertReset(Lab lab, InetSocketAddress server) throws IOException {
        try (Client client = Client.connect(lab, server)) {
            client.send("ping");
            SocketException reset = assertThrows(SocketException.class, client::readToEnd);
            assertTrue(reset.getMessage().contains("reset"), reset::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("io.weir.e2e.Shapes#redirectAndFamily")
    void shouldHandTheClientsResetToTheServer(String redirect, boolean ipv6, Lab lab) throws Exception {
        CompletableFuture<String> ended = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, connection -> {
            try {
                connection.getInputStream().readAllBytes();
                ended.complete("a clean end");
            } catch (SocketException e) {
                ended.complete(e.getMessage());
            }
        })) {
            startDirect(lab, redirect);
            Client client = Client.connect(lab, server.endpoint());
            client.send("ping");
            Waiting.until(() -> server.accepted() == 1, () -> "the server was never reached");
            client.abort();
            String how = Waiting.forResult(ended, "the end at the server");
            assertTrue(how.contains("reset"), how);
        }
    }

    @ParameterizedTest
    @MethodSource("io.weir.e2e.Shapes#redirectAndFamily")
    void shouldHoldTheServerBackWhenTheClientDoesNotRead(String redirect, boolean ipv6, Lab lab) throws Exception {
        AtomicLong written = new AtomicLong();
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, connection -> pour(connection, written))) {
            Weir weir = start(lab, redirect);
            try (Client client = Client.connect(lab, server.endpoint())) {
                long stuck = awaitStandstill(written);
                // three socket buffers lie on the way, and Linux lets each grow to about 6 MiB; a relay that buffers without end takes everything
                assertTrue(stuck < 64L << 20, () -> stuck + " bytes were taken from the server though nobody reads");
                drain(client.channel(), 16L << 20);
                Waiting.until(() -> written.get() > stuck, () -> "the server stays blocked though the client reads again");
            }
            assertTrue(weir.isAlive());
        }
    }

    private static void pour(Socket connection, AtomicLong written) throws IOException {
        byte[] block = new byte[64 * 1024];
        while (true) {
            connection.getOutputStream().write(block);
            written.addAndGet(block.length);
        }
    }

    private static long awaitStandstill(AtomicLong written) {
        Waiting.until(() -> written.get() > 0, () -> "the server could not write at all");
        long before;
        do {
            before = written.get();
            Pause.of(400);
        } while (written.get() != before);
        return before;
    }

    private static void drain(SocketChannel channel, long bytes) throws IOException {
        java.nio.ByteBuffer block = java.nio.ByteBuffer.allocate(64 * 1024);
        for (long read = 0; read < bytes; ) {
            block.clear();
            int count = channel.read(block);
            if (count < 0) {
                throw new IOException("ended after " + read + " bytes");
            }
            read += count;
        }
    }
}
