package io.weir.app;

import io.weir.config.Settings;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.filter.RuleLowering;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.pipeline.Pipeline;
import io.weir.process.OwnerLookup;
import io.weir.stage.ControlEvent;
import io.weir.stage.FlowLog;
import io.weir.stage.FlowReport;
import io.weir.stage.Redirect;
import io.weir.stage.RedirectShape;
import io.weir.stage.RelayPort;
import io.weir.stage.Stages;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Decides on every new flow by the rules of a configuration, and touches none: an engine that watches, owners, stages that observe. {@link #start}
 * once, {@link #next} from one thread, {@link #close} any number of times from any thread.
 */
public final class Monitor implements AutoCloseable, FlowLog, RelayPort {
    private static final int QUEUE = 8192;

    private final Settings settings;
    private final Platform platform;
    private final Counters counters = new Counters();
    private final ArrayBlockingQueue<FlowReport> decided = new ArrayBlockingQueue<>(QUEUE);
    private volatile Throwable problem;
    private volatile boolean ended;
    private OwnerLookup owners;
    private LoopProtection loops;
    private Engine engine;
    private Pipeline pipeline;
    private boolean closed;

    public Monitor(Settings settings, Platform platform) {
        this.settings = settings;
        this.platform = platform;
    }

    /** Starts everything, or nothing. After {@link #close} it does nothing. @return name of the engine */
    public synchronized String start() throws StartException {
        if (closed) {
            return "";
        }
        StartStage stage = StartStage.OWNERS;
        CaptureScope scope = RuleLowering.scope(settings.rules(), settings.upstreams().endpoints(), List.of(), settings.capture());
        try {
            owners = platform.openOwners(counters);
            loops = LoopProtection.ofWatcher(settings, counters);
            loops.watch(owners);
            stage = StartStage.ENGINE;
            engine = platform.openWatchingEngine(scope, settings.stage().filter(), counters);
        } catch (EngineException refused) {
            closeParts();
            throw new StartException(stage, refused.getMessage(), refused.remedy(), refused);
        }
        LateOutbox answers = new LateOutbox();
        Redirect nowhere = new Redirect(RedirectShape.LOOPBACK, List.of(), 0);
        Stages stages = new Stages(settings.stage().observed().withScope(scope), settings.flow(), settings.rules(), nowhere, owners,
            (query, owner) -> answers.send(new ControlEvent.OwnerFound(query, owner)), this, this, engine, loops.guard(), counters,
            new SecureRandom().nextLong());
        pipeline = new Pipeline(engine, stages, settings.pipeline(), counters, this::fail, System::nanoTime);
        answers.into(pipeline.outbox(settings.flow().maximumFlows()));
        pipeline.start();
        return engine.name();
    }

    private void fail(Throwable cause) {
        problem = cause;
        ended = true;
    }

    /** The next flow that was decided on, in the order of the decisions; null when none was for that long. */
    public FlowReport next(long timeoutMs) throws InterruptedException {
        return decided.poll(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** It was closed or failed: {@link #next} gives what is left. */
    public boolean ended() {
        return ended;
    }

    /** What ended it; null unless it failed. */
    public Throwable problem() {
        return problem;
    }

    public Counters counters() {
        return counters;
    }

    @Override
    public void opened(FlowReport flow) {
        if (!decided.offer(flow)) {
            counters.increment(Counter.FLOW_LINES_LOST);
        }
    }

    @Override
    public void ended(FlowReport flow) {
        // it went its own way
    }

    @Override
    public boolean dial(long flowId, Endpoint application, Endpoint destination, String upstream, Endpoint peer, Endpoint local) {
        throw new IllegalStateException("a monitor dials nothing");
    }

    @Override
    public void cancel(long flowId) {
        // nothing was dialed
    }

    /** Stops watching. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeParts();
            ended = true;
        }
    }

    private void closeParts() {
        Stop stop = new Stop(platform.stopWithinMs());
        stop.close(pipeline);
        Stop.closeQuietly(engine);
        stop.await(stop.begin(loops, owners), Weir.READING_TABLES_MS);
    }
}
