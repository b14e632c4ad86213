package io.weir.filter;

import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.rules.RandomRules;
import io.weir.rules.RuleSet;
import io.weir.rules.Uncaptured;
import java.util.List;
import java.util.SplittableRandom;

/** Rules and capture settings of one seed, out of the small world of {@link RandomRules}. */
final class RandomScene {
    private static final int MOST_RULES = 6;

    final SplittableRandom random;
    final RandomRules world;
    final RuleSet rules;
    final CaptureSettings settings;

    RandomScene(long seed) {
        random = new SplittableRandom(seed);
        world = new RandomRules(random);
        boolean lan = random.nextBoolean();
        rules = world.ruleSet(MOST_RULES, lan);
        settings = new CaptureSettings(lan, false, AddressSet.parse(random.nextInt(4) == 0 ? List.of("203.0.113.0/29") : List.of()), false);
    }

    /** Whatever the rules say. */
    boolean neverCaptures(Protocol protocol, Endpoint destination) {
        return settings.whyNever(destination.address()) != null || protocol == Protocol.UDP && Uncaptured.DHCP_PORTS.contains(destination.port());
    }
}
