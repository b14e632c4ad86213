package io.weir.app;

import io.weir.filter.Filter;
import io.weir.filter.FilterException;
import io.weir.filter.Layer;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.OnFailure;
import io.weir.rules.Rule;
import io.weir.stage.StageSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A connection of our own over each family through the real engine to an address of a documentation range (RFC 5737, RFC 3849). A rule catches it,
 * the relay dials a target in this process in its place, and the target's nonce comes back: then redirection works here. No packet leaves the
 * machine. On one so busy that the relay is asked late, or not at all in time, the test is made again with more patience.
 */
final class SelfTest {
    private static final Endpoint IPV4 = Endpoint.parse("192.0.2.87:8787");
    private static final Endpoint IPV6 = Endpoint.parse("[2001:db8::57]:8787");
    private static final int[] PATIENCE_MS = {2000, 4000, 8000};
    private static final int LAST_WAIT_MS = 2000;
    private static final int NONCE_BYTES = 16;
    private static final long LAST_PACKETS_NS = 20_000_000;

    /** What came of it. */
    enum Outcome { WORKS, ONLY_IPV4, FAILS, INCONCLUSIVE }

    /** @param why a phrase for the log */
    record Result(Outcome outcome, String why) {
    }

    /** Opens a connection as any program does. */
    @FunctionalInterface
    interface Connector {
        /** @throws SocketTimeoutException when there is none in time */
        Socket connect(Endpoint destination, int timeoutMs) throws IOException;
    }

    private final Connector connector;
    private final LongSupplier clock;
    private final Semaphore flowsEnded = new Semaphore(0);
    private volatile Endpoint target;
    private int flows;
    private boolean unanswered;
    private volatile boolean dialed;
    private volatile long dialedNs;

    SelfTest() {
        this(SelfTest::open, System::nanoTime);
    }

    SelfTest(Connector connector, LongSupplier clock) {
        this.connector = connector;
        this.clock = clock;
    }

    /** First in the rule set, so that no rule of the user can catch the connection. */
    static Rule rule() {
        List<String> addresses = List.of(IPV4.address().toString(), IPV6.address().toString());
        Condition condition = new Condition.All(List.of(Condition.Destination.parse(addresses),
            new Condition.Port(PortSet.parse(String.valueOf(IPV4.port()))), new Condition.Transport(Set.of(Protocol.TCP))));
        return new Rule("weir self-test", condition, Action.DIRECT, OnFailure.BLOCK);
    }

    /** The settings with a filter, if there is one, that does not leave the test's connection out. */
    static StageSettings admitted(StageSettings settings) {
        if (settings.filter() == null) {
            return settings;
        }
        try {
            String ours = "tcp.DstPort == " + IPV4.port() + " and (remoteAddr == " + IPV4.address() + " or remoteAddr == " + IPV6.address() + ")";
            return settings.withFilter(settings.filter().or(Filter.compile(ours, Layer.NETWORK)));
        } catch (FilterException tooLong) {
            return settings; // cannot be: configurations leave room for it
        }
    }

    /** Whether a flow is ours and no business of the user's. */
    static boolean isTo(Endpoint destination) {
        return destination.equals(IPV4) || destination.equals(IPV6);
    }

    /** The stages are done with one of the test's flows. */
    void flowEnded() {
        flowsEnded.release();
    }

    /** Waits, not for long, until the stages are done with the test's flows and their last packets are gone. */
    void awaitEnd() {
        try {
            if (flowsEnded.tryAcquire(flows, LAST_WAIT_MS, TimeUnit.MILLISECONDS)) {
                LockSupport.parkNanos(LAST_PACKETS_NS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the relay must connect to for {@code destination}: elsewhere only during the test. */
    Endpoint instead(Endpoint destination) {
        Endpoint now = target;
        if (now == null || !isTo(destination)) {
            return destination;
        }
        dialedNs = clock.getAsLong();
        dialed = true;
        return now;
    }

    /** Blocks for a few seconds at most, on a busy machine for a quarter of a minute. */
    Result run() {
        flowsEnded.drainPermits();
        flows = 0;
        Result ipv4 = run(IPV4);
        if (ipv4.outcome == Outcome.FAILS) {
            return ipv4;
        }
        Result ipv6 = run(IPV6);
        return switch (ipv6.outcome) {
            case FAILS -> new Result(ipv4.outcome == Outcome.WORKS ? Outcome.ONLY_IPV4 : Outcome.FAILS, "over IPv6: " + ipv6.why);
            case INCONCLUSIVE -> ipv4;
            default -> ipv6;
        };
    }

    private Result run(Endpoint destination) {
        for (int i = 0;; i++) {
            long startNs = clock.getAsLong();
            Result result = run(destination, PATIENCE_MS[i]);
            // up to the dial is a small part of the way, and nothing on it can fail: where that takes long, the rest does
            boolean dialedSoon = dialed && dialedNs - startNs < PATIENCE_MS[i] * 1_000_000L / 8;
            if (!unanswered || dialedSoon || i == PATIENCE_MS.length - 1) {
                return result;
            }
        }
    }

    private Result run(Endpoint destination, int patienceMs) {
        dialed = false;
        unanswered = false;
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = new ServerSocket(0, 8, here)) {
            byte[] nonce = new byte[NONCE_BYTES];
            new SecureRandom().nextBytes(nonce);
            target = new Endpoint(IpAddress.ofBytes(here.getAddress()), listener.getLocalPort());
            Thread answering = new Thread(() -> answer(listener, nonce), "weir-self-test");
            answering.setDaemon(true);
            answering.start();
            return connect(destination, nonce, patienceMs);
        } catch (IOException problem) {
            return new Result(Outcome.INCONCLUSIVE, "no listener on loopback: " + problem.getMessage());
        } finally {
            target = null;
        }
    }

    private static void answer(ServerSocket listener, byte[] nonce) {
        try {
            while (true) {
                try (Socket socket = listener.accept()) {
                    socket.getOutputStream().write(nonce);
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static Socket open(Endpoint destination, int timeoutMs) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(destination.address().bytes()), destination.port()), timeoutMs);
            return socket;
        } catch (IOException problem) {
            socket.close();
            throw problem;
        }
    }

    private Result connect(Endpoint destination, byte[] nonce, int patienceMs) {
        try (Socket socket = connector.connect(destination, patienceMs)) {
            socket.setSoTimeout(patienceMs);
            byte[] got = socket.getInputStream().readNBytes(NONCE_BYTES);
            if (!Arrays.equals(got, nonce)) {
                return new Result(Outcome.FAILS, "something else answered in the target's place");
            }
            flows++;
            return new Result(Outcome.WORKS, "a connection came back through the relay");
        } catch (NoRouteToHostException noRoute) {
            return new Result(Outcome.INCONCLUSIVE, "no route");
        } catch (ConnectException refused) {
            return refused(destination, refused, "the connection was refused");
        } catch (SocketException problem) {
            return refused(destination, problem, problem.getMessage());
        } catch (IOException problem) {
            unanswered = true;
            return new Result(Outcome.FAILS, "no answer within " + patienceMs / 1000 + " s");
        }
    }

    /** Over IPv6 it says nothing: the relay may not listen there, or a firewall may keep all of IPv6 in. */
    private static Result refused(Endpoint destination, SocketException problem, String why) {
        boolean unreachable = String.valueOf(problem.getMessage()).contains("unreachable");
        return new Result(unreachable || !destination.address().isIpv4() ? Outcome.INCONCLUSIVE : Outcome.FAILS, unreachable ? "no route" : why);
    }
}
