package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.PacketFlags;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counter;
import io.weir.metrics.DropReason;
import io.weir.net.Endpoint;
import io.weir.process.Owner;
import io.weir.rules.RuleSet;
import io.weir.testkit.PacketFixtures;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A monitor's stages: the verdicts of a run, and every packet goes back as it came. */
class ObservingTest {
    private static final int OUT = PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;
    private static final String APPLICATION = "10.0.0.2:40000";
    private static final String SERVER = "203.0.113.5:80";
    private static final Owner CURL = new Owner(7, 1, "/usr/bin/curl", "curl", "me");
    private static final long SECOND_NS = 1_000_000_000L;

    private static Workshop workshop(String... rules) {
        RuleSet set = RuleSet.of(Stream.of(rules).map(line -> Trace.rule(("rule " + line).split(" "))).toList());
        StageSettings settings = new StageSettings(200_000_000, OwnerUnknown.PASS, false, false).observed();
        return new Workshop(settings, FlowSettings.DEFAULT, set, new Redirect(RedirectShape.LOOPBACK, List.of(), 0));
    }

    private static byte[] segment(int flags, long sequence) {
        return PacketFixtures.tcp(APPLICATION, SERVER).flags(flags).sequence(sequence).bytes();
    }

    private static void feed(Workshop workshop, long nowNs, byte[]... packets) {
        workshop.packets(nowNs, List.of(packets), Collections.nCopies(packets.length, OUT));
    }

    private static List<String> of(Workshop workshop, String verb) {
        return workshop.lines.stream().filter(line -> line.startsWith(verb)).toList();
    }

    private static void assertUntouched(Workshop workshop, int packets) {
        assertEquals(List.of(), of(workshop, "send "));
        assertEquals(List.of(), of(workshop, "dial "));
        assertEquals(packets, of(workshop, "pass ").size(), String.join("\n", workshop.lines));
        for (DropReason reason : DropReason.values()) {
            assertEquals(0, workshop.counters.get(reason), reason::label);
        }
    }

    @ParameterizedTest
    @CsvSource({"all pass, passed", "all direct, relayed", "all proxy:office, relayed via office", "all block, blocked", "all drop, dropped"})
    void shouldSayWhatWouldHappenAndLetEveryPacketPass(String rule, String outcome) {
        Workshop workshop = workshop(rule);
        workshop.knownOwners.put(Endpoint.parse(APPLICATION), CURL);
        feed(workshop, 0, segment(PacketFixtures.SYN, 1000));
        feed(workshop, 1, segment(PacketFixtures.ACK, 1001), segment(PacketFixtures.ACK | PacketFixtures.FIN, 1001));
        assertUntouched(workshop, 3);
        assertEquals(1, of(workshop, "opened ").size());
        assertTrue(of(workshop, "opened ").get(0).contains(" of curl: " + outcome + ","), () -> of(workshop, "opened ").get(0));
    }

    @Test
    void shouldTellOfAConnectionOnceHoweverOftenItsSynIsSent() {
        Workshop workshop = workshop("all proxy:office");
        for (int second = 0; second < 60; second += 10) {
            feed(workshop, second * SECOND_NS, segment(PacketFixtures.SYN, 1000));
        }
        assertEquals(1, workshop.counters.get(Counter.FLOWS_OPENED));
        feed(workshop, 61 * SECOND_NS, segment(PacketFixtures.SYN, 5000));
        assertEquals(2, workshop.counters.get(Counter.FLOWS_OPENED), "another connection from the same port");
        assertUntouched(workshop, 7);
    }

    @Test
    void shouldHoldNothingWhileTheOwnerIsAskedFor() {
        Workshop workshop = workshop("one proxy:office process curl");
        feed(workshop, 0, segment(PacketFixtures.SYN, 1000), segment(PacketFixtures.SYN, 1000), segment(PacketFixtures.ACK, 1001));
        assertUntouched(workshop, 3);
        assertEquals(List.of(), of(workshop, "opened "));
        workshop.control(1, new ControlEvent.OwnerFound(workshop.asked.get(workshop.id("f1")), CURL));
        assertTrue(of(workshop, "opened ").get(0).contains(" of curl: relayed via office"), () -> of(workshop, "opened ").get(0));
        assertUntouched(workshop, 3);
    }

    @Test
    void shouldDecideWithoutAnOwnerWhenNobodyIsFoundInTime() {
        Workshop workshop = workshop("one proxy:office process curl");
        feed(workshop, 0, segment(PacketFixtures.SYN, 1000));
        workshop.tick(SECOND_NS);
        workshop.control(SECOND_NS, new ControlEvent.OwnerFound(workshop.asked.get(workshop.id("f1")), Owner.UNKNOWN));
        assertTrue(of(workshop, "opened ").get(0).contains("passed, pass (the owner was not found in time"), () -> of(workshop, "opened ").get(0));
        assertUntouched(workshop, 1);
    }

    @ParameterizedTest
    @CsvSource({"'all proxy:office', failed", "'all proxy:office on-failure direct', passed"})
    void shouldSayThatNoUpstreamCarriesDatagrams(String rule, String outcome) {
        Workshop workshop = workshop(rule);
        workshop.knownOwners.put(Endpoint.parse(APPLICATION), CURL);
        byte[] datagram = PacketFixtures.udp(APPLICATION, "203.0.113.5:443").payloadLength(20).bytes();
        feed(workshop, 0, datagram, datagram);
        feed(workshop, 10 * SECOND_NS, datagram);
        assertUntouched(workshop, 3);
        assertEquals(1, of(workshop, "opened ").size());
        String line = of(workshop, "opened ").get(0);
        assertTrue(line.contains(": " + outcome + ", proxy:office") && line.contains("UDP is not carried"), line);
    }

    @Test
    void shouldForgetEverythingInTheEnd() {
        Workshop workshop = workshop("all proxy:office", "all block");
        feed(workshop, 0, segment(PacketFixtures.SYN, 1000), PacketFixtures.udp(APPLICATION, "203.0.113.5:443").payloadLength(20).bytes());
        for (int second = 1; second < 400; second++) {
            workshop.tick(second * SECOND_NS);
        }
        assertEquals("[0, 0, 0, 0]", java.util.Arrays.toString(workshop.stages.held()));
    }
}
