package io.weir.app;

import io.weir.config.Settings;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.pipeline.Pipeline;
import io.weir.pipeline.PipelineSettings;
import io.weir.pipeline.Threads;
import io.weir.process.OwnerLookup;
import io.weir.stage.ControlEvent;
import io.weir.stage.FlowLog;
import io.weir.stage.FlowReport;
import io.weir.stage.Redirect;
import io.weir.stage.RedirectShape;
import io.weir.stage.RelayPort;
import io.weir.stage.Stages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Runs the stages over an engine that ends by itself, beside a relay whose every dial succeeds at once and carries nothing: what would have
 * happened to each flow. One thread, the engine's time, a fixed seed: the same packets give the same result.
 */
public final class Rehearsal implements RelayPort, FlowLog {
    private static final int MOST_FLOWS = 1 << 20;
    private static final long SEED = 1;

    private final Counters counters = new Counters();
    private final List<FlowReport> flows = Collections.synchronizedList(new ArrayList<>());
    private volatile Pipeline pipeline;
    private volatile Throwable problem;

    private Rehearsal() {
    }

    /** @param flows those the rules were applied to, in the order of their decisions; at most a million */
    public record Result(List<FlowReport> flows, Counters counters) {
    }

    /** @throws EngineException when the engine, or a stage again and again, fails */
    public static Result run(Settings settings, Engine engine, OwnerLookup owners, LongSupplier clock) throws InterruptedException {
        Rehearsal rehearsal = new Rehearsal();
        rehearsal.play(settings, engine, owners, clock);
        return new Result(List.copyOf(rehearsal.flows), rehearsal.counters);
    }

    private void play(Settings settings, Engine engine, OwnerLookup owners, LongSupplier clock) throws InterruptedException {
        RedirectShape shape = settings.redirect().shape() == null ? RedirectShape.LOOPBACK : settings.redirect().shape();
        Endpoint ipv4 = Endpoint.parse(shape == RedirectShape.LOOPBACK ? "127.0.0.1:7070" : "0.0.0.0:7070");
        Endpoint ipv6 = Endpoint.parse(shape == RedirectShape.LOOPBACK ? "[::1]:7070" : "[::]:7070");
        Stages stages = new Stages(settings.stage(), settings.flow(), settings.rules(), new Redirect(shape, List.of(ipv4, ipv6), 1), owners,
            (query, owner) -> pipeline.offer(new ControlEvent.OwnerFound(query, owner)), this, this, engine, counters, SEED);
        PipelineSettings inline = new PipelineSettings(Threads.INLINE, settings.pipeline().batches(), settings.pipeline().ringSlots());
        try (Pipeline running = new Pipeline(engine, stages, inline, counters, cause -> problem = cause, clock)) {
            pipeline = running;
            running.start();
            running.awaitEnd();
        }
        if (problem instanceof EngineException ended) {
            throw ended;
        }
        if (problem != null) {
            throw new EngineException("the stages failed: " + problem, "report this with the capture", problem);
        }
    }

    @Override
    public boolean dial(long flowId, Endpoint application, Endpoint destination, String upstream, Endpoint peer, Endpoint local) {
        return pipeline.offer(new ControlEvent.Dialed(flowId));
    }

    @Override
    public void cancel(long flowId) {
        // nothing was dialed
    }

    @Override
    public void opened(FlowReport flow) {
        if (flows.size() < MOST_FLOWS) {
            flows.add(flow);
        }
    }

    @Override
    public void ended(FlowReport flow) {
        // it was listed when it was opened
    }
}
