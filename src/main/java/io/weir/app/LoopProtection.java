package io.weir.app;

import io.weir.config.Settings;
import io.weir.filter.ScopeFilter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.ExemptPorts;
import io.weir.net.PortSet;
import io.weir.process.Listeners;
import io.weir.stage.LoopGuard;
import io.weir.upstream.LocalPorts;
import io.weir.upstream.OwnPorts;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what Weir sends from coming back to it: the ports its sockets are bound to where they carry no mark, and a thread that follows which local
 * programs are upstreams, every few seconds and at once when something looks new.
 */
final class LoopProtection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopProtection.class);
    private static final long EVERY_NS = 3_000_000_000L;
    /** Between two looks that are hurried: a loop goes round in a millisecond, but a look at the sockets of a whole machine takes some. */
    private static final long SHORTEST_NS = 10_000_000L;
    /** What that grows to while one hurried look follows the other in vain. */
    private static final long LONGEST_NS = 200_000_000L;
    private static final int CLOSE_WITHIN_MS = 2000;

    private final Settings settings;
    private final OwnPorts ownPorts;
    private final LoopGuard guard;
    private volatile boolean incomplete;
    private volatile boolean hurried;
    private volatile boolean closing;
    private volatile Thread thread;

    private LoopProtection(Settings settings, OwnPorts ownPorts, ExemptPorts exempt, int ownRules, Counters counters) {
        this.settings = settings;
        this.ownPorts = ownPorts;
        guard = new LoopGuard(exempt, excludedLocalPorts(), ProcessHandle.current().pid(), ownRules, counters, this::hurry);
    }

    /** @param ownRules so many rules are put before the user's */
    static LoopProtection of(Settings settings, Platform platform, int ownRules, Counters counters) {
        if (platform.socketMark() != 0) {
            return new LoopProtection(settings, null, null, ownRules, counters);
        }
        ExemptPorts exempt = new ExemptPorts(new SecureRandom().nextLong());
        Set<Endpoint> excluded = settings.upstreams().endpoints().stream().limit(ScopeFilter.SURE_ENDPOINTS).collect(Collectors.toSet());
        OwnPorts ports = new OwnPorts(platform.reservePorts(), OwnPorts.RESERVED_REST_NS, exempt, excluded, counters, System::nanoTime);
        return new LoopProtection(settings, ports, exempt, ownRules, counters);
    }

    /** For who only watches and opens no socket. */
    static LoopProtection ofWatcher(Settings settings, Counters counters) {
        return new LoopProtection(settings, null, null, 0, counters);
    }

    /** Where the relay's sockets are bound. */
    LocalPorts localPorts() {
        return ownPorts == null ? LocalPorts.ANY : ownPorts;
    }

    /** What the kernel filter has to exclude. */
    PortSet excludedLocalPorts() {
        return ownPorts == null ? PortSet.NONE : ownPorts.excluded();
    }

    LoopGuard guard() {
        return guard;
    }

    /** Looks once who listens where upstreams are, then goes on looking until {@link #close}. */
    void watch(Listeners listeners) {
        LocalProxies proxies = new LocalProxies(settings.upstreams(), settings.rules(), listeners, pid -> ProcessHandle.of(pid).isPresent(),
            LOG::warn, LOG::info);
        refresh(proxies);
        Thread watching = new Thread(() -> follow(proxies), "loop-protection");
        watching.setDaemon(true);
        watching.start();
        thread = watching;
    }

    private void refresh(LocalProxies proxies) {
        try {
            incomplete = !proxies.refresh(guard);
        } catch (RuntimeException problem) {
            LOG.error("who listens where upstreams are cannot be found out", problem);
        }
    }

    private void follow(LocalProxies proxies) {
        long lastNs = System.nanoTime();
        long gapNs = SHORTEST_NS;
        while (!closing) {
            long sinceNs = System.nanoTime() - lastNs;
            long waitNs = (hurried ? gapNs : EVERY_NS) - sinceNs;
            if (waitNs > 0) {
                LockSupport.parkNanos(waitNs);
                continue;
            }
            gapNs = sinceNs > LONGEST_NS ? SHORTEST_NS : Math.min(2 * gapNs, LONGEST_NS);
            hurried = false;
            refresh(proxies);
            lastNs = System.nanoTime();
        }
    }

    /** A connection goes through an upstream: if it is a local program nobody has found yet, it is high time. Deciding thread: waits for nothing. */
    void dialing(String upstream) {
        if (incomplete && upstream != null) {
            hurry();
        }
    }

    private void hurry() {
        if (!hurried) {
            hurried = true;
            LockSupport.unpark(thread);
        }
    }

    /** After the relay. */
    @Override
    public void close() {
        closing = true;
        Thread watching = thread;
        if (watching != null) {
            LockSupport.unpark(watching);
            try {
                watching.join(CLOSE_WITHIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (ownPorts != null) {
            ownPorts.close();
        }
    }
}
