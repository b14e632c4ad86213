package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.flow.EvictionOrder;
import io.weir.flow.FlowSettings;
import io.weir.flow.FlowState;
import io.weir.flow.FlowTable;
import io.weir.flow.ParkedPackets;
import io.weir.flow.TimerWheel;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.packet.PacketView;
import io.weir.rules.RuleSet;

/** Opens flows, moves them from state to state with the right deadline, and ends them so that nothing of theirs is left anywhere. */
final class Lifecycle {
    private static final long TICK_NS = 10_000_000;
    private static final int WHEEL_PLACES = 4096;

    private final FlowTable<LiveFlow> table;
    private final FlowSettings settings;
    private final long ownerTimeoutNs;
    private final boolean observing;
    private final ParkedPackets parked;
    private final Translations translations;
    private final RelayPort relay;
    private final Journal journal;
    private final Output output;
    private final Counters counters;
    private final TimerWheel timers = new TimerWheel(TICK_NS, WHEEL_PLACES);
    private final EvictionOrder eviction = new EvictionOrder();
    private final DialsUnderWay dials = new DialsUnderWay();

    Lifecycle(FlowTable<LiveFlow> table, FlowSettings settings, StageSettings stage, ParkedPackets parked, Translations translations,
              RelayPort relay, Journal journal, Output output, Counters counters) {
        this.table = table;
        this.settings = settings;
        ownerTimeoutNs = stage.ownerTimeoutNs();
        observing = stage.observing();
        this.parked = parked;
        this.translations = translations;
        this.relay = relay;
        this.journal = journal;
        this.output = output;
        this.counters = counters;
    }

    TimerWheel timers() {
        return timers;
    }

    DialsUnderWay dials() {
        return dials;
    }

    /** A new flow for this packet, evicting another where that must be. @return null when nobody may be evicted */
    LiveFlow open(PacketBatch batch, int packet, RuleSet rules, long nowNs) {
        PacketView view = batch.view(packet);
        int handle = tryOpen(view);
        if (handle == FlowTable.FULL && eviction.next() != EvictionOrder.NONE) {
            counters.increment(Counter.FLOWS_EVICTED);
            LiveFlow evicted = table.at(eviction.next());
            evicted.note("forgotten early: the flow table was full");
            end(evicted, nowNs);
            handle = tryOpen(view);
        }
        if (handle < 0) {
            return null;
        }
        LiveFlow flow = table.flow(handle);
        flow.begin(rules, batch.interfaceIndex(packet), batch.subInterfaceIndex(packet), nowNs);
        return flow;
    }

    private int tryOpen(PacketView view) {
        return table.open(view.protocol(), view.sourceHigh(), view.sourceLow(), view.sourcePort(),
                view.destinationHigh(), view.destinationLow(), view.destinationPort());
    }

    /** The flow is in another state from now on; to a monitor, whatever is decided is only seen. */
    void enter(LiveFlow flow, FlowState wanted, long nowNs) {
        FlowState state = observing && wanted != FlowState.ASKING ? FlowState.OBSERVED : wanted;
        flow.state(state);
        dials.dialing(flow, state == FlowState.DIALING);
        timers.schedule(flow.index(), nowNs + patienceNs(flow));
        switch (state) {
            case ASKING, DIALING, RELEASED -> eviction.unestablished(flow.index());
            case OPEN -> eviction.remove(flow.index());
            case CLOSING, REFUSED, DROPPED, PASSED, OBSERVED -> eviction.over(flow.index());
        }
    }

    private long patienceNs(LiveFlow flow) {
        return switch (flow.state()) {
            case ASKING -> ownerTimeoutNs;
            case DIALING -> settings.dialNs();
            case RELEASED -> settings.acceptNs();
            case OPEN -> settings.idleNs();
            case CLOSING -> flow.reset ? settings.resetNs() : settings.finishedNs();
            case REFUSED -> flow.tcp() ? settings.refusedMemoryNs() : settings.udpIdleNs();
            case DROPPED, OBSERVED -> flow.tcp() ? settings.droppedMemoryNs() : settings.udpIdleNs();
            case PASSED -> flow.tcp() ? settings.acceptNs() : settings.udpIdleNs();
        };
    }

    /** For states that last as long as packets come: has one come since? Then the deadline is moved. */
    boolean stillBusy(LiveFlow flow, long nowNs) {
        long deadlineNs = flow.lastNs + patienceNs(flow);
        if (deadlineNs - nowNs <= 0) {
            return false;
        }
        timers.schedule(flow.index(), deadlineNs);
        return true;
    }

    /** Removes the flow and everything of it: both keys, tuple, parked packets, timer, the relay's order or session. */
    void end(LiveFlow flow, long nowNs) {
        boolean used = flow.state().translated();
        if (used) {
            flow.endedNs = flow.state() == FlowState.CLOSING ? Math.max(flow.endedNs, flow.lastNs) : nowNs;
        }
        giveUpRelay(flow);
        dials.dialing(flow, false);
        journal.ended(flow, nowNs);
        freeParked(flow);
        if (used && flow.tcp()) {
            output.over(flow.translation());
        }
        translations.release(flow, used);
        timers.cancel(flow.index());
        eviction.remove(flow.index());
        table.close(flow);
    }

    /** The relay forgets the flow, if it knows it. */
    void giveUpRelay(LiveFlow flow) {
        if (flow.ordered) {
            flow.ordered = false;
            relay.cancel(flow.id());
        }
    }

    void freeParked(LiveFlow flow) {
        for (int cell = flow.firstParked; cell != ParkedPackets.NONE; ) {
            int next = parked.next(cell);
            parked.free(cell);
            cell = next;
        }
        flow.firstParked = ParkedPackets.NONE;
        flow.lastParked = ParkedPackets.NONE;
        flow.parkedCount = 0;
    }
}
