package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.flow.FlowSettings;
import io.weir.metrics.Counter;
import io.weir.metrics.DropReason;
import io.weir.net.PortSet;
import io.weir.rules.RuleSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens in whatever order: no exception, no leak, nothing told twice, the same again when repeated. */
class RandomRunTest {
    private static final int STEPS = 2500;

    private static Workshop workshop(long seed) {
        FlowSettings base = FlowSettings.DEFAULT;
        FlowSettings small = new FlowSettings(64, 16, 16, 4, PortSet.parse("9000-9019"), 1, base.portRestNs() / 6, base.finishedNs(), base.resetNs(),
                base.idleNs(), base.dialNs(), base.acceptNs(), base.refusedMemoryNs(), base.droppedMemoryNs(), base.udpIdleNs());
        OwnerUnknown unknown = OwnerUnknown.values()[(int) (seed % 3)];
        StageSettings settings = new StageSettings(200_000_000, unknown, seed % 2 == 0, seed % 5 == 0);
        return new Workshop(settings, small, rules(), RandomRun.redirect(seed));
    }

    private static RuleSet rules() {
        return RuleSet.of(Stream.of("first proxy:office to 203.0.113.1 on-failure next", "second proxy:backup to 203.0.113.1 on-failure direct",
                "curls proxy:office process curl port 81", "wgets block process wget port 82", "dark drop to 203.0.113.2 port 83",
                "ads block to 203.0.113.2", "straight direct to 203.0.113.3 on-failure next", "last drop to 203.0.113.3",
                "six proxy:office to 2001:db8::/32 on-failure direct").map(line -> Trace.rule(("rule " + line).split(" "))).toList());
    }

    private static List<String> run(long seed, int lead, boolean check) {
        Workshop workshop = workshop(seed);
        workshop.lead = lead;
        RandomRun run = new RandomRun(seed, workshop, rules());
        for (int step = 0; step < STEPS; step++) {
            try {
                run.step();
            } catch (RuntimeException | AssertionError problem) {
                throw new AssertionError("seed " + seed + ", step " + step + ": " + problem.getMessage(), problem);
            }
        }
        run.drain();
        if (check) {
            assertNothingLeft(seed, workshop);
            assertEveryPacketCounted(seed, workshop, run.packets());
        }
        return workshop.lines;
    }

    private static void assertNothingLeft(long seed, Workshop workshop) {
        String where = "seed " + seed;
        assertArrayEquals(new int[4], workshop.stages.held(), where + ": flows, tuples, parked packets, timers");
        assertEquals(Set.of(), workshop.engine.redirected, where + ": flows the engine still holds for redirected");
        assertEquals(Set.of(), workshop.ordered, where + ": orders the relay still has");
        Set<Long> relayed = new HashSet<>();
        workshop.openedFlows.forEach((id, outcome) -> {
            if (outcome == Outcome.RELAYED) {
                relayed.add(id);
            }
        });
        assertEquals(relayed, workshop.endedFlows, where + ": relayed flows end once");
        assertTrue(relayed.size() > 5, where + " relayed only " + relayed.size());
    }

    private static void assertEveryPacketCounted(long seed, Workshop workshop, long packets) {
        long counted = workshop.counters.get(Counter.PACKETS_PASSED) + workshop.counters.get(Counter.PACKETS_RELEASED)
                + workshop.counters.get(Counter.PACKETS_REWRITTEN);
        for (DropReason reason : DropReason.values()) {
            counted += reason == DropReason.ARENA_FULL || reason == DropReason.INJECT_REFUSED ? 0 : workshop.counters.get(reason);
        }
        assertEquals(packets, counted, "seed " + seed + ": every packet is counted once");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void shouldLeaveNothingBehindWhenAnythingHappensInAnyOrder(long seed) {
        run(seed, 0, true);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void shouldDoTheSameAgainWhenTheSameHappens(long seed) {
        assertEquals(run(seed, 0, false), run(seed, 0, false), "seed " + seed);
    }

    /** Staged threads: decide is slots ahead, so what the others need must be in the slot. */
    @ParameterizedTest
    @ValueSource(longs = {31, 32})
    void shouldSendTheSameWhenTheLastStagesLagBehind(long seed) {
        assertEquals(sent(run(seed, 0, false)), sent(run(seed, 5, false)), "seed " + seed);
    }

    private static List<String> sent(List<String> lines) {
        List<String> sent = new ArrayList<>();
        for (String line : lines) {
            if (line.matches("(pass|release|withhold|rewrite|send|redirect|over) .*")) {
                sent.add(line);
            }
        }
        return sent;
    }
}
