package io.weir.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The axes of the matrices. By default pairwise: every pair of values meets once; with {@code tools/test --all} every combination. */
final class Shapes {
    static final boolean FULL = Boolean.getBoolean("weir.test.full");
    private static final List<String> REDIRECTS = List.of("loopback", "reflect");
    private static final List<String> WIRINGS = List.of("inline", "fused", "staged");

    private Shapes() {
    }

    /** redirect mode, IPv6 or not: four pairs, which are all there are. */
    static Stream<Arguments> redirectAndFamily() {
        return REDIRECTS.stream().flatMap(redirect -> Stream.of(Arguments.of(redirect, false), Arguments.of(redirect, true)));
    }

    /** Proxy, redirect mode, IPv6 or not, pipeline wiring. */
    static Stream<Arguments> proxyRedirectFamilyWiring() {
        List<Arguments> all = new ArrayList<>();
        int turn = 0;
        for (Proxy proxy : Proxy.values()) {
            for (String redirect : REDIRECTS) {
                // modes and families change places from proxy to proxy, the wiring from row to row
                boolean ipv6 = proxy.carriesIpv6() && (turn / 2 + turn) % 2 == 1;
                for (String wiring : Shapes.FULL ? WIRINGS : List.of(WIRINGS.get(turn % WIRINGS.size()))) {
                    all.add(Arguments.of(proxy, redirect, ipv6, wiring));
                    if (FULL && proxy.carriesIpv6()) {
                        all.add(Arguments.of(proxy, redirect, !ipv6, wiring));
                    }
                }
                turn++;
            }
        }
        return all.stream();
    }
}
