package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.CaptureClause;
import io.weir.net.AddressSet;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScopeMergeTest {
    private static final int PREFIXES = 8;
    private static final int MOST = 48;
    private static final String[] PORTS = {"443", "80,443", "0-65535", "8000-8100", "22"};

    /** The optimum by trying everything: every partition into groups, and in every group every choice of gaps to close. */
    @Test
    void shouldWidenAtMostAQuarterMoreThanTheOptimumWhenPrefixesAreEight() {
        double worst = 1;
        int compared = 0;
        for (long seed = 1; seed <= 15; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<ScopeBox> boxes = boxes(random, seed % 3 == 0);
            int all = boxes.stream().mapToInt(ScopeBox::tests).sum();
            double[] optimum = optimum(boxes);
            double given = boxes.stream().mapToDouble(ScopeBox::volume).sum();
            for (int most = 4; most < all; most += 3) {
                ScopeMerge.Result greedy = ScopeMerge.within(boxes, most);
                int tests = greedy.boxes().stream().mapToInt(ScopeBox::tests).sum();
                double widened = greedy.boxes().stream().mapToDouble(ScopeBox::volume).sum() - given;
                double best = optimum[Math.min(most, MOST)] - given;
                String message = "seed " + seed + ", " + most + " of " + all + " tests: " + widened + " against " + best;
                assertTrue(tests <= most, message);
                assertTrue(widened <= 1.25 * best + 1e-6 * given, message);
                worst = best > 0 ? Math.max(worst, widened / best) : worst;
                compared++;
            }
        }
        assertTrue(compared > 50, "worst " + worst + " of " + compared);
    }

    private static List<ScopeBox> boxes(SplittableRandom random, boolean samePorts) {
        List<ScopeBox> out = new ArrayList<>();
        List<AddressSet.Range> taken = new ArrayList<>();
        while (out.size() < PREFIXES) {
            int length = random.nextInt(8, 33);
            int bits = random.nextInt(11, 99) << 24 | random.nextInt(1 << 24);
            AddressSet prefix = AddressSet.parse(List.of(IpAddress.ofIpv4(bits) + "/" + length));
            if (AddressSet.of(taken).intersect(prefix).isEmpty()) {
                taken.addAll(prefix.ranges());
                PortSet ports = PortSet.parse(PORTS[samePorts ? 0 : random.nextInt(PORTS.length)]);
                out.add(ScopeBox.of(new CaptureClause(Protocol.TCP, prefix, ports)));
            }
        }
        return out;
    }

    /** By number of tests, the least total volume. */
    private static double[] optimum(List<ScopeBox> boxes) {
        int sets = 1 << boxes.size();
        double[][] ofGroup = new double[sets][];
        for (int set = 1; set < sets; set++) {
            ScopeBox around = null;
            for (int i = 0; i < boxes.size(); i++) {
                if ((set >> i & 1) != 0) {
                    around = around == null ? boxes.get(i) : around.around(boxes.get(i));
                }
            }
            ofGroup[set] = closings(around);
        }
        double[][] best = new double[sets][];
        best[0] = new double[MOST + 1];
        for (int set = 1; set < sets; set++) {
            best[set] = nothing();
            int lowest = Integer.lowestOneBit(set);
            for (int group = set; group > 0; group = group - 1 & set) {
                if ((group & lowest) != 0) {
                    combine(best[set], ofGroup[group], best[set & ~group]);
                }
            }
        }
        return best[sets - 1];
    }

    private static void combine(double[] into, double[] one, double[] two) {
        for (int tests = 1; tests <= MOST; tests++) {
            for (int first = 1; first <= tests; first++) {
                into[tests] = Math.min(into[tests], one[first] + two[tests - first]);
            }
        }
    }

    private static double[] closings(ScopeBox box) {
        double[] out = nothing();
        int addressGaps = box.addresses().size() - 1;
        int portGaps = box.ports().size() - 1;
        for (int choice = 0; choice < 1 << addressGaps + portGaps; choice++) {
            ScopeBox closed = box;
            for (int gap = addressGaps + portGaps - 1; gap >= 0; gap--) {
                if ((choice >> gap & 1) != 0) {
                    closed = gap < addressGaps ? closed.withoutAddressGaps(gap, gap + 1)
                        : closed.withoutPortGaps(gap - addressGaps, gap - addressGaps + 1);
                }
            }
            for (int tests = closed.tests(); tests <= MOST; tests++) {
                out[tests] = Math.min(out[tests], closed.volume());
            }
        }
        return out;
    }

    private static double[] nothing() {
        double[] out = new double[MOST + 1];
        Arrays.fill(out, Double.POSITIVE_INFINITY);
        return out;
    }
}
