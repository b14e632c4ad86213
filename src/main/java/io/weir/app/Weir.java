package io.weir.app;

import io.weir.config.Settings;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.filter.Filter;
import io.weir.filter.RuleLowering;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.pipeline.Pipeline;
import io.weir.process.OwnerLookup;
import io.weir.relay.Relay;
import io.weir.relay.RelayException;
import io.weir.relay.RelaySettings;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import io.weir.stage.ControlEvent;
import io.weir.stage.FlowLog;
import io.weir.stage.FlowReport;
import io.weir.stage.Outcome;
import io.weir.stage.Redirect;
import io.weir.stage.RedirectShape;
import io.weir.stage.StageSettings;
import io.weir.stage.Stages;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole of Weir: relay, owners, engine, stages and pipeline, started in that order and stopped in the other. {@link #start} once;
 * {@link #close} any number of times from any thread.
 */
public final class Weir implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Weir.class);
    private static final Logger FLOWS = LoggerFactory.getLogger("weir.flows");
    /** Packets of sessions that were just reset get this long to be translated. */
    private static final long QUIET_NS = 30_000_000;
    private static final long QUIET_LIMIT_NS = 300_000_000;
    /** Who reads the system's tables of sockets just now is not waited for: nothing is left that could ask. */
    static final long READING_TABLES_MS = 300;

    private final Settings settings;
    private final Platform platform;
    private final Counters counters = new Counters();
    private final FlowJournal journal;
    private final SelfTest selfTest = new SelfTest();
    private final Function<SelfTest, SelfTest.Result> redirectionCheck;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Throwable fatal;
    private volatile Facts facts;
    private LoopProtection loops;
    private Relay relay;
    private AutoCloseable admission;
    private Engine engine;
    private OwnerLookup owners;
    private Pipeline pipeline;
    private boolean closed;

    public Weir(Settings settings, Platform platform) {
        this(settings, platform, SelfTest::run);
    }

    /** @param redirectionCheck what is done to see whether the loopback shape works, where the settings leave the choice */
    Weir(Settings settings, Platform platform, Function<SelfTest, SelfTest.Result> redirectionCheck) {
        this.redirectionCheck = redirectionCheck;
        this.settings = settings;
        this.platform = platform;
        journal = new FlowJournal(FLOWS::info, Weir::isWorthALine, settings.log().linesPerSecond(), counters);
    }

    /** Flows no rule speaks of are logged only where everything is. */
    private static boolean isWorthALine(FlowReport flow) {
        boolean nothingSaid = flow.outcome() == Outcome.PASSED && (flow.verdict() == null || flow.verdict().ruleIndex() < 0);
        return !nothingSaid || FLOWS.isDebugEnabled();
    }

    /** The journal without the self-test. */
    private final class UserFlows implements FlowLog {
        @Override
        public void opened(FlowReport flow) {
            if (!SelfTest.isTo(flow.destination())) {
                journal.opened(flow);
            }
        }

        @Override
        public void ended(FlowReport flow) {
            if (SelfTest.isTo(flow.destination())) {
                selfTest.flowEnded();
            } else {
                journal.ended(flow);
            }
        }
    }

    /** What was started. */
    public record Facts(String engine, String wiring, RedirectShape shape, List<Endpoint> relay) {
    }

    /**
     * Starts everything, or nothing: after an exception the machine is as before. After {@link #close} it does nothing.
     *
     * @return false: it was closed before it had started
     */
    public boolean start() throws StartException {
        if (isClosed()) {
            return false;
        }
        journal.start();
        RedirectShape wanted = settings.redirect().shape();
        boolean automatic = wanted == null;
        if (open(automatic ? RedirectShape.LOOPBACK : wanted, automatic) && automatic) {
            checkRedirection();
        }
        return !isClosed();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** What stands is closed first. @return false: too late */
    private synchronized boolean open(RedirectShape shape, boolean testing) throws StartException {
        if (closed) {
            return false;
        }
        if (loops != null) {
            closeParts(new Stop(platform.stopWithinMs()));
        }
        start(shape, testing);
        return true;
    }

    /** Takes seconds, so without the lock: a stop does not wait for it. */
    private void checkRedirection() throws StartException {
        SelfTest.Result result = redirectionCheck.apply(selfTest);
        if (isClosed()) {
            return;
        }
        switch (result.outcome()) {
            case WORKS -> {
                LOG.debug("loopback redirection works: {}", result.why());
                forgetTest();
            }
            case INCONCLUSIVE -> LOG.info("loopback redirection could not be tested ({}); it is used all the same", result.why());
            default -> {
                LOG.warn("loopback redirection does not work here ({}); connections are reflected instead", result.why());
                if (open(RedirectShape.REFLECT, true)) {
                    checkReflection(result.outcome());
                }
            }
        }
    }

    /** There is no third shape: whatever keeps connections away, the user must remove. */
    private void checkReflection(SelfTest.Outcome loopback) throws StartException {
        SelfTest.Result result = redirectionCheck.apply(selfTest);
        boolean fails = result.outcome() == SelfTest.Outcome.FAILS || result.outcome() == SelfTest.Outcome.ONLY_IPV4;
        if (isClosed()) {
            return;
        }
        if (!fails) {
            if (result.outcome() == SelfTest.Outcome.WORKS) {
                forgetTest();
            }
            return;
        }
        LOG.error("reflected connections do not arrive either ({}): see whether a firewall keeps them from the relay", result.why());
        if (loopback == SelfTest.Outcome.ONLY_IPV4) {
            LOG.warn("connections go by loopback after all, since that works over IPv4; those over IPv6 that a rule redirects will fail");
            open(RedirectShape.LOOPBACK, true);
        }
        counters.reset();
    }

    /** The counters are of the user's connections only. */
    private void forgetTest() {
        selfTest.awaitEnd();
        counters.reset();
    }

    private void start(RedirectShape shape, boolean testing) throws StartException {
        try {
            RuleSet rules = testing ? withSelfTest(settings.rules()) : settings.rules();
            loops = LoopProtection.of(settings, platform, testing ? 1 : 0, counters);
            RelayBridge bridge = new RelayBridge(selfTest, loops::dialing);
            openRelay(shape, bridge);
            admission = platform.admitToRelay(shape, relay.endpoints());
            openOwners();
            loops.watch(owners);
            StageSettings stage = settings.stage().withRefuseByResetOnly(platform.refuseByResetOnly());
            stage = testing ? SelfTest.admitted(stage) : stage;
            CaptureScope scope = openEngine(rules, stage.filter());
            startPipeline(shape, rules, stage.withScope(scope), bridge);
            facts = new Facts(engine.name(), pipeline.wiring().name().toLowerCase(Locale.ROOT), shape, relay.endpoints());
        } catch (StartException | RuntimeException | Error problem) {
            closeParts(new Stop(platform.stopWithinMs()));
            throw problem;
        }
    }

    private RuleSet withSelfTest(RuleSet rules) {
        List<Rule> all = new ArrayList<>(rules.rules());
        all.add(0, SelfTest.rule());
        return RuleSet.of(all, settings.capture().lan());
    }

    private void openRelay(RedirectShape shape, RelayBridge bridge) throws StartException {
        try {
            List<Endpoint> listen = settings.redirect().listen(platform.relayAddresses(shape));
            RelaySettings wanted = settings.relay().withListen(listen).withSocketMark(platform.socketMark());
            Relay opening = new Relay(wanted, settings.upstreams(), bridge, counters, platform.pipeSizer(), loops.localPorts());
            opening.start();
            relay = opening;
        } catch (RelayException problem) {
            throw new StartException(StartStage.RELAY, problem.getMessage(), "", problem);
        }
    }

    private CaptureScope openEngine(RuleSet rules, Filter chosen) throws StartException {
        try {
            CaptureScope scope = RuleLowering.scope(rules, settings.upstreams().endpoints(), relay.endpoints(), settings.capture())
                .withExcludedLocalPorts(loops.excludedLocalPorts());
            engine = platform.openEngine(scope, chosen, counters);
            return scope;
        } catch (EngineException problem) {
            throw new StartException(StartStage.ENGINE, problem.getMessage(), problem.remedy(), problem);
        }
    }

    private void openOwners() throws StartException {
        try {
            owners = platform.openOwners(counters);
        } catch (EngineException problem) {
            throw new StartException(StartStage.OWNERS, problem.getMessage(), problem.remedy(), problem);
        }
    }

    private void startPipeline(RedirectShape shape, RuleSet rules, StageSettings stage, RelayBridge bridge) {
        LateOutbox answers = new LateOutbox();
        Redirect redirect = new Redirect(shape, relay.endpoints(), platform.loopbackInterface());
        FlowSettings flows = settings.flow().withNatAddressesAtMost(platform.mostLoopbackAddresses());
        Stages stages = new Stages(stage, flows, rules, redirect, owners,
            (query, owner) -> answers.send(new ControlEvent.OwnerFound(query, owner)), bridge, new UserFlows(), engine, loops.guard(), counters,
            new SecureRandom().nextLong());
        pipeline = new Pipeline(engine, stages, settings.pipeline(), counters, this::fail, System::nanoTime);
        int mostFlows = flows.maximumFlows();
        answers.into(pipeline.outbox(mostFlows));
        owners.tellClosings((protocol, local, remote, beginning) ->
            answers.send(new ControlEvent.SocketClosed(protocol, local, remote, beginning)));
        bridge.join(relay, pipeline.outbox(2 * mostFlows));
        pipeline.start();
    }

    private void fail(Throwable problem) {
        fatal = problem;
        if (problem instanceof EngineException known) {
            LOG.error("Weir cannot go on and stops: {}. {}", known.getMessage(), known.remedy());
        } else {
            LOG.error("Weir cannot go on and stops: {}", problem.toString(), problem);
        }
        ended.countDown();
    }

    /** Waits until {@link #close} or an error ends it. @return the error; null for an orderly stop */
    public Throwable awaitEnd() throws InterruptedException {
        ended.await();
        return fatal;
    }

    /**
     * No new flow is redirected, relayed ones are closed, what was captured goes out, the machine is put back. Below two seconds, and within
     * {@link Platform#stopWithinMs} where something hangs. Idempotent.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Stop stop = new Stop(platform.stopWithinMs());
        closeParts(stop);
        stop.await(stop.begin(journal), Long.MAX_VALUE);
        ended.countDown();
    }

    private void closeParts(Stop stop) {
        if (pipeline != null) {
            stopFlows(stop);
        } else if (relay != null) {
            relay.close();
        }
        stop.close(pipeline);
        Stop.closeQuietly(engine);
        Thread firewall = stop.begin(admission);
        stop.await(stop.begin(loops, owners), READING_TABLES_MS);
        stop.await(firewall, Long.MAX_VALUE);
        pipeline = null;
        relay = null;
        loops = null;
        admission = null;
        engine = null;
        owners = null;
    }

    /** While packets still flow: the application's end of every session gets its FIN or RST through the translation. */
    private void stopFlows(Stop stop) {
        for (int attempt = 0; !pipeline.offer(new ControlEvent.Stop()) && attempt < 100; attempt++) {
            LockSupport.parkNanos(1_000_000);
        }
        relay.close();
        long startNs = System.nanoTime();
        long seen = -1;
        long limitNs = Math.min(QUIET_LIMIT_NS, stop.leftForPackets());
        for (long now = counters.get(Counter.PACKETS_RECEIVED); now != seen && System.nanoTime() - startNs < limitNs;
                now = counters.get(Counter.PACKETS_RECEIVED)) {
            seen = now;
            LockSupport.parkNanos(QUIET_NS);
        }
    }

    /** After {@link #start}; stays as it was when Weir is closed. */
    public Facts facts() {
        return facts;
    }

    public Counters counters() {
        return counters;
    }
}
