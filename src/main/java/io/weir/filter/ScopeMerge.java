package io.weir.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes boxes fit into a number of tests by closing gaps and merging boxes, greedily: always the step that adds the fewest pairs of an address
 * and a port for each test it saves. Several weights of "for each test" are tried and the narrowest result is taken.
 */
final class ScopeMerge {
    private static final double[] WEIGHTS = {1, 0.5, 0, 2};
    /** Windows of more neighbouring gaps are not looked at in boxes of many ranges. */
    private static final int MOST_WINDOW = 8;

    /** Up to here {@link ScopeSearch} is quick. */
    private static final int FEW_PIECES = 40;

    private record Step(ScopeBox box, double cost, int saved) {
    }

    private final int most;
    private final double weight;
    private final List<ScopeBox> boxes;
    private final List<Step> closing = new ArrayList<>();
    private final List<Step[]> merging = new ArrayList<>();
    private int tests;
    private double widening;

    private ScopeMerge(List<ScopeBox> boxes, int most, double weight) {
        this.boxes = new ArrayList<>(boxes);
        this.most = most;
        this.weight = weight;
        tests = boxes.stream().mapToInt(ScopeBox::tests).sum();
    }

    /** @param widening pairs of an address and a port that were not asked for */
    record Result(List<ScopeBox> boxes, double widening) {
    }

    /** @param most at least three for each protocol */
    static Result within(List<ScopeBox> boxes, int most) {
        int pieces = boxes.stream().mapToInt(box -> box.addresses().size() + box.ports().size()).sum();
        Result searched = pieces <= FEW_PIECES ? ScopeSearch.within(boxes, most) : null;
        return searched != null ? searched : greedily(boxes, most);
    }

    private static Result greedily(List<ScopeBox> boxes, int most) {
        ScopeMerge rough = new ScopeMerge(boxes, 2 * most, 1);
        rough.roughly();
        Result best = null;
        for (double weight : WEIGHTS) {
            ScopeMerge merge = new ScopeMerge(rough.boxes, most, weight);
            merge.run();
            double total = rough.widening + merge.widening;
            if (best == null || total < best.widening) {
                best = new Result(List.copyOf(merge.boxes), total);
            }
            if (merge.widening == 0) {
                break;
            }
        }
        return best;
    }

    /** For inputs far too big: the cheapest gaps of all boxes at once, then neighbours in pairs. */
    private void roughly() {
        for (int round = 0; tests > most && round < 2; round++) {
            double[] costs = boxes.stream().flatMap(box -> gapCosts(box).stream()).mapToDouble(Double::doubleValue).sorted().toArray();
            int closed = Math.min(costs.length, (tests - most + 1) / 2);
            if (closed > 0) {
                double limit = costs[closed - 1];
                boxes.replaceAll(box -> closedUpTo(box, limit));
                recount();
            }
        }
        while (tests > most && boxes.size() > 3) {
            boxes.sort(java.util.Comparator.comparing(ScopeBox::protocol)
                .thenComparing(box -> box.ports().get(0)[0]).thenComparing(box -> box.addresses().get(0).first()));
            List<ScopeBox> halved = new ArrayList<>();
            for (int i = 0; i < boxes.size(); i++) {
                boolean pair = i + 1 < boxes.size() && boxes.get(i).protocol() == boxes.get(i + 1).protocol();
                ScopeBox around = pair ? boxes.get(i).around(boxes.get(i + 1)) : boxes.get(i);
                widening += pair ? boxes.get(i).wideningWith(boxes.get(++i), around) : 0;
                halved.add(around);
            }
            boolean stuck = halved.size() == boxes.size();
            boxes.clear();
            boxes.addAll(halved);
            recount();
            if (stuck) {
                return;
            }
        }
    }

    private void recount() {
        tests = boxes.stream().mapToInt(ScopeBox::tests).sum();
    }

    private static List<Double> gapCosts(ScopeBox box) {
        List<Double> out = new ArrayList<>();
        for (int i = 0; i + 1 < box.addresses().size(); i++) {
            out.add(box.withoutAddressGaps(i, i + 1).volume() - box.volume());
        }
        return out;
    }

    private ScopeBox closedUpTo(ScopeBox box, double limit) {
        List<Double> costs = gapCosts(box);
        ScopeBox out = box;
        for (int i = costs.size() - 1; i >= 0; i--) {
            if (costs.get(i) <= limit) {
                out = out.withoutAddressGaps(i, i + 1);
            }
        }
        widening += out.volume() - box.volume();
        return out;
    }

    private void run() {
        for (int i = 0; i < boxes.size(); i++) {
            closing.add(closing(boxes.get(i)));
            merging.add(new Step[boxes.size()]);
        }
        for (int i = 0; i < boxes.size(); i++) {
            mergings(i);
        }
        while (tests > most && step()) {
            recount();
        }
        boxes.removeIf(java.util.Objects::isNull);
    }

    private boolean step() {
        Step best = null;
        int into = -1;
        int gone = -1;
        for (int i = 0; i < boxes.size(); i++) {
            if (better(closing.get(i), best)) {
                best = closing.get(i);
                into = i;
                gone = -1;
            }
            for (int j = 0; j < i; j++) {
                if (better(merging.get(i)[j], best)) {
                    best = merging.get(i)[j];
                    into = i;
                    gone = j;
                }
            }
        }
        if (best == null) {
            return false;
        }
        widening += best.cost;
        boxes.set(into, best.box);
        if (gone >= 0) {
            remove(gone);
            into -= gone < into ? 1 : 0;
        }
        closing.set(into, closing(boxes.get(into)));
        mergings(into);
        return true;
    }

    private void remove(int gone) {
        boxes.remove(gone);
        closing.remove(gone);
        merging.remove(gone);
        for (int i = gone; i < merging.size(); i++) {
            Step[] row = merging.get(i);
            Step[] shorter = Arrays.copyOf(row, row.length);
            System.arraycopy(row, gone + 1, shorter, gone, row.length - gone - 1);
            merging.set(i, shorter);
        }
    }

    private boolean better(Step step, Step than) {
        return step != null && (than == null || score(step) < score(than) || score(step) == score(than) && step.saved > than.saved);
    }

    private double score(Step step) {
        return step.cost / Math.pow(Math.min(step.saved, tests - most), weight);
    }

    /** The best way to close neighbouring gaps of one box; null when none saves a test. */
    private Step closing(ScopeBox box) {
        Step best = null;
        for (int from = 0; from < box.addresses().size(); from++) {
            for (int to = from + 1; to < Math.min(box.addresses().size(), from + MOST_WINDOW); to++) {
                best = best(best, box, box.withoutAddressGaps(from, to));
            }
        }
        for (int from = 0; from < box.ports().size(); from++) {
            for (int to = from + 1; to < Math.min(box.ports().size(), from + MOST_WINDOW); to++) {
                best = best(best, box, box.withoutPortGaps(from, to));
            }
        }
        return best;
    }

    private Step best(Step best, ScopeBox box, ScopeBox closed) {
        Step step = step(closed, closed.volume() - box.volume(), box.tests() - closed.tests());
        return better(step, best) ? step : best;
    }

    private void mergings(int changed) {
        for (int other = 0; other < boxes.size(); other++) {
            if (other != changed) {
                int row = Math.max(changed, other);
                merging.get(row)[Math.min(changed, other)] = merging(boxes.get(row), boxes.get(Math.min(changed, other)));
            }
        }
    }

    private static Step merging(ScopeBox one, ScopeBox two) {
        if (one.protocol() != two.protocol()) {
            return null;
        }
        ScopeBox around = one.around(two);
        return step(around, one.wideningWith(two, around), one.tests() + two.tests() - around.tests());
    }

    private static Step step(ScopeBox box, double cost, int saved) {
        return saved > 0 ? new Step(box, cost, saved) : null;
    }
}
