package io.weir.windows.divert;

import io.weir.filter.Filter;

/**
 * Settings of the Windows engine.
 *
 * @param priority among the handles of all programs that use WinDivert, odd, 1–29,999: higher ones see a packet first. Odd, because others mostly
 *                 take even or round ones and at equal priority the order is undefined; positive, so that those at 0 still see what we send
 * @param impostor also show packets other drivers injected
 * @param chosen   the user's own filter, which chooses flows by their first packet; null: none
 */
public record DivertSettings(int priority, boolean impostor, Filter chosen) {
    public static final int DEFAULT_PRIORITY = 1021;
    public static final int LEAST_PRIORITY = 1;
    public static final int GREATEST_PRIORITY = 29_999;

    public DivertSettings {
        if (priority < LEAST_PRIORITY || priority > GREATEST_PRIORITY || priority % 2 == 0) {
            throw new IllegalArgumentException("windows.priority must be odd and within 1–29,999, not " + priority);
        }
    }

    public DivertSettings withChosen(Filter other) {
        return new DivertSettings(priority, impostor, other);
    }
}
