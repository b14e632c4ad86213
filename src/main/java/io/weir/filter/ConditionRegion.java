package io.weir.filter;

import io.weir.net.AddressSet;
import io.weir.net.PortSet;
import io.weir.rules.Condition;
import java.util.List;

/** Where a condition can hold, whoever owns the flow. */
final class ConditionRegion {
    private static final int MOST_BOXES = 256;
    private static final int COARSE_BOXES = 32;
    private final CaptureRegion region;
    private boolean exact = true;

    ConditionRegion(Condition condition) {
        region = possible(condition, true);
    }

    /** Holds nowhere outside of it. */
    CaptureRegion region() {
        return region;
    }

    /** Whether it also holds everywhere inside: no owner is asked, and the region needed no simplifying. */
    boolean exact() {
        return exact;
    }

    private CaptureRegion possible(Condition condition, boolean holds) {
        if (condition instanceof Condition.All all) {
            return holds ? product(all.parts(), true) : sum(all.parts(), false);
        }
        if (condition instanceof Condition.Any any) {
            return holds ? sum(any.parts(), true) : product(any.parts(), false);
        }
        if (condition instanceof Condition.None none) {
            return holds ? product(none.parts(), false) : sum(none.parts(), true);
        }
        if (condition instanceof Condition.Destination destination) {
            AddressSet addresses = destination.addresses();
            return CaptureRegion.everything(holds ? addresses : addresses.complement(), CaptureRegion.EVERY_PORT);
        }
        if (condition instanceof Condition.Port port) {
            PortSet ports = holds ? port.ports() : CaptureRegion.EVERY_PORT.minus(port.ports());
            return CaptureRegion.everything(CaptureRegion.EVERY_ADDRESS, ports);
        }
        if (condition instanceof Condition.Transport transport) {
            return CaptureRegion.of(CaptureRegion.EVERYTHING.boxes().stream()
                .filter(box -> transport.protocols().contains(box.protocol()) == holds).toList());
        }
        exact = false;
        return CaptureRegion.EVERYTHING;
    }

    private CaptureRegion product(List<Condition> parts, boolean hold) {
        CaptureRegion out = CaptureRegion.EVERYTHING;
        for (Condition part : parts) {
            out = bounded(out.intersect(possible(part, hold)));
        }
        return out;
    }

    private CaptureRegion sum(List<Condition> parts, boolean hold) {
        CaptureRegion out = CaptureRegion.NOTHING;
        for (Condition part : parts) {
            out = bounded(out.union(possible(part, hold)));
        }
        return out;
    }

    private CaptureRegion bounded(CaptureRegion whole) {
        if (whole.boxes().size() <= MOST_BOXES) {
            return whole;
        }
        exact = false;
        return whole.within(COARSE_BOXES);
    }
}
