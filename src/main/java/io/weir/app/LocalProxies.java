package io.weir.app;

import io.weir.metrics.Counter;
import io.weir.net.Endpoint;
import io.weir.process.Listeners;
import io.weir.process.Owner;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import io.weir.rules.Verdict;
import io.weir.stage.LocalProxy;
import io.weir.stage.LoopGuard;
import io.weir.upstream.Upstreams;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * Finds the programs of this machine that upstreams are, exempts them, and says once what would have come of it otherwise. One thread at a time.
 */
final class LocalProxies {
    /** Programs come and go; nobody reads a warning for each of a thousand. */
    private static final int MOST_SAID = 64;

    private final Upstreams upstreams;
    private final RuleSet rules;
    private final Listeners listeners;
    private final LongPredicate running;
    private final Consumer<String> warn;
    private final Consumer<String> inform;
    private final Set<String> said = new HashSet<>();
    private List<LocalProxy> known = List.of();
    private boolean ownSaid;

    /** @param running whether there is a process of that number */
    LocalProxies(Upstreams upstreams, RuleSet rules, Listeners listeners, LongPredicate running, Consumer<String> warn, Consumer<String> inform) {
        this.upstreams = upstreams;
        this.rules = rules;
        this.listeners = listeners;
        this.running = running;
        this.warn = warn;
        this.inform = inform;
    }

    /**
     * Looks who listens where upstreams of this machine are, and exempts them. One that is not seen to listen stays exempt for as long as it runs:
     * the tables of sockets cannot be read at every moment.
     *
     * @return whether a program was found for each
     */
    boolean refresh(LoopGuard guard) {
        sayWhatWasCaught(guard);
        boolean complete = true;
        List<LocalProxy> exempt = new ArrayList<>();
        for (Endpoint endpoint : LocalUpstreams.among(upstreams.all())) {
            Owner program = listeners.listener(endpoint);
            if (program.known() && program.pid() != ProcessHandle.current().pid()) {
                LocalProxy proxy = new LocalProxy(endpoint, program, ProcessFamily.sameImage(program));
                exempt.add(known.stream().filter(proxy::isSame).findFirst().orElse(proxy));
            } else {
                complete = false;
                known.stream().filter(before -> before.endpoint().equals(endpoint) && running.test(before.program().pid())).forEach(exempt::add);
            }
        }
        if (!exempt.equals(known)) {
            known = List.copyOf(exempt);
            guard.exempt(known);
            known.forEach(this::name);
        }
        return complete;
    }

    private void name(LocalProxy proxy) {
        int index = rules.firstThatMayTouch(proxy.program());
        if (index >= 0) {
            Rule rule = rules.rules().get(index);
            once(proxy, "rule " + index, warn, proxy.endpoint() + " is " + text(proxy.program()) + ", which your " + text(index, rule.name()) + " "
                + deed(rule) + "; its own connections would come back, so they pass whatever the rules say");
        }
    }

    private void once(LocalProxy proxy, String about, Consumer<String> level, String text) {
        String key = proxy.endpoint() + " " + proxy.program().path() + " " + proxy.program().name() + " " + about;
        if (said.size() < MOST_SAID && said.add(key)) {
            level.accept(text);
        }
    }

    private static String text(Owner program) {
        return program.name() + " (pid " + program.pid() + ")";
    }

    static String text(int index, String name) {
        String number = "rule " + (index + 1);
        return name.equals(number) ? number : number + " \"" + name + "\"";
    }

    private String deed(Rule rule) {
        return switch (rule.action().kind()) {
            case PROXY -> "redirects to " + upstreams.named(rule.action().upstream()).address();
            case DIRECT -> "relays";
            case BLOCK -> "blocks";
            case DROP -> "drops";
            case PASS -> throw new IllegalArgumentException("a rule that says pass touches nothing");
        };
    }

    private void sayWhatWasCaught(LoopGuard guard) {
        for (LocalProxy proxy : known) {
            Verdict instead = proxy.caught();
            if (instead != null) {
                once(proxy, "caught", inform, "a loop was prevented: the first connection of " + text(proxy.program()) + " that \"" + instead.rule()
                    + "\" (" + instead.action() + ") applies to has passed; the counter " + Counter.LOOPS_PREVENTED.label() + " counts them");
            }
        }
        if (guard.ownCaught() && !ownSaid) {
            ownSaid = true;
            warn.accept("Weir's own connections were captured, and passed only because their owner is Weir; the counter "
                + Counter.OWN_TRAFFIC_BY_OWNER.label() + " counts them");
        }
    }
}
