package io.weir.stage;

import io.weir.flow.FlowState;
import io.weir.flow.FlowTable;
import io.weir.metrics.DropReason;
import java.util.ArrayList;
import java.util.List;

/** Carries out control events. */
final class Events {
    private final FlowTable<LiveFlow> table;
    private final Attribution attribution;
    private final Judge judge;
    private final Dialer dialer;
    private final Lifecycle lifecycle;
    private final Parking parking;
    private final Journal journal;
    private final Translations translations;
    private final TcpFlows tcp;
    private final UdpFlows udp;

    Events(FlowTable<LiveFlow> table, Attribution attribution, Judge judge, Dialer dialer, Lifecycle lifecycle, Parking parking, Journal journal,
           Translations translations, TcpFlows tcp, UdpFlows udp) {
        this.table = table;
        this.attribution = attribution;
        this.judge = judge;
        this.dialer = dialer;
        this.lifecycle = lifecycle;
        this.parking = parking;
        this.journal = journal;
        this.translations = translations;
        this.tcp = tcp;
        this.udp = udp;
    }

    void carryOut(ControlEvent event, long nowNs) {
        if (event instanceof ControlEvent.Dialed dialed) {
            dialed(table.byId(dialed.flowId()), nowNs);
        } else if (event instanceof ControlEvent.SessionEnded ended) {
            sessionEnded(table.byId(ended.flowId()), ended, nowNs);
        } else if (event instanceof ControlEvent.OwnerFound found) {
            ownerFound(table.byId(found.query().id()), found, nowNs);
        } else if (event instanceof ControlEvent.DialFailed failed) {
            dialFailed(table.byId(failed.flowId()), failed, nowNs);
        } else if (event instanceof ControlEvent.SocketClosed closed) {
            tcp.socketClosed(closed, nowNs);
        } else if (event instanceof ControlEvent.NewRules rules) {
            tcp.rules(rules.rules());
            udp.rules(rules.rules());
        } else if (event instanceof ControlEvent.NewRedirect redirect) {
            translations.redirect(redirect.redirect());
        } else if (event instanceof ControlEvent.Query query) {
            answer(query, nowNs);
        } else if (event instanceof ControlEvent.Stop) {
            stop(nowNs);
        }
    }

    private void dialed(LiveFlow flow, long nowNs) {
        if (flow != null && flow.state() == FlowState.DIALING) {
            dialer.dialed(flow, nowNs);
            parking.settle(flow);
        }
    }

    private void dialFailed(LiveFlow flow, ControlEvent.DialFailed failed, long nowNs) {
        if (flow != null && flow.state() == FlowState.DIALING) {
            judge.dialFailed(flow, failed.refusal(), failed.why(), nowNs);
            parking.settle(flow);
        }
    }

    private void sessionEnded(LiveFlow flow, ControlEvent.SessionEnded ended, long nowNs) {
        if (flow == null || flow.outcome != Outcome.RELAYED || flow.endedReported) {
            return;
        }
        flow.ordered = false;
        flow.bytesUp = ended.bytesUp();
        flow.bytesDown = ended.bytesDown();
        flow.note(ended.how());
        journal.ended(flow, nowNs);
        if (flow.state() == FlowState.OPEN) { // its last segments may still be on their way
            flow.endedNs = nowNs;
            lifecycle.enter(flow, FlowState.CLOSING, nowNs);
        }
    }

    private void ownerFound(LiveFlow flow, ControlEvent.OwnerFound found, long nowNs) {
        if (flow == null || !flow.ownerAsked) {
            return;
        }
        attribution.answered(flow, found.owner());
        if (flow.state() == FlowState.ASKING) {
            judge.judge(flow, nowNs);
            parking.settle(flow);
        } else {
            journal.tellOpened(flow, nowNs);
        }
    }

    private void answer(ControlEvent.Query query, long nowNs) {
        List<FlowReport> slice = new ArrayList<>();
        int index = Math.max(0, query.from());
        for (; index < table.places() && slice.size() < query.limit(); index++) {
            LiveFlow flow = table.at(index);
            if (flow != null) {
                slice.add(Journal.report(flow, nowNs));
            }
        }
        query.answer().slice(slice, index < table.places() ? index : -1);
    }

    private void stop(long nowNs) {
        tcp.stop();
        udp.stop();
        for (int index = 0; index < table.places(); index++) {
            LiveFlow flow = table.at(index);
            if (flow == null) {
                continue;
            }
            if (flow.state() == FlowState.ASKING || flow.state() == FlowState.DIALING) {
                flow.note("Weir stops");
                dialer.refuse(flow, flow.tcp() ? Answer.RESET : Answer.PORT, DropReason.STOPPING, nowNs);
                parking.settle(flow);
            } else {
                lifecycle.giveUpRelay(flow);
            }
        }
    }
}
