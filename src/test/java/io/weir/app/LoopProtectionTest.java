package io.weir.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.process.Owner;
import io.weir.testkit.FakeOwnerLookup;
import io.weir.testkit.Haste;
import io.weir.testkit.Waiting;
import io.weir.upstream.LocalPorts;
import io.weir.upstream.Reservation;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LoopProtectionTest {
    private static final PortSet BLOCK = PortSet.parse("61000-61099");

    private boolean released;

    /** A machine without marks that reserves ports, or with marks. */
    private Platform platform(int mark) {
        return new MemoryPlatform(new FakeOwnerLookup()) {
            @Override
            public int socketMark() {
                return mark;
            }

            @Override
            public Reservation reservePorts() {
                return new Reservation() {
                    @Override
                    public PortSet ports() {
                        return BLOCK;
                    }

                    @Override
                    public void associate(SocketChannel socket) {
                    }

                    @Override
                    public void close() {
                        released = true;
                    }
                };
            }
        };
    }

    @Test
    void shouldExcludeReservedPortsWhileItIsOpenWhereThereAreNoMarks() {
        LoopProtection loops = LoopProtection.of(WeirTest.settings("127.0.0.1:7890"), platform(0), 0, new Counters());
        assertEquals(BLOCK, loops.excludedLocalPorts());
        loops.close();
        assertTrue(released);
    }

    @Test
    void shouldLeavePortsToTheSystemWhereSocketsAreMarked() throws IOException {
        try (LoopProtection loops = LoopProtection.of(WeirTest.settings("127.0.0.1:7890"), platform(7), 0, new Counters());
             SocketChannel socket = SocketChannel.open()) {
            assertSame(LocalPorts.ANY, loops.localPorts());
            assertNull(loops.localPorts().bind(socket, Endpoint.parse("203.0.113.5:443")));
            assertEquals(PortSet.NONE, loops.excludedLocalPorts());
        }
    }

    @Test
    void shouldLookAgainAtOnceWhenAConnectionGoesToAProgramNobodyHasFound() throws Exception {
        // by itself it looks every three seconds
        Haste.assertWithin(Duration.ofMillis(1500), () -> {
            LinkedBlockingQueue<Long> looks = new LinkedBlockingQueue<>();
            try (LoopProtection loops = watching(looks)) {
                long firstNs = Waiting.next(looks, "a look");
                loops.dialing("office");
                return Duration.ofNanos(Waiting.next(looks, "another look") - firstNs);
            }
        });
    }

    private static LoopProtection watching(Queue<Long> looks) {
        LoopProtection loops = LoopProtection.ofWatcher(WeirTest.settings("127.0.0.1:7890"), new Counters());
        loops.watch(endpoint -> {
            looks.add(System.nanoTime());
            return Owner.UNKNOWN;
        });
        return loops;
    }

    @Test
    void shouldLookLessAndLessOftenWhenNobodyIsFoundInAHurry() throws InterruptedException {
        LinkedBlockingQueue<Long> looks = new LinkedBlockingQueue<>();
        try (LoopProtection loops = watching(looks)) {
            long lastNs = looks.take();
            long gapMs = 10;
            for (int look = 0; look < 6; look++) { // 10, 20, 40, 80, 160, 200 ms between them
                Long nextNs = null;
                while (nextNs == null) {
                    loops.dialing("office");
                    nextNs = looks.poll(1, TimeUnit.MILLISECONDS);
                }
                long sinceMs = (nextNs - lastNs) / 1_000_000;
                assertTrue(sinceMs >= gapMs, "look " + look + " after " + sinceMs + " ms, not " + gapMs);
                lastNs = nextNs;
                gapMs = sinceMs >= 200 ? 10 : Math.min(2 * gapMs, 200); // after a rest, which a busy machine gives, it is in a hurry again
            }
        }
    }
}
