package io.weir.stage;

import io.weir.engine.CaptureScope;
import io.weir.filter.Filter;

/**
 * How flows are attributed and refused; from the {@code [owner]}, {@code [redirect]} and {@code [capture]} tables.
 *
 * @param ownerTimeoutNs     a first packet whose verdict depends on its owner waits at most this long
 * @param ownerUnknown       what then happens, and what happens when nobody is found
 * @param ownerForLog        also ask for owners the rules do not need, so that the log names them; delays no packet
 * @param refuseByResetOnly  a refused TCP connection always gets a RST, never ICMP (Windows takes no notice of the latter)
 * @param observing          decide and report, touch nothing: no flow is dialed, parked, answered or rewritten; every packet passes
 * @param filter             flows whose first packet it leaves out pass, whatever the rules say; null: every flow goes by the rules
 * @param scope              what the engine was asked for: flows to what it excludes pass, should the engine have to show them all the same; null:
 *                           nothing is excluded
 */
public record StageSettings(long ownerTimeoutNs, OwnerUnknown ownerUnknown, boolean ownerForLog, boolean refuseByResetOnly,
                            boolean observing, Filter filter, CaptureScope scope) {
    public static final StageSettings DEFAULT = new StageSettings(200_000_000L, OwnerUnknown.PASS, true, false);

    /** Without a filter. */
    public StageSettings(long ownerTimeoutNs, OwnerUnknown ownerUnknown, boolean ownerForLog, boolean refuseByResetOnly) {
        this(ownerTimeoutNs, ownerUnknown, ownerForLog, refuseByResetOnly, null);
    }

    /** One that acts. */
    public StageSettings(long ownerTimeoutNs, OwnerUnknown ownerUnknown, boolean ownerForLog, boolean refuseByResetOnly, Filter filter) {
        this(ownerTimeoutNs, ownerUnknown, ownerForLog, refuseByResetOnly, false, filter, null);
    }

    public StageSettings {
        if (ownerTimeoutNs < 0 || ownerTimeoutNs > 10_000_000_000L) {
            throw new IllegalArgumentException("owner.timeout must be within 0–10 s");
        }
    }

    public StageSettings withRefuseByResetOnly(boolean only) {
        return new StageSettings(ownerTimeoutNs, ownerUnknown, ownerForLog, only, observing, filter, scope);
    }

    /** For a monitor: nothing is touched, and every owner is asked for. */
    public StageSettings observed() {
        return new StageSettings(ownerTimeoutNs, ownerUnknown, true, refuseByResetOnly, true, filter, scope);
    }

    public StageSettings withFilter(Filter other) {
        return new StageSettings(ownerTimeoutNs, ownerUnknown, ownerForLog, refuseByResetOnly, observing, other, scope);
    }

    public StageSettings withScope(CaptureScope other) {
        return new StageSettings(ownerTimeoutNs, ownerUnknown, ownerForLog, refuseByResetOnly, observing, filter, other);
    }
}
