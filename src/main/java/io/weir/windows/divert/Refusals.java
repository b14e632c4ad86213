package io.weir.windows.divert;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import java.util.function.Consumer;

/**
 * Send calls the driver refused: counted, and each code told once, with what it means. A refusal costs packets, never the flow of the others, and may
 * come a thousand times a second. Any thread.
 */
final class Refusals {
    private static final int MOST_CODES = 16;

    private final Counters counters;
    private final Consumer<String> log;
    private final int[] codes = new int[MOST_CODES];
    private int known;

    Refusals(Counters counters, Consumer<String> log) {
        this.counters = counters;
        this.log = log;
    }

    void add(int code) {
        counters.increment(Counter.SENDS_REFUSED);
        for (int i = 0; i < known; i++) {
            if (codes[i] == code) {
                return;
            }
        }
        tell(code);
    }

    private synchronized void tell(int code) {
        if (known < MOST_CODES) {
            codes[known++] = code;
            WinDivertError error = WinDivertError.of(DivertCall.SEND, code);
            log.accept(error.text(DivertCall.SEND) + "; further ones are only counted. " + error.remedy());
        }
    }
}
