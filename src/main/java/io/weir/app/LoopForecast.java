package io.weir.app;

import io.weir.config.Settings;
import io.weir.process.Owner;
import java.util.List;

/** What a configuration alone tells of connections that would come back to us; who listens where is known only while Weir runs. */
public final class LoopForecast {
    /** Whom no rule knows. */
    private static final Owner SOMEBODY = new Owner(Integer.MAX_VALUE, 1, "", "", "");

    private LoopForecast() {
    }

    /** Sentences about upstreams on this machine that a rule for everybody would send back to themselves. */
    public static List<String> of(Settings settings) {
        int index = settings.rules().firstThatMayTouch(SOMEBODY);
        if (index < 0) {
            return List.of();
        }
        String rule = LocalProxies.text(index, settings.rules().rules().get(index).name());
        return LocalUpstreams.among(settings.upstreams().all()).stream().map(endpoint -> endpoint + " is a program on this machine, and " + rule
            + " applies to every program; while Weir runs, that program's own connections pass, or they would come back to it").toList();
    }
}
