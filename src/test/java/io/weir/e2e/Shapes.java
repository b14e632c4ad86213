package io.weir.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The axes of the matrices. By default pairwise: every pair of values meets once; with {@code tools/test --all} every combination. */
final class Shapes {
    static final boolean FULL = Boolean.getBoolean("weir.test.full");
    private static final List<String> REDIRECTS = List.of("loopback", "reflect");

    private Shapes() {
    }

    /** redirect mode, IPv6 or not: four pairs, which are all there are. */
    static Stream<Arguments> redirectAndFamily() {
        return REDIRECTS.stream().flatMap(redirect -> Stream.of(Arguments.of(redirect, false), Arguments.of(redirect, true)));
    }

    /** Proxy, redirect mode, IPv6 or not. */
    static Stream<Arguments> proxyRedirectFamily() {
        List<Arguments> all = new ArrayList<>();
        int turn = 0;
        for (Proxy proxy : Proxy.values()) {
            if (FULL) {
                for (String redirect : REDIRECTS) {
                    all.add(Arguments.of(proxy, redirect, false));
                    if (proxy.carriesIpv6()) {
                        all.add(Arguments.of(proxy, redirect, true));
                    }
                }
            } else {
                // every proxy meets both modes and both families; modes and families change places from proxy to proxy
                all.add(Arguments.of(proxy, REDIRECTS.get(turn % 2), false));
                all.add(Arguments.of(proxy, REDIRECTS.get((turn + 1) % 2), proxy.carriesIpv6()));
                turn++;
            }
        }
        return all.stream();
    }
}
