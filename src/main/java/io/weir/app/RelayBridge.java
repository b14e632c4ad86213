package io.weir.app;

import io.weir.metrics.DistinctErrorLog;
import io.weir.net.Endpoint;
import io.weir.pipeline.Outbox;
import io.weir.relay.DialOrder;
import io.weir.relay.Relay;
import io.weir.relay.RelayListener;
import io.weir.stage.ControlEvent;
import io.weir.stage.Refusal;
import io.weir.stage.RelayPort;
import io.weir.upstream.DialFailure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Between the deciding thread and the relay: orders one way, answers as events of the ring the other. */
final class RelayBridge implements RelayPort, RelayListener {
    private static final Logger LOG = LoggerFactory.getLogger(RelayBridge.class);
    private static final int MOST_KINDS = 16;

    private final DistinctErrorLog problems = new DistinctErrorLog(MOST_KINDS, Duration.ofMinutes(1), InstantSource.system(), LOG::warn);
    private final SelfTest selfTest;
    private final Consumer<String> dialing;
    private volatile Relay relay;
    private volatile Outbox outbox;

    /**
     * @param selfTest connections to its address are dialed to its target
     * @param dialing  hears through which upstream each dial goes, null for none, on the deciding thread
     */
    RelayBridge(SelfTest selfTest, Consumer<String> dialing) {
        this.selfTest = selfTest;
        this.dialing = dialing;
    }

    /** Before the first packet. */
    void join(Relay runningRelay, Outbox intoRing) {
        relay = runningRelay;
        outbox = intoRing;
    }

    @Override
    public boolean dial(long flowId, Endpoint application, Endpoint destination, String upstream, Endpoint peer, Endpoint local) {
        dialing.accept(upstream);
        return relay.dial(new DialOrder(flowId, selfTest.instead(destination), upstream, peer, local));
    }

    @Override
    public void cancel(long flowId) {
        relay.cancel(flowId);
    }

    @Override
    public void dialed(long flowId) {
        outbox.send(new ControlEvent.Dialed(flowId));
    }

    @Override
    public void failed(long flowId, DialFailure failure) {
        Refusal refusal = refusal(failure.kind());
        boolean ourUpstreamOrUs = refusal == Refusal.UPSTREAM_FAILED || refusal == Refusal.EXHAUSTED;
        if (ourUpstreamOrUs && failure.kind() != DialFailure.Kind.CANCELLED) {
            problems.add(failure.kind(), failure::message);
        }
        outbox.send(new ControlEvent.DialFailed(flowId, refusal, failure.message()));
    }

    @Override
    public void ended(long flowId, long bytesUp, long bytesDown, String how) {
        outbox.send(new ControlEvent.SessionEnded(flowId, bytesUp, bytesDown, how));
    }

    private static Refusal refusal(DialFailure.Kind kind) {
        return switch (kind) {
            case REFUSED -> Refusal.REFUSED;
            case HOST_UNREACHABLE -> Refusal.HOST_UNREACHABLE;
            case NETWORK_UNREACHABLE -> Refusal.NETWORK_UNREACHABLE;
            case PROHIBITED -> Refusal.PROHIBITED;
            case TIMED_OUT -> Refusal.TIMED_OUT;
            case AUTHENTICATION, PROTOCOL, UPSTREAM_DOWN -> Refusal.UPSTREAM_FAILED;
            case EXHAUSTED, CANCELLED -> Refusal.EXHAUSTED;
        };
    }
}
