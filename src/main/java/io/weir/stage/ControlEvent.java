package io.weir.stage;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import io.weir.rules.RuleSet;
import java.util.List;

/** Everything but packets that may change a flow; enters by the ring. Events about flows that are gone are ignored. */
public sealed interface ControlEvent {

    /** The answer to a question put to {@code OwnerLookup.ask}; {@code query.id()} is the flow. */
    record OwnerFound(OwnerQuery query, Owner owner) implements ControlEvent {
    }

    /** The application closed the socket of the flow that began so. Its packets may come later: of a flow that goes on this says nothing. */
    record SocketClosed(Protocol protocol, Endpoint local, Endpoint remote, long beginning) implements ControlEvent {
    }

    /** The upstream connection stands and the relay awaits the application. */
    record Dialed(long flowId) implements ControlEvent {
    }

    /** No upstream connection. {@code why}: a sentence for the log */
    record DialFailed(long flowId, Refusal refusal, String why) implements ControlEvent {
    }

    /** The relay has closed both sockets. {@code how}: a phrase for the log */
    record SessionEnded(long flowId, long bytesUp, long bytesDown, String how) implements ControlEvent {
    }

    /** Rules for flows opened from now on; open TCP flows keep their verdict, UDP flows are judged again. */
    record NewRules(RuleSet rules) implements ControlEvent {
    }

    /** Where flows opened from now on are redirected to. */
    record NewRedirect(Redirect redirect) implements ControlEvent {
    }

    /** One slice of the flow table: those with an index from {@code from} on. */
    record Query(int from, int limit, Answer answer) implements ControlEvent {
        /** Called once, on the deciding thread: hand it on, do not work here. */
        @FunctionalInterface
        public interface Answer {
            /** @param next where the next slice begins, -1 after the last */
            void slice(List<FlowReport> flows, int next);
        }
    }

    /** No flow is redirected any more: new ones pass, waiting ones are refused, the relay is told to forget all. Open ones are still translated. */
    record Stop() implements ControlEvent {
    }
}
