package io.weir.linux.nfqueue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.testkit.NetworkNamespace;
import io.weir.testkit.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Two namespaces joined by a cable: the application and the engine are here, the servers are there. */
final class EngineLab implements AutoCloseable {
    static final String HERE = "203.0.113.2";
    static final String HERE6 = "2001:db8:1::2";
    static final String THERE = "203.0.113.1";
    static final String THERE6 = "2001:db8:1::1";
    static final int QUEUE = 22500;
    private static final long SEED = 77;
    private static final Pattern COUNT = Pattern.compile("(\\w+)=(\\d+)");
    private static final Pattern PACKETS = Pattern.compile("\\[(\\d+):\\d+\\]");

    final NetworkNamespace here;
    final NetworkNamespace there;
    private final Path folder;

    /** Skips the test where namespaces cannot be made. */
    EngineLab(Path folder) {
        String obstacle = NetworkNamespace.obstacle();
        Assumptions.assumeTrue(obstacle == null, obstacle);
        this.folder = folder;
        here = NetworkNamespace.create("weir-engine-here");
        there = NetworkNamespace.create("weir-engine-there");
        NetworkNamespace.join(here, List.of(HERE + "/24", HERE6 + "/64"), there, List.of(THERE + "/24", THERE6 + "/64"));
    }

    /** What many firewalls do: drop what conntrack does not understand. */
    void dropInvalid() {
        for (String program : List.of("iptables", "ip6tables")) {
            for (String chain : List.of("INPUT", "OUTPUT")) {
                here.exec(program, "-A", chain, "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");
            }
        }
    }

    static CaptureScope scope(Endpoint... relays) {
        List<CaptureClause> clauses = List.of(new CaptureClause(Protocol.TCP, null, PortSet.parse("7000-7009")),
            new CaptureClause(Protocol.UDP, null, null));
        return new CaptureScope(clauses, null, List.of(), List.of(relays), false);
    }

    NfqueueSettings settings() {
        return new NfqueueSettings(QUEUE, folder);
    }

    /** An engine that is closed where it was opened: what removes the chains must run in their namespace. */
    final class Running implements AutoCloseable {
        final NfqueueEngine engine;

        private Running(CaptureScope scope) throws Exception {
            engine = here.call(() -> new NfqueueEngine(settings(), scope, new Counters()));
        }

        Diverter divert(boolean reflect, Endpoint... relays) {
            return new Diverter(here, engine, reflect, List.of(relays));
        }

        /** Where nothing is to go to the relay. */
        Diverter divert() {
            return divert(false, Endpoint.parse("127.0.0.1:1"), Endpoint.parse("[::1]:1"));
        }

        @Override
        public void close() throws Exception {
            here.run(engine::close);
        }
    }

    Running engine(CaptureScope scope) throws Exception {
        return new Running(scope);
    }

    SocketChannel connect(String address, int port) throws Exception {
        SocketChannel channel = here.call(SocketChannel::open);
        try {
            channel.socket().connect(new InetSocketAddress(InetAddress.getByName(address), port), Waiting.PATIENCE_MS);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    DatagramChannel datagrams(NetworkNamespace namespace, String address, int port) throws Exception {
        DatagramChannel channel = namespace.call(DatagramChannel::open);
        channel.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        channel.socket().setSoTimeout(Waiting.PATIENCE_MS);
        return channel;
    }

    /** Reads the greeting, then sends random bytes and demands them back. @return the greeting */
    static char talk(SocketChannel channel, int bytes) throws Exception {
        byte[] sent = new byte[bytes];
        new SplittableRandom(SEED).nextBytes(sent);
        FutureTask<Void> sending = new FutureTask<>(() -> {
            ByteBuffer out = ByteBuffer.wrap(sent);
            while (out.hasRemaining()) {
                channel.write(out);
            }
            channel.shutdownOutput();
            return null;
        });
        new Thread(sending, "sender").start();
        ByteBuffer received = ByteBuffer.allocate(bytes + 2);
        while (received.hasRemaining() && channel.read(received) >= 0) {
            continue;
        }
        sending.get();
        assertEquals(bytes + 1, received.position());
        assertArrayEquals(sent, Arrays.copyOfRange(received.array(), 1, bytes + 1));
        return (char) received.get(0);
    }

    /** SYNs the kernel has sent again, here: their first copies waited for a second. */
    long resentSyns() {
        String[] table = here.exec("sh", "-c", "grep ^TcpExt: /proc/net/netstat").split("\n");
        return Long.parseLong(table[1].split(" ")[List.of(table[0].split(" ")).indexOf("TCPSynRetrans")]);
    }

    /** Sums over all processors of {@code conntrack -S}, here; and {@link #resentSyns()}. */
    Map<String, Long> conntrack() {
        Map<String, Long> sums = new TreeMap<>(Map.of("resent", resentSyns()));
        Matcher count = COUNT.matcher(here.exec("conntrack", "-S").replaceAll("cpu=\\d+", ""));
        while (count.find()) {
            sums.merge(count.group(1), Long.parseLong(count.group(2)), Long::sum);
        }
        return sums;
    }

    /** But for what a busy machine does: of a SYN that was sent again, both copies are tracked, and one is dropped. */
    static void assertUnharmed(Map<String, Long> before, Map<String, Long> after) {
        for (String harm : List.of("insert_failed", "drop", "early_drop", "invalid", "clash_resolve")) {
            assertTrue(after.get(harm) - before.get(harm) <= after.get("resent") - before.get("resent"),
                () -> harm + " of conntrack: " + before + ", then " + after);
        }
    }

    /** Packets counted so far by rules, of both families, whose text contains {@code part}. */
    long packets(String part) {
        return (here.exec("iptables-save", "-c") + here.exec("ip6tables-save", "-c")).lines().filter(line -> line.contains(part)).mapToLong(line -> {
            Matcher counted = PACKETS.matcher(line);
            return counted.find() ? Long.parseLong(counted.group(1)) : 0;
        }).sum();
    }

    @Override
    public void close() {
        here.close();
        there.close();
    }
}
