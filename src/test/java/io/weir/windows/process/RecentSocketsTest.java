package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.process.Owner;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentSocketsTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final long MS = 1_000_000;

    private final Counters counters = new Counters();
    private final RecentSockets recent = new RecentSockets(64, 42, counters);

    private static OwnedSocket socket(int protocol, String local, String remote, long timestamp) {
        Endpoint here = Endpoint.parse(local);
        Endpoint there = Endpoint.parse(remote);
        return new OwnedSocket(protocol, here.address().high(), here.address().low(), here.port(), there.address().high(), there.address().low(),
            there.port(), 7, timestamp, timestamp, null);
    }

    private static OwnedSocket fromTable(long sinceNs, long beginning, long beganNs) {
        SocketKey key = new SocketKey(TCP, Endpoint.parse("10.0.0.1:5000"), Endpoint.parse("203.0.113.1:443"));
        return OwnedSocket.fromTable(key, new KnownProcess(7, 0, Owner.UNKNOWN), 0, sinceNs, beginning, beganNs);
    }

    private OwnedSocket find() {
        return find(TCP, "10.0.0.1:5000", "203.0.113.1:443");
    }

    private OwnedSocket find(int protocol, String local, String remote) {
        Endpoint here = Endpoint.parse(local);
        Endpoint there = Endpoint.parse(remote);
        return recent.find(protocol, here.address().high(), here.address().low(), here.port(), there.address().high(), there.address().low(),
            there.port());
    }

    private OwnedSocket remove(String local, String remote, long timestamp) {
        Endpoint here = Endpoint.parse(local);
        Endpoint there = Endpoint.parse(remote);
        return recent.remove(TCP, here.address().high(), here.address().low(), here.port(), there.address().high(), there.address().low(),
            there.port(), timestamp);
    }

    @Test
    void shouldFindASocketByAllItsValues() {
        OwnedSocket socket = socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 10);
        assertTrue(recent.put(socket));
        assertSame(socket, find(TCP, "10.0.0.1:5000", "203.0.113.1:443"));
        assertNull(find(UDP, "10.0.0.1:5000", "203.0.113.1:443"));
        assertNull(find(TCP, "10.0.0.1:5001", "203.0.113.1:443"));
        assertNull(find(TCP, "10.0.0.2:5000", "203.0.113.1:443"));
        assertNull(find(TCP, "10.0.0.1:5000", "203.0.113.1:444"));
        assertNull(find(TCP, "10.0.0.1:5000", "203.0.113.2:443"));
    }

    @Test
    void shouldKeepTheLatestNewsWhenTheyComeOutOfOrder() {
        OwnedSocket second = socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 20);
        recent.put(second);
        assertFalse(recent.put(socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 10)), "connected before");
        assertNull(remove("10.0.0.1:5000", "203.0.113.1:443", 15), "the one before was closed");
        assertFalse(recent.put(fromTable(19, 1, 1)), "connected while the table was read");
        assertSame(second, find(TCP, "10.0.0.1:5000", "203.0.113.1:443"));
        assertSame(second, remove("10.0.0.1:5000", "203.0.113.1:443", 25));
        assertNull(find(TCP, "10.0.0.1:5000", "203.0.113.1:443"));
        assertTrue(recent.isEmpty());
    }

    @Test
    void shouldAnswerForOneFlowHoweverOftenItBegins() {
        OwnedSocket socket = socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 10 * MS);
        assertFalse(socket.isWanted());
        assertFalse(socket.becomesOf(8, 9 * MS), "it began before this socket was connected");
        assertTrue(socket.becomesOf(0xffff_fff7L, 11 * MS));
        assertTrue(socket.isWanted());
        assertTrue(socket.isOf(0xffff_fff7L));
        assertEquals(0xffff_fff7L, socket.beginning());
        assertTrue(socket.becomesOf(0xffff_fff7L, 3000 * MS), "a SYN that is sent again");
        assertFalse(socket.becomesOf(0, 12 * MS));
        assertFalse(socket.isOf(0));
    }

    @Test
    void shouldAnswerForNoFlowThatBeginsLongAfter() {
        OwnedSocket socket = socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 10 * MS);
        assertFalse(socket.becomesOf(8, 10 * MS + OwnedSocket.UNUSED_NS + 1));
        assertFalse(socket.isWanted());
        assertTrue(socket.becomesOf(8, 10 * MS + OwnedSocket.UNUSED_NS));
    }

    @Test
    void shouldTakeOverTheFlowOfWhatWasKnownBeforeUnlessConnectedAfterItBegan() {
        OwnedSocket first = socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 10 * MS);
        recent.put(first);
        first.becomesOf(8, 20 * MS);
        recent.put(socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 15 * MS));
        assertTrue(find().isOf(8), "its flow was taken for the other's");
        recent.put(socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 25 * MS));
        assertFalse(find().isWanted());
        assertTrue(find().becomesOf(9, 30 * MS));
    }

    @Test
    void shouldNotTakeALateEventForANewSocketThoughTheOneFoundInATableIsClosed() {
        OwnedSocket row = fromTable(20 * MS, 8, 19 * MS);
        recent.put(row);
        assertSame(row, find());
        assertTrue(row.isOf(8));
        assertSame(row, remove("10.0.0.1:5000", "203.0.113.1:443", 30 * MS));
        assertNull(find());
        assertNull(remove("10.0.0.1:5000", "203.0.113.1:443", 30 * MS), "told twice");
        assertFalse(recent.put(socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 18 * MS)));
        assertNull(find());
        assertTrue(recent.put(socket(TCP, "10.0.0.1:5000", "203.0.113.1:443", 40 * MS)));
        assertFalse(find().isWanted());
        recent.put(fromTable(50 * MS, 9, 49 * MS));
        assertTrue(find().isOf(9), "a table read later knows better");
    }

    @Test
    void shouldForgetEverythingOfADatagramSocketThatIsClosed() {
        recent.put(socket(UDP, "10.0.0.1:5000", "203.0.113.1:53", 10));
        recent.put(socket(UDP, "10.0.0.1:5000", "203.0.113.2:53", 11));
        recent.put(socket(UDP, "10.0.0.1:5001", "203.0.113.2:53", 12));
        recent.put(socket(TCP, "10.0.0.1:5000", "203.0.113.2:53", 13));
        recent.put(socket(UDP, "10.0.0.1:5000", "203.0.113.3:53", 30));
        assertEquals(2, recent.removeAll(UDP, 0, 0xffff_0000_0000L, 5000, 20).size());
        assertNull(find(UDP, "10.0.0.1:5000", "203.0.113.1:53"));
        assertNull(find(UDP, "10.0.0.1:5000", "203.0.113.2:53"));
        assertNotNull(find(UDP, "10.0.0.1:5001", "203.0.113.2:53"));
        assertNotNull(find(TCP, "10.0.0.1:5000", "203.0.113.2:53"));
        assertNotNull(find(UDP, "10.0.0.1:5000", "203.0.113.3:53"), "connected after that");
        recent.removeAll(UDP, 0, 0xffff_0a00_0009L, 5001, 20);
        assertNotNull(find(UDP, "10.0.0.1:5001", "203.0.113.2:53"), "another address");
    }

    @Test
    void shouldForgetTheOldestOfASetWhenItIsFull() {
        for (int i = 1; i <= 200; i++) {
            recent.put(socket(TCP, "10.0.0.1:" + i, "203.0.113.1:443", i));
        }
        int found = 0;
        for (int i = 1; i <= 200; i++) {
            found += find(TCP, "10.0.0.1:" + i, "203.0.113.1:443") == null ? 0 : 1;
        }
        assertEquals(200, found + counters.get(Counter.OWNER_FORGOTTEN), "every one is either there or counted");
        assertTrue(found > 32 && found <= 64, "found " + found);
        assertNotNull(find(TCP, "10.0.0.1:200", "203.0.113.1:443"), "the newest is never the one that goes");
    }

    @Test
    void shouldKnowAtWhichPortsSocketsAreHeldWhateverWasForgotten() {
        for (int round = 1; round <= 10; round++) {
            for (int port = 1; port <= 40; port++) {
                recent.put(socket(TCP, "10.0.0.1:" + port, "203.0.113.1:" + round, round));
            }
            recent.forgetOld(round - 2 + OwnedSocket.KEPT_NS);
        }
        int forgotten = 0;
        for (int port = 1; port <= 40; port++) {
            forgotten += recent.removeAll(TCP, 0, 0, port, 100).size();
            assertEquals(List.of(), recent.removeAll(TCP, 0, 0, port, 100));
        }
        assertTrue(recent.isEmpty(), "forgotten at last: " + forgotten);
    }

    @Test
    void shouldForgetWhatIsTooOld() {
        for (int i = 1; i <= 20; i++) {
            recent.put(socket(TCP, "10.0.0.1:" + i, "203.0.113.1:443", i));
        }
        recent.forgetOld(10 + OwnedSocket.KEPT_NS);
        assertNull(find(TCP, "10.0.0.1:10", "203.0.113.1:443"));
        assertNotNull(find(TCP, "10.0.0.1:11", "203.0.113.1:443"));
        recent.forgetOld(20 + OwnedSocket.KEPT_NS);
        assertTrue(recent.isEmpty());
    }
}
