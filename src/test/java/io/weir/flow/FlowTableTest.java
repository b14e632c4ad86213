package io.weir.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTableTest {
    private static final int TCP = 6;
    private static final long APPLICATION = 0xffff_0a00_0002L;
    private static final long SERVER = 0xffff_cb00_7105L;
    private static final long PEER = 0xffff_7f57_0001L;
    private static final long RELAY = 0xffff_7f00_0001L;

    private final FlowTable<Flow> table = new FlowTable<>(100, 5, Flow::new);

    private static int open(FlowTable<Flow> table, int sourcePort) {
        return table.open(TCP, 0, APPLICATION, sourcePort, 0, SERVER, 443);
    }

    private static int find(FlowTable<Flow> table, int sourcePort) {
        return table.find(TCP, 0, APPLICATION, sourcePort, 0, SERVER, 443);
    }

    private static int findReply(FlowTable<Flow> table, int peerPort) {
        return table.find(TCP, 0, RELAY, 9000, 0, PEER, peerPort);
    }

    private static Translation to(Flow flow, int peerPort) {
        return new Translation(flow.sourceHigh(), flow.sourceLow(), flow.sourcePort(),
                flow.destinationHigh(), flow.destinationLow(), flow.destinationPort(), 0, PEER, peerPort, 0, RELAY, 9000, true, 1, 0, 2, 0);
    }

    @Test
    void shouldFindTheFlowFromBothSidesWhenTranslated() {
        int handle = open(table, 4000);
        Flow flow = table.flow(handle);
        assertFalse(FlowTable.isReply(handle));
        assertEquals(FlowTable.MISSING, findReply(table, 7));

        assertTrue(table.translate(flow, to(flow, 7)));

        assertSame(flow, table.flow(find(table, 4000)));
        assertFalse(FlowTable.isReply(find(table, 4000)));
        assertSame(flow, table.flow(findReply(table, 7)));
        assertTrue(FlowTable.isReply(findReply(table, 7)));
    }

    @Test
    void shouldLoseBothKeysWhenClosed() {
        Flow flow = table.flow(open(table, 4000));
        table.translate(flow, to(flow, 7));

        table.close(flow);

        assertEquals(FlowTable.MISSING, find(table, 4000));
        assertEquals(FlowTable.MISSING, findReply(table, 7));
        assertEquals(0, table.size());
        assertEquals(0, table.keys());
    }

    @Test
    void shouldReportConflictWhenKeysAreTaken() {
        Flow flow = table.flow(open(table, 4000));
        table.translate(flow, to(flow, 7));
        assertEquals(FlowTable.CONFLICT, open(table, 4000));

        Flow second = table.flow(open(table, 4001));
        assertFalse(table.translate(second, to(second, 7)));
        assertNull(second.translation());
        assertSame(flow, table.flow(findReply(table, 7)), "the first keeps its reply key");
        assertTrue(table.translate(second, to(second, 8)));
    }

    @Test
    void shouldReportFullWhenAtItsMaximum() {
        for (int port = 1; port <= 100; port++) {
            Flow flow = table.flow(open(table, port));
            assertTrue(table.translate(flow, to(flow, port)));
        }
        assertEquals(FlowTable.FULL, open(table, 101));
        table.close(table.flow(find(table, 50)));
        assertTrue(open(table, 101) >= 0);
        assertEquals(FlowTable.FULL, open(table, 102));
    }

    @Test
    void shouldForgetTheOldIdWhenAPlaceIsReused() {
        Flow flow = table.flow(open(table, 4000));
        long id = flow.id();
        assertNotEquals(0, id);
        assertSame(flow, table.byId(id));
        table.close(flow);
        assertNull(table.byId(id));

        Flow next = table.flow(open(table, 4000));
        assertSame(flow, next, "entries are reused");
        assertNull(table.byId(id));
        assertSame(next, table.byId(next.id()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1L << 40, Long.MIN_VALUE, 7})
    void shouldAnswerNullWhenTheIdIsNobodys(long id) {
        open(table, 4000);
        assertNull(table.byId(id));
    }

    @Test
    void shouldAgreeWithAModelWhenUsedAtRandom() {
        long seed = 77;
        SplittableRandom random = new SplittableRandom(seed);
        Map<Integer, Long> originals = new HashMap<>();
        Map<Integer, Long> replies = new HashMap<>();
        Map<Long, int[]> ports = new HashMap<>();
        for (int step = 0; step < 30_000; step++) {
            String where = "seed " + seed + ", step " + step;
            int port = random.nextInt(1, 140);
            if (random.nextInt(3) < 2) {
                int handle = open(table, port);
                int expected = originals.size() == 100 ? FlowTable.FULL : originals.containsKey(port) ? FlowTable.CONFLICT : Math.max(0, handle);
                assertEquals(expected, handle, where);
                if (handle >= 0) {
                    Flow flow = table.flow(handle);
                    int peer = random.nextInt(1, 140);
                    assertEquals(!replies.containsKey(peer), table.translate(flow, to(flow, peer)), where);
                    originals.put(port, flow.id());
                    ports.put(flow.id(), new int[] {port, replies.putIfAbsent(peer, flow.id()) == null ? peer : 0});
                }
            } else if (originals.containsKey(port)) {
                long id = originals.remove(port);
                replies.remove(ports.remove(id)[1], id);
                table.close(table.byId(id));
            }
            assertEquals(originals.size(), table.size(), where);
            assertEquals(originals.size() + replies.size(), table.keys(), where);
            assertEquals(originals.get(port), idOf(find(table, port)), where);
            assertEquals(replies.get(port), idOf(findReply(table, port)), where);
        }
        List<Long> seen = new ArrayList<>();
        for (int place = 0; place < table.places(); place++) {
            if (table.at(place) != null) {
                seen.add(table.at(place).id());
            }
        }
        seen.sort(null);
        List<Long> expected = new ArrayList<>(originals.values());
        expected.sort(null);
        assertEquals(expected, seen);
    }

    private Long idOf(int handle) {
        return handle < 0 ? null : (Long) table.flow(handle).id();
    }

    @Test
    void shouldListNothingWhenPlacesAreOutOfRange() {
        assertNotNull(table.flow(open(table, 1)));
        assertNull(table.at(-1));
        assertNull(table.at(1));
    }
}
