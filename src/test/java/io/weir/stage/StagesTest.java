package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.CaptureScope;
import io.weir.engine.Disposition;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.filter.Filter;
import io.weir.filter.FilterException;
import io.weir.filter.Layer;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counter;
import io.weir.metrics.DropReason;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.rules.RuleSet;
import io.weir.testkit.PacketFixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the golden traces do not show. */
class StagesTest {
    private static final int OUT = PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;

    private static Workshop workshop(String... rules) {
        RuleSet set = RuleSet.of(Stream.of(rules).map(line -> Trace.rule(("rule " + line).split(" "))).toList());
        StageSettings settings = new StageSettings(200_000_000, OwnerUnknown.PASS, false, false);
        return new Workshop(settings, FlowSettings.DEFAULT, set, Workshop.loopback());
    }

    private static byte[] syn(int port) {
        return PacketFixtures.tcp("10.0.0.2:" + port, "203.0.113.5:80").flags(PacketFixtures.SYN).bytes();
    }

    private static byte[] icmp(byte[] quoted, int quotedLength) {
        byte[] payload = new byte[4 + quotedLength];
        System.arraycopy(quoted, 0, payload, 4, quotedLength);
        boolean ipv4 = quoted[0] >>> 4 == 4;
        return (ipv4 ? PacketFixtures.icmp("192.0.2.1", "10.0.0.2", 11, 0) : PacketFixtures.icmp("2001:db8::1", "2001:db8:1::2", 3, 0))
                .payload(payload).bytes();
    }

    private static void feed(Workshop workshop, byte[]... packets) {
        workshop.packets(0, List.of(packets), Collections.nCopies(packets.length, OUT));
    }

    /** 64 ICMPv6 errors of 1,280 bytes do not fit 64 KiB: those that do are sent, the others counted, and the datagrams are withheld all the same. */
    @Test
    void shouldCountWhatFindsNoRoomWhenTheArenaIsFull() {
        Workshop workshop = workshop("all block");
        byte[] datagram = PacketFixtures.udp("[2001:db8:1::2]:40000", "[2001:db8:2::5]:443").payloadLength(1400).bytes();
        byte[][] packets = new byte[RecordingEngine.PACKETS][];
        Arrays.fill(packets, datagram);
        feed(workshop, packets);
        long sent = workshop.lines.stream().filter(line -> line.startsWith("send ")).count();
        assertEquals(51, sent, "64 KiB hold 51 of 1,280 bytes");
        assertEquals(13, workshop.counters.get(DropReason.ARENA_FULL));
        assertEquals(64, workshop.counters.get(DropReason.RULE_BLOCK));
    }

    @Test
    void shouldHandPacketsBackUnchangedWhenAStageHasFailed() {
        Workshop workshop = workshop("all proxy:office");
        PacketBatch batch = RecordingEngine.batch(List.of(syn(40000)), List.of(OUT), 0);
        Slot slot = new Slot();
        slot.packets(batch, 0);
        workshop.stages.decode(slot);
        workshop.stages.decide(slot);
        workshop.stages.release(slot);
        assertEquals(Disposition.PASS, batch.disposition(0));
        assertEquals("pass     tcp 10.0.0.2:40000 > 203.0.113.5:80 S seq=1000", workshop.lines.get(workshop.lines.size() - 1));
        assertEquals(1, workshop.counters.get(Counter.PACKETS_PASSED));
        assertEquals(batch, slot.clear());
    }

    @Test
    void shouldNotHandPacketsOverTwiceWhenTheEngineFailsOnThem() {
        Workshop workshop = workshop("all pass");
        Slot slot = new Slot();
        slot.packets(RecordingEngine.batch(List.of(syn(40000)), List.of(OUT), 0), 0);
        workshop.stages.decode(slot);
        workshop.stages.decide(slot);
        workshop.stages.rewrite(slot);
        workshop.stages.inject(slot);
        int lines = workshop.lines.size();
        workshop.stages.release(slot); // as if the engine had thrown
        assertEquals(lines, workshop.lines.size(), () -> "sent twice: " + workshop.lines);
        assertEquals(1, workshop.counters.get(Counter.PACKETS_PASSED) + workshop.counters.get(Counter.PACKETS_RELEASED));
    }

    @Test
    void shouldAnswerInSlicesWhenAskedForFlows() {
        Workshop workshop = workshop("all proxy:office");
        for (int port = 1; port <= 5; port++) {
            feed(workshop, syn(port));
        }
        List<Integer> ports = new ArrayList<>();
        List<Integer> nexts = new ArrayList<>();
        int from = 0;
        while (from >= 0) {
            workshop.control(0, new ControlEvent.Query(from, 2, (slice, next) -> {
                slice.forEach(flow -> ports.add(flow.application().port()));
                nexts.add(next);
            }));
            from = nexts.get(nexts.size() - 1);
        }
        assertEquals(List.of(1, 2, 3, 4, 5), ports);
        assertEquals(List.of(2, 4, -1), nexts);
    }

    /** Slots are stamped by several threads before they are claimed: one may be a little older than the one before it. */
    @Test
    void shouldNotTurnTimeBackWhenASlotIsOlder() {
        Workshop workshop = workshop("all proxy:office");
        workshop.tick(1_000_000_000_000L);
        feed(workshop, syn(40000)); // stamped 0
        workshop.tick(1_014_000_000_000L);
        assertEquals(1, workshop.stages.held()[0], "14 s after it came it still waits for its dial");
        workshop.tick(1_017_000_000_000L);
        assertTrue(workshop.lines.stream().anyMatch(line -> line.contains("no answer from the relay in time")));
    }

    /** The relay has closed, its kernel still holds bytes for an application that had half-closed and reads slowly. */
    @Test
    void shouldKeepTranslatingAfterTheSessionEndedWhileSegmentsStillCome() {
        Workshop workshop = workshop("all proxy:office");
        byte[] segment = PacketFixtures.tcp("127.0.0.1:7001", "127.87.0.1:8192").flags(PacketFixtures.ACK).payloadLength(100).bytes();
        feed(workshop, syn(40000));
        long id = workshop.id("f1");
        workshop.control(0, new ControlEvent.Dialed(id));
        feed(workshop, PacketFixtures.tcp("10.0.0.2:40000", "203.0.113.5:80").flags(PacketFixtures.ACK).bytes());
        workshop.control(0, new ControlEvent.SessionEnded(id, 1, 1_000_000, "closed by both sides"));
        for (long second = 10; second <= 200; second += 10) {
            workshop.packets(second * 1_000_000_000L, List.of(segment), List.of(OUT));
        }
        assertEquals(0, workshop.counters.get(DropReason.STRANGER_TO_RELAY), workshop.lines.toString());
        workshop.tick(259_000_000_000L);
        assertEquals(1, workshop.stages.held()[0]);
        workshop.tick(261_000_000_000L);
        assertEquals(0, workshop.stages.held()[0]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKnowARedirectedFlowWhenAnErrorQuotesItsFirstBytes(boolean ipv4) {
        Workshop workshop = workshop("all proxy:office");
        byte[] syn = PacketFixtures.tcp(ipv4 ? "10.0.0.2:40000" : "[2001:db8:1::2]:40000", ipv4 ? "203.0.113.5:80" : "[2001:db8:2::5]:80")
                .flags(PacketFixtures.SYN).bytes();
        int header = ipv4 ? 20 : 40;
        feed(workshop, syn);
        feed(workshop, icmp(syn, header + 8));
        assertEquals(1, workshop.counters.get(Counter.PACKETS_ICMP_ABOUT_REDIRECTED));
        for (int length = 0; length < header + 4; length++) {
            feed(workshop, icmp(syn, length));
        }
        assertEquals(1, workshop.counters.get(Counter.PACKETS_ICMP_ABOUT_REDIRECTED), "too little is quoted to tell");
        assertEquals(1, workshop.stages.held()[0], "an ICMP error creates no flow");
    }

    @Test
    void shouldGiveUpFlowsInPortionsWhenManyDeadlinesPassAtOnce() {
        Workshop workshop = workshop("all drop");
        for (int port = 1; port <= 1000; port += 50) {
            byte[][] syns = new byte[50][];
            for (int i = 0; i < 50; i++) {
                syns[i] = syn(port + i);
            }
            feed(workshop, syns);
        }
        assertEquals(1000, workshop.stages.held()[0]);
        workshop.tick(1_000_000_000_000L);
        assertEquals(800, workshop.stages.held()[0]);
        for (int i = 0; i < 4; i++) {
            workshop.tick(1_000_000_000_000L);
        }
        assertEquals(0, workshop.stages.held()[0]);
    }

    @ParameterizedTest
    @CsvSource({"tcp.DstPort == 80, true", "tcp.DstPort == 443, false", "tcp.Syn, true", "tcp.PayloadLength > 0, true", "udp, false"})
    void shouldLeaveToTheRulesOnlyWhatTheFilterChoosesByItsFirstPacket(String filter, boolean chosen) throws FilterException {
        RuleSet rules = RuleSet.of(List.of(Trace.rule("rule all block".split(" "))));
        StageSettings settings = new StageSettings(200_000_000, OwnerUnknown.PASS, false, false, Filter.compile(filter, Layer.NETWORK));
        Workshop workshop = new Workshop(settings, FlowSettings.DEFAULT, rules, Workshop.loopback());
        feed(workshop, syn(40000));
        assertEquals(chosen ? 1 : 0, workshop.counters.get(DropReason.RULE_BLOCK));
        assertEquals(!chosen, workshop.lines.stream().anyMatch(line -> line.contains("(capture.filter leaves it out)")), workshop.lines.toString());
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.7:80, false", "198.51.100.8:443, true", "203.0.113.9:1080, true", "203.0.113.9:80, false", "[2001:db8::1]:443, true"})
    void shouldPassWhatIsExcludedFromCapturingWhenTheEngineShowsItAllTheSame(String destination, boolean excluded) {
        RuleSet rules = RuleSet.of(List.of(Trace.rule("rule all block".split(" "))));
        CaptureScope scope = new CaptureScope(List.of(), AddressSet.parse(List.of("198.51.100.8/31", "2001:db8::/32")),
            List.of(Endpoint.parse("203.0.113.9:1080")), List.of(), false);
        StageSettings settings = new StageSettings(200_000_000, OwnerUnknown.PASS, false, false).withScope(scope);
        Workshop workshop = new Workshop(settings, FlowSettings.DEFAULT, rules, Workshop.loopback());
        String source = destination.startsWith("[") ? "[2001:db8:1::2]:40000" : "192.0.2.2:40000";
        feed(workshop, PacketFixtures.tcp(source, destination).flags(PacketFixtures.SYN).bytes());
        feed(workshop, PacketFixtures.udp(source, destination).bytes());
        assertEquals(excluded ? 0 : 2, workshop.counters.get(DropReason.RULE_BLOCK));
        long said = workshop.lines.stream().filter(line -> line.contains("(its destination is excluded from capturing)")).count();
        assertEquals(excluded ? 2 : 0, said, workshop.lines.toString());
    }
}
