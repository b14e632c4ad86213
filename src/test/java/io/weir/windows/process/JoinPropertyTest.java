package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Events that are late, lost, out of order; rows that are missing; ports and process ids that are used again, whether or not anything was told of it:
 * nobody is ever taken for another.
 */
class JoinPropertyTest {

    @Test
    void shouldAnswerEveryQuestionOnceAndNeverNameTheWrongProcess() {
        long first = new SplittableRandom().nextLong();
        int found = 0;
        int asked = 0;
        for (int i = 0; i < 150; i++) {
            long seed = i < 100 ? i : first + i;
            JoinRun run = new JoinRun(seed);
            try {
                run.run(1500);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
            found += run.found();
            asked += run.asked();
        }
        assertTrue(asked > 5000 && found > asked / 2, found + " of " + asked + " were found");
    }
}
