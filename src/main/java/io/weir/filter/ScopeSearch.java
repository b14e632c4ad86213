package io.weir.filter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What {@link ScopeMerge} does, for few boxes and better: at every number of tests the several best ways so far are kept, not one. */
final class ScopeSearch {
    private static final int KEPT = 40;

    private record State(List<ScopeBox> boxes, double volume) {
    }

    private final List<List<State>> byTests = new ArrayList<>();

    private ScopeSearch(int tests) {
        for (int i = 0; i <= tests; i++) {
            byTests.add(new ArrayList<>());
        }
    }

    /** @return null when no way leads there */
    static ScopeMerge.Result within(List<ScopeBox> boxes, int most) {
        int tests = tests(boxes);
        ScopeSearch search = new ScopeSearch(tests);
        double volume = volume(boxes);
        search.byTests.get(tests).add(new State(boxes, volume));
        for (int at = tests; at > most; at--) {
            search.best(at).forEach(search::expand);
        }
        State best = search.byTests.subList(0, Math.min(most, tests) + 1).stream().flatMap(List::stream)
            .min(Comparator.comparingDouble(State::volume)).orElse(null);
        return best == null ? null : new ScopeMerge.Result(best.boxes, best.volume - volume);
    }

    private List<State> best(int tests) {
        List<State> all = byTests.get(tests);
        all.sort(Comparator.comparingDouble(State::volume));
        List<State> out = new ArrayList<>();
        Set<Double> seen = new HashSet<>(); // the same steps in another order
        for (State state : all) {
            if (out.size() < KEPT && seen.add(state.volume)) {
                out.add(state);
            }
        }
        byTests.set(tests, List.of());
        return out;
    }

    private void expand(State state) {
        int tests = tests(state.boxes);
        for (int i = 0; i < state.boxes.size(); i++) {
            for (ScopeBox closed : closings(state.boxes.get(i))) {
                add(state, tests, i, -1, closed);
            }
            for (int j = 0; j < i; j++) {
                if (state.boxes.get(i).protocol() == state.boxes.get(j).protocol()) {
                    ScopeBox around = state.boxes.get(i).around(state.boxes.get(j));
                    add(state, tests, i, j, around);
                    for (ScopeBox closed : closings(around)) {
                        add(state, tests, i, j, closed);
                    }
                }
            }
        }
    }

    private void add(State state, int tests, int replaced, int gone, ScopeBox box) {
        int next = tests - state.boxes.get(replaced).tests() - (gone < 0 ? 0 : state.boxes.get(gone).tests()) + box.tests();
        if (next >= tests) {
            return;
        }
        double volume = state.volume - state.boxes.get(replaced).volume() - (gone < 0 ? 0 : state.boxes.get(gone).volume()) + box.volume();
        List<ScopeBox> boxes = new ArrayList<>(state.boxes);
        boxes.set(replaced, box);
        if (gone >= 0) {
            boxes.remove(gone);
        }
        byTests.get(Math.max(next, 0)).add(new State(boxes, volume));
    }

    private static List<ScopeBox> closings(ScopeBox box) {
        List<ScopeBox> out = new ArrayList<>();
        for (int from = 0; from < box.addresses().size(); from++) {
            for (int to = from + 1; to < box.addresses().size(); to++) {
                out.add(box.withoutAddressGaps(from, to));
            }
        }
        for (int from = 0; from < box.ports().size(); from++) {
            for (int to = from + 1; to < box.ports().size(); to++) {
                out.add(box.withoutPortGaps(from, to));
            }
        }
        return out;
    }

    private static int tests(List<ScopeBox> boxes) {
        return boxes.stream().mapToInt(ScopeBox::tests).sum();
    }

    private static double volume(List<ScopeBox> boxes) {
        return boxes.stream().mapToDouble(ScopeBox::volume).sum();
    }
}
