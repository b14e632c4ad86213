package io.weir.rules;

import java.util.List;

/** Proves that one condition can only hold where another does. A yes is certain; a no may be a missing proof. */
final class Implication {

    private Implication() {
    }

    /** Whether {@code then} holds of every flow that {@code when} holds of. */
    static boolean holds(Condition when, Condition then) {
        if (when.equals(then)) {
            return true;
        }
        if (then instanceof Condition.All all) {
            return all.parts().stream().allMatch(part -> holds(when, part));
        }
        if (when instanceof Condition.Any any) {
            return any.parts().stream().allMatch(part -> holds(part, then));
        }
        if (then instanceof Condition.None none && when instanceof Condition.None other) {
            return none.parts().stream().allMatch(part -> other.parts().stream().anyMatch(excluded -> holds(part, excluded)));
        }
        if (then instanceof Condition.None none && none.parts().isEmpty()) {
            return true;
        }
        if (when instanceof Condition.All all && all.parts().stream().anyMatch(part -> holds(part, then))) {
            return true;
        }
        if (then instanceof Condition.Any any && any.parts().stream().anyMatch(part -> holds(when, part))) {
            return true;
        }
        return leafHolds(when, then);
    }

    private static boolean leafHolds(Condition when, Condition then) {
        if (when instanceof Condition.Process narrow && then instanceof Condition.Process wide) {
            return narrow.patterns().stream().allMatch(pattern -> wide.patterns().stream().anyMatch(cover -> cover.covers(pattern)));
        }
        if (when instanceof Condition.ProcessId narrow && then instanceof Condition.ProcessId wide) {
            return wide.ids().containsAll(narrow.ids());
        }
        if (when instanceof Condition.User narrow && then instanceof Condition.User wide) {
            return narrow.style() == wide.style() && contains(wide.names(), narrow.names(), wide.style());
        }
        if (when instanceof Condition.Destination narrow && then instanceof Condition.Destination wide) {
            return wide.addresses().containsAll(narrow.addresses());
        }
        if (when instanceof Condition.Port narrow && then instanceof Condition.Port wide) {
            return wide.ports().containsAll(narrow.ports());
        }
        return when instanceof Condition.Transport narrow && then instanceof Condition.Transport wide
            && wide.protocols().containsAll(narrow.protocols());
    }

    private static boolean contains(List<String> wide, List<String> narrow, PathStyle style) {
        return narrow.stream().allMatch(name -> wide.stream().anyMatch(cover -> style.same(cover, name)));
    }
}
