package io.weir.rules;

import io.weir.net.AddressSet;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule's condition laid out for evaluation. Nearly every condition is a plain conjunction: its first owner, protocol, port and address leaves
 * are fields tested in order of price, without a virtual call; what remains is a tree of {@link Check}s.
 */
final class CompiledRule {
    private static final int ANY_OWNER = -1;
    private final AddressSet spared;
    private int ownerTest = ANY_OWNER;
    private int protocols = -1;
    private char[] ports;
    private AddressSet destinations;
    private final Check[] rest;

    private CompiledRule(Condition condition, AddressSet spared, OwnerTests ownerTests) {
        this.spared = spared;
        List<Condition> leaves = new ArrayList<>();
        flatten(condition, leaves);
        List<Check> others = new ArrayList<>();
        for (Condition leaf : leaves) {
            if (!take(leaf, ownerTests)) {
                others.add(Check.of(leaf, ownerTests));
            }
        }
        rest = others.toArray(Check[]::new);
    }

    /** @param spared destinations the rule does not match, whatever its condition */
    static CompiledRule of(Condition condition, AddressSet spared, OwnerTests ownerTests) {
        return new CompiledRule(condition, spared, ownerTests);
    }

    private static void flatten(Condition condition, List<Condition> out) {
        if (condition instanceof Condition.All all) {
            all.parts().forEach(part -> flatten(part, out));
        } else {
            out.add(condition);
        }
    }

    private boolean take(Condition leaf, OwnerTests ownerTests) {
        if (leaf instanceof Condition.OfOwner test && ownerTest == ANY_OWNER) {
            ownerTest = ownerTests.indexOf(test);
        } else if (leaf instanceof Condition.Transport transport && protocols == -1) {
            protocols = 0;
            transport.protocols().forEach(protocol -> protocols |= 1 << protocol.ordinal());
        } else if (leaf instanceof Condition.Port port && ports == null) {
            ports = bounds(port.ports());
        } else if (leaf instanceof Condition.Destination destination && destinations == null) {
            destinations = destination.addresses();
        } else {
            return false;
        }
        return true;
    }

    /** First and last port of every run: a few characters instead of the set's 8 KiB, which would not stay in the cache for all rules. */
    private static char[] bounds(PortSet ports) {
        List<int[]> runs = ports.ranges();
        char[] out = new char[runs.size() * 2];
        for (int i = 0; i < runs.size(); i++) {
            out[i * 2] = (char) runs.get(i)[0];
            out[i * 2 + 1] = (char) runs.get(i)[1];
        }
        return out;
    }

    /** {@link Check#NO}, {@link Check#MAYBE} or {@link Check#YES}. {@code mayBeSpared}: the destination is private. */
    int evaluate(Protocol protocol, long high, long low, int port, byte[] owner, boolean mayBeSpared) {
        int result = ownerTest == ANY_OWNER ? Check.YES : owner == null ? Check.MAYBE : owner[ownerTest];
        if (result == Check.NO || (protocols >> protocol.ordinal() & 1) == 0 || ports != null && !onPort(port)
            || destinations != null && !destinations.contains(high, low) || mayBeSpared && spared.contains(high, low)) {
            return Check.NO;
        }
        for (int i = 0; i < rest.length && result != Check.NO; i++) {
            result = Math.min(result, rest[i].evaluate(protocol, high, low, port, owner));
        }
        return result;
    }

    private boolean onPort(int port) {
        for (int i = 0; i < ports.length && port >= ports[i]; i += 2) {
            if (port <= ports[i + 1]) {
                return true;
            }
        }
        return false;
    }

    AddressSet spared() {
        return spared;
    }
}
