package io.weir.rules;

import io.weir.process.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The distinct owner conditions of a rule set, and their answers for the owners seen lately: each is evaluated once per owner. Any thread. */
final class OwnerTests {
    private static final int SLOTS = 2048;
    private static final int WAYS = 4; // an owner lies in one of four slots; a new one pushes out whoever has been there longest

    private final List<Condition.OfOwner> tests = new ArrayList<>();
    private final AtomicReferenceArray<Answers> cache = new AtomicReferenceArray<>(SLOTS);

    private record Answers(Owner owner, byte[] values) {
    }

    /** The test's place in the arrays {@link #answers} returns; construction only. */
    int indexOf(Condition.OfOwner test) {
        int index = tests.indexOf(test);
        if (index < 0) {
            index = tests.size();
            tests.add(test);
        }
        return index;
    }

    byte[] answers(Owner owner) {
        int hash = owner.hashCode();
        int first = (hash ^ hash >>> 16) * WAYS & SLOTS - 1;
        for (int slot = first; slot < first + WAYS; slot++) {
            Answers known = cache.get(slot);
            if (known == null) {
                break;
            }
            if (known.owner.equals(owner)) {
                return known.values;
            }
        }
        byte[] values = new byte[tests.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) truth(tests.get(i), owner);
        }
        for (int slot = first + WAYS - 1; slot > first; slot--) {
            cache.set(slot, cache.get(slot - 1));
        }
        cache.set(first, new Answers(owner, values));
        return values;
    }

    /** {@link Check#MAYBE} where the user of a flow was found but not its process, and the test is about the process. */
    static int truth(Condition.OfOwner test, Owner owner) {
        if (!owner.known() && !owner.user().isEmpty() && !(test instanceof Condition.User)) {
            return Check.MAYBE;
        }
        return holds(test, owner) ? Check.YES : Check.NO;
    }

    private static boolean holds(Condition.OfOwner test, Owner owner) {
        if (test instanceof Condition.Process process) {
            return matching(process, owner) != null;
        }
        if (test instanceof Condition.ProcessId pid) {
            return owner.known() && pid.ids().contains(owner.pid());
        }
        return matching((Condition.User) test, owner) != null;
    }

    /** The first pattern that matches, or null. */
    static ProcessPattern matching(Condition.Process process, Owner owner) {
        for (ProcessPattern pattern : process.patterns()) {
            if (pattern.matches(owner)) {
                return pattern;
            }
        }
        return null;
    }

    static String matching(Condition.User user, Owner owner) {
        if (owner.user().isEmpty()) {
            return null;
        }
        String account = owner.user().substring(owner.user().lastIndexOf('\\') + 1);
        for (String name : user.names()) {
            if (user.style().same(name, owner.user()) || user.style() == PathStyle.WINDOWS && user.style().same(name, account)) {
                return name;
            }
        }
        return null;
    }
}
