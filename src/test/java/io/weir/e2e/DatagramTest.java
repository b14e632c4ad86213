package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP: refused by an ICMP message, silenced, or let through; no upstream carries it, so a rule with a proxy refuses it. */
@EndToEnd
class DatagramTest {
    private static final int BLOCKED = 7001;
    private static final int DROPPED = 7002;
    private static final int PROXIED = 7003;
    private static final int DIRECT = 7004;
    private static final int UNTOUCHED = 7005;
    private static final int PATIENCE_MS = Waiting.PATIENCE_MS;
    private static final int SILENCE_MS = 1_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseSilenceOrLetThroughAsTheRuleSays(boolean ipv6, Lab lab) throws IOException {
        List<DatagramChannel> echoes = new ArrayList<>();
        try {
            for (int port : new int[] {BLOCKED, DROPPED, PROXIED, DIRECT, UNTOUCHED}) {
                echoes.add(echo(lab, ipv6, port));
            }
            String me = WeirFile.process(Client.PROCESS);
            Weir weir = Weir.start(lab, new WeirFile().upstream(Proxy.MICROSOCKS)
                .rule("refused", "block", me, "port = \"" + BLOCKED + "\"")
                .rule("silenced", "drop", me, "port = \"" + DROPPED + "\"")
                .rule("no way", Proxy.MICROSOCKS.action(), me, "port = \"" + PROXIED + "\"")
                .rule("straight out", "direct", me, "port = \"" + DIRECT + "\""));
            assertThrows(PortUnreachableException.class, () -> ask(lab, ipv6, BLOCKED));
            assertSilenced(lab, ipv6, weir);
            assertThrows(PortUnreachableException.class, () -> ask(lab, ipv6, PROXIED));
            assertEquals("hello", ask(lab, ipv6, DIRECT));
            assertEquals("hello", ask(lab, ipv6, UNTOUCHED));
            weir.interrupt();
            assertEquals(1, weir.counter("flows-blocked"));
            assertEquals(1, weir.counter("flows-dropped"));
        } finally {
            for (DatagramChannel each : echoes) {
                each.close();
            }
        }
    }

    private static InetSocketAddress server(boolean ipv6, int port) {
        return new InetSocketAddress(ipv6 ? Lab.SCRIPTED6 : Lab.SCRIPTED, port);
    }

    private static DatagramChannel echo(Lab lab, boolean ipv6, int port) throws IOException {
        DatagramChannel channel = lab.network().openDatagrams(ipv6);
        channel.bind(server(ipv6, port));
        Thread thread = new Thread(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            try {
                while (true) {
                    packet.setLength(512);
                    channel.socket().receive(packet);
                    channel.socket().send(packet);
                }
            } catch (IOException closed) {
                // the test is over
            }
        }, "datagram-echo");
        thread.setDaemon(true);
        thread.start();
        return channel;
    }

    private static String ask(Lab lab, boolean ipv6, int port) throws IOException {
        try (DatagramChannel channel = saidHello(lab, ipv6, port)) {
            return answer(channel, PATIENCE_MS);
        }
    }

    private static void assertSilenced(Lab lab, boolean ipv6, Weir weir) throws IOException {
        try (DatagramChannel channel = saidHello(lab, ipv6, DROPPED)) {
            weir.awaitLog("dropped udp java.*:" + DROPPED + "\\b");
            assertThrows(SocketTimeoutException.class, () -> answer(channel, SILENCE_MS));
        }
    }

    private static DatagramChannel saidHello(Lab lab, boolean ipv6, int port) throws IOException {
        DatagramChannel channel = lab.application().openDatagrams(ipv6);
        channel.connect(server(ipv6, port));
        byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
        channel.socket().send(new DatagramPacket(hello, hello.length));
        return channel;
    }

    private static String answer(DatagramChannel channel, int patienceMs) throws IOException {
        channel.socket().setSoTimeout(patienceMs);
        DatagramPacket answer = new DatagramPacket(new byte[512], 512);
        channel.socket().receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
    }
}
