package io.weir.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExemptPortsTest {
    private static final Endpoint WEB = Endpoint.parse("203.0.113.5:443");

    private record Entry(Protocol protocol, Endpoint remote, boolean live) {
    }

    private static boolean contains(ExemptPorts ports, Protocol protocol, int port, Endpoint remote) {
        return ports.contains(protocol.number(), port, remote.address().high(), remote.address().low(), remote.port());
    }

    @Test
    void shouldKnowTheConnectionAndNoOtherFromItsPort() {
        ExemptPorts ports = new ExemptPorts(1);
        assertTrue(ports.enter(Protocol.TCP, 50_000, WEB));
        assertTrue(contains(ports, Protocol.TCP, 50_000, WEB));
        assertFalse(contains(ports, Protocol.UDP, 50_000, WEB));
        assertFalse(contains(ports, Protocol.TCP, 50_001, WEB));
        assertFalse(contains(ports, Protocol.TCP, 50_000, Endpoint.parse("203.0.113.5:80")));
        assertFalse(contains(ports, Protocol.TCP, 50_000, Endpoint.parse("203.0.113.6:443")));
        assertFalse(contains(ports, Protocol.TCP, 50_000, Endpoint.parse("[2001:db8::5]:443")));
    }

    @Test
    void shouldRefuseAPortWhosePlaceIsTaken() {
        ExemptPorts ports = new ExemptPorts(2);
        assertTrue(ports.enter(Protocol.TCP, 50_000, WEB));
        assertFalse(ports.enter(Protocol.UDP, 50_000, WEB));
        assertFalse(ports.enter(Protocol.TCP, 50_000, WEB));
        ports.rest(Protocol.TCP, 50_000, WEB);
        assertFalse(ports.enter(Protocol.TCP, 50_000, WEB), "the system still has the old connection in TIME_WAIT");
        assertTrue(ports.enter(Protocol.TCP, 50_000, Endpoint.parse("203.0.113.6:443")), "another remote end may have the place of a resting one");
        ports.leave(Protocol.TCP, 50_000, WEB);
        assertTrue(contains(ports, Protocol.TCP, 50_000, Endpoint.parse("203.0.113.6:443")), "the old entry's leave is not the new one's");
    }

    @Test
    void shouldRefuseEveryPortWhenFull() {
        ExemptPorts ports = new ExemptPorts(3);
        for (int port = 0; port <= 0xffff; port++) {
            assertTrue(ports.enter(Protocol.TCP, port, WEB));
        }
        assertEquals(0x1_0000, ports.size());
        for (int port = 0; port <= 0xffff; port++) {
            assertFalse(ports.enter(Protocol.TCP, port, Endpoint.parse("203.0.113.6:443")));
        }
    }

    @Test
    void shouldBehaveAsAMapWhenOperationsAreRandom() {
        for (long seed = 1; seed <= 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ExemptPorts ports = new ExemptPorts(random.nextLong());
            Map<Integer, Entry> model = new HashMap<>();
            for (int step = 0; step < 2000; step++) {
                Protocol protocol = random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
                int port = 50_000 + random.nextInt(8);
                Endpoint remote = new Endpoint(random.nextBoolean() ? IpAddress.parse("192.0.2." + random.nextInt(3)) : IpAddress.parse("2001:db8::1"),
                    random.nextInt(443, 445));
                Entry there = model.get(port);
                boolean same = there != null && there.protocol == protocol && there.remote.equals(remote);
                String message = "seed " + seed + " step " + step;
                switch (random.nextInt(4)) {
                    case 0 -> {
                        boolean free = there == null || !there.live && !same;
                        assertEquals(free, ports.enter(protocol, port, remote), message);
                        if (free) {
                            model.put(port, new Entry(protocol, remote, true));
                        }
                    }
                    case 1 -> {
                        ports.rest(protocol, port, remote);
                        if (same) {
                            model.put(port, new Entry(protocol, remote, false));
                        }
                    }
                    case 2 -> {
                        ports.leave(protocol, port, remote);
                        if (same && !there.live) {
                            model.remove(port);
                        }
                    }
                    default -> assertEquals(same, contains(ports, protocol, port, remote), message);
                }
                assertTrue(step % 200 != 0 || model.size() == ports.size(), message);
            }
        }
    }
}
