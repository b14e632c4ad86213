package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.process.Owner;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopGuardTest {
    private static final Endpoint HERE = Endpoint.parse("127.0.0.1:7890");
    private static final Verdict PROXY = new Verdict(Action.proxy("local"), 2, "all", OnFailure.BLOCK, "");
    private static final Owner PROGRAM = owner(50, 7, "/opt/xray", 1);

    private final Counters counters = new Counters();
    private int strangers;
    private final LoopGuard guard = new LoopGuard(null, PortSet.NONE, 99, 0, counters, () -> strangers++);

    private static Owner owner(long pid, long startTime, String path, long parent) {
        return new Owner(pid, startTime, path, path.substring(path.lastIndexOf('/') + 1), "me", "", new Owner.Parent(parent, "x"), "");
    }

    private boolean passes(Owner owner) {
        return guard.judge(owner, 443, PROXY).action() == Action.PASS;
    }

    @Test
    void shouldPassTheProgramAndItsChildrenOfTheSameImageOnly() {
        LocalProxy proxy = new LocalProxy(HERE, PROGRAM, 60, 61);
        guard.exempt(List.of(proxy));
        assertNull(proxy.caught());
        assertTrue(passes(PROGRAM));
        assertTrue(passes(owner(61, 9, "/opt/xray", 1)), "a child seen lately");
        assertTrue(passes(owner(70, 9, "/opt/xray", 50)), "a child nobody has seen yet");
        assertTrue(passes(owner(71, 9, "/opt/xray", 60)), "a grandchild");
        assertEquals(4, counters.get(Counter.LOOPS_PREVENTED));
        assertSame(PROXY, proxy.caught());
        assertFalse(passes(owner(50, 8, "/opt/curl", 1)), "another process under the old number");
        assertFalse(passes(owner(61, 9, "/opt/curl", 50)), "a child that runs something else");
        assertEquals(0, strangers);
        assertFalse(passes(owner(80, 9, "/opt/xray", 1)), "the same image, started by another");
        assertEquals(1, strangers);
    }

    @Test
    void shouldTellProgramsWithoutAPathByTheirNumberAlone() {
        guard.exempt(List.of(new LocalProxy(HERE, owner(50, 7, "", 1), 60)));
        assertTrue(passes(owner(50, 7, "", 1)));
        assertFalse(passes(owner(60, 7, "", 50)));
        assertEquals(0, strangers);
    }

    @Test
    void shouldNeedTheOwnerOnlyWhenSomebodyIsExempt() {
        Owner userOnly = new Owner(0, 0, "", "", "me");
        assertSame(PROXY, guard.judge(null, 443, PROXY));
        guard.exempt(List.of(new LocalProxy(HERE, PROGRAM)));
        assertTrue(guard.judge(null, 443, PROXY).needsOwner());
        assertTrue(guard.judge(userOnly, 443, PROXY).needsOwner());
        assertSame(Verdict.NO_RULE, guard.judge(null, 443, Verdict.NO_RULE));
        assertSame(Verdict.NO_RULE, guard.judge(PROGRAM, 443, Verdict.NO_RULE), "what passes anyway is no loop");
        assertEquals(0, counters.get(Counter.LOOPS_PREVENTED));
        guard.exempt(List.of());
        assertSame(PROXY, guard.judge(null, 443, PROXY));
    }

    @Test
    void shouldPassWhatIsOursAndRememberItUnlessItLooksUpAName() {
        Owner weir = owner(99, 1, "/usr/bin/java", 1);
        assertEquals(Action.PASS, guard.judge(weir, 53, PROXY).action());
        assertFalse(guard.ownCaught());
        assertEquals(Action.PASS, guard.judge(weir, 443, PROXY).action());
        assertTrue(guard.ownCaught());
        assertEquals(2, counters.get(Counter.OWN_TRAFFIC_BY_OWNER));
        assertSame(PROXY, new LoopGuard(null, PortSet.NONE, 99, 3, counters, () -> { }).judge(weir, 443, PROXY), "a rule made for it");
        assertSame(PROXY, LoopGuard.none().judge(owner(99, 1, "/usr/bin/java", 1), 443, PROXY));
    }
}
