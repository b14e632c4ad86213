package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.testkit.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Long transfers arrive byte for byte: the sums of what was sent and what came are the same. */
@EndToEnd
class BulkTest {
    private static final long GIB = 1L << 30;
    private static final long SHORTER = GIB / 8;

    /** Proxy or direct, redirect mode, IPv6, bytes: the whole GiB on the common road, less on the others unless everything was asked for. */
    static Stream<Arguments> roads() {
        List<Arguments> roads = new ArrayList<>();
        roads.add(Arguments.of(Proxy.MICROSOCKS.name(), "loopback", false, GIB));
        roads.add(Arguments.of(Proxy.DANTED.name(), "reflect", true, Shapes.FULL ? GIB : SHORTER));
        roads.add(Arguments.of("DIRECT", "loopback", true, Shapes.FULL ? GIB : SHORTER));
        roads.add(Arguments.of(Proxy.TINYPROXY.name(), "reflect", false, Shapes.FULL ? GIB : SHORTER));
        return roads.stream();
    }

    private static Weir start(String road, String redirect, Lab lab) {
        WeirFile file = new WeirFile().redirect(redirect);
        if (road.equals("DIRECT")) {
            return Weir.start(lab, file.rule("straight", "direct", WeirFile.process(Client.PROCESS)));
        }
        Proxy proxy = Proxy.valueOf(road);
        lab.servers().start(proxy.server());
        return Weir.start(lab, file.upstream(proxy).rule("through", proxy.action(), WeirFile.process(Client.PROCESS)));
    }

    @ParameterizedTest
    @MethodSource("roads")
    void shouldDeliverEveryByteDownwards(String road, String redirect, boolean ipv6, long bytes, Lab lab) throws Exception {
        CompletableFuture<ByteStream.Sum> sent = new CompletableFuture<>();
        ScriptedServer.Conversation sending = connection -> sent.complete(ByteStream.send(connection.getChannel(), bytes, 1));
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, sending)) {
            Weir weir = start(road, redirect, lab);
            try (Client client = Client.connect(lab, server.endpoint())) {
                ByteStream.Sum received = ByteStream.receive(client.channel());
                assertEquals(Waiting.forResult(sent, "the sum"), received);
            }
            weir.interrupt();
            assertEquals(1, weir.counter("flows-opened"));
        }
    }

    @ParameterizedTest
    @MethodSource("roads")
    void shouldDeliverEveryByteUpwards(String road, String redirect, boolean ipv6, long bytes, Lab lab) throws Exception {
        CompletableFuture<ByteStream.Sum> received = new CompletableFuture<>();
        ScriptedServer.Conversation receiving = connection -> received.complete(ByteStream.receive(connection.getChannel()));
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, receiving)) {
            Weir weir = start(road, redirect, lab);
            try (Client client = Client.connect(lab, server.endpoint())) {
                ByteStream.Sum sent = ByteStream.send(client.channel(), bytes, 2);
                client.socket().shutdownOutput();
                assertEquals(sent, Waiting.forResult(received, "the sum"));
            }
            weir.interrupt();
            assertEquals(1, weir.counter("flows-opened"));
        }
    }
}
