package io.weir.rules;

import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Seeded rules, flows and owners out of a small world, so that everything meets everything. */
public final class RandomRules {
    static final Owner USER_ONLY = new Owner(0, 0, "", "", "1000");
    public static final List<Owner> OWNERS = List.of(Owner.UNKNOWN, USER_ONLY,
        new Owner(1, 1, "/usr/bin/curl", "curl", "alice"),
        new Owner(2, 1, "/usr/bin/wget", "wget", "alice"), new Owner(3, 1, "/opt/curl", "curl", "bob"), new Owner(4, 1, "", "curl", "root"));
    private static final List<String> PROCESSES = List.of("curl", "c*", "/usr/bin/*", "/usr/bin/wget", "regex:.*/w.*", "*");
    private static final List<String> DESTINATIONS = List.of("203.0.113.0/24", "203.0.113.7", "198.51.100.1-198.51.100.9", "2001:db8::/32",
        "0.0.0.0/0", "::/0", "10.0.0.0/8", "10.1.0.0/16", "192.168.1.1", "127.0.0.0/8");
    private static final List<String> PORTS = List.of("80", "443", "80,443", "0-1023", "1024-65535", "53,67");
    private static final List<String> ADDRESSES = List.of("203.0.113.7", "203.0.113.8", "198.51.100.9", "198.51.100.10", "2001:db8::1", "2001:db9::1",
        "10.1.2.3", "10.2.2.3", "192.168.1.1", "192.168.1.2", "127.0.0.1", "::1", "224.0.0.1", "255.255.255.255", "fe80::1", "8.8.8.8");

    private final SplittableRandom random;
    private int distinctOwnerTests;

    public RandomRules(SplittableRandom random) {
        this.random = random;
    }

    public RuleSet ruleSet(int mostRules, boolean lan) {
        return RuleSet.of(rules(mostRules, false), lan);
    }

    /** @param distinct no owner condition occurs twice, and each is true or false independently of the others */
    List<Rule> rules(int most, boolean distinct) {
        List<Rule> out = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            Action action = List.of(Action.PASS, Action.DIRECT, Action.BLOCK, Action.DROP, Action.proxy("office")).get(random.nextInt(5));
            OnFailure onFailure = OnFailure.values()[random.nextInt(3)];
            out.add(new Rule("rule " + (out.size() + 1), condition(random.nextInt(3), distinct), action, onFailure));
        }
        return out;
    }

    /** The number of owner conditions handed out with {@code distinct}; test {@code i} is true of owners whose name has a 1 at place {@code i}. */
    int distinctOwnerTests() {
        return distinctOwnerTests;
    }

    public Condition condition(int depth, boolean distinct) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return leaf(distinct);
        }
        List<Condition> parts = new ArrayList<>();
        for (int i = random.nextInt(distinct ? 1 : 0, 4); i > 0; i--) {
            parts.add(condition(depth - 1, distinct));
        }
        return switch (random.nextInt(4)) {
            case 0 -> new Condition.Any(parts);
            case 1 -> new Condition.None(parts);
            default -> new Condition.All(parts);
        };
    }

    private Condition leaf(boolean distinct) {
        switch (random.nextInt(6)) {
            case 0:
                return Condition.Destination.parse(some(DESTINATIONS));
            case 1:
                return new Condition.Port(PortSet.parse(PORTS.get(random.nextInt(PORTS.size()))));
            case 2:
                return new Condition.Transport(random.nextBoolean() ? Set.of(Protocol.TCP) : random.nextBoolean() ? Set.of(Protocol.UDP)
                    : Set.of(Protocol.TCP, Protocol.UDP));
            default:
                return distinct ? distinctOwnerTest() : ownerTest();
        }
    }

    private Condition distinctOwnerTest() {
        String pattern = "?".repeat(distinctOwnerTests++) + "1*";
        return new Condition.Process(List.of(ProcessPattern.parse(pattern, PathStyle.UNIX)));
    }

    private Condition ownerTest() {
        return switch (random.nextInt(4)) {
            case 0 -> new Condition.ProcessId(List.of((long) random.nextInt(1, 5)));
            case 1 -> new Condition.User(some(List.of("alice", "bob", "1000")), PathStyle.UNIX);
            default -> new Condition.Process(some(PROCESSES).stream().map(text -> ProcessPattern.parse(text, PathStyle.UNIX)).toList());
        };
    }

    private List<String> some(List<String> from) {
        List<String> out = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            out.add(from.get(random.nextInt(from.size())));
        }
        return out;
    }

    public Protocol protocol() {
        return random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
    }

    public Endpoint destination() {
        int[] ports = {53, 67, 80, 443, 546, 8080};
        return Endpoint.parse(bracketed(ADDRESSES.get(random.nextInt(ADDRESSES.size()))) + ":" + ports[random.nextInt(ports.length)]);
    }

    /** Whether a rule does anything to such a flow of anybody's. */
    public static boolean touched(RuleSet rules, Protocol protocol, Endpoint destination) {
        for (Owner owner : OWNERS) {
            Action action = rules.decide(protocol, destination.address().high(), destination.address().low(), destination.port(), owner, 0).action();
            if (action != Action.PASS) {
                return true;
            }
        }
        return false;
    }

    private static String bracketed(String address) {
        return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    }
}
