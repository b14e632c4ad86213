package io.weir.linux.nfqueue;

import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.PacketBatch;
import io.weir.linux.libc.LibC;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Captures through two NFQUEUE queues and our own mangle chains. The guarded queue carries what must not leak when we cannot keep up (first
 * packets of flows, redirected flows, the relay's replies); the open queue lets packets pass then. Linux, root.
 */
public final class NfqueueEngine implements Engine {
    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final int RUNNING = 0;
    private static final int WAITING = 1;
    private static final int WOKEN = 2;

    private final NetlinkQueue netlink;
    private final RawInjector injector;
    private final ConntrackEntries conntrack;
    private final Firewall firewall;
    private final RepeatGuard repeats = new RepeatGuard();
    private final Counters counters;
    private final int guardedQueue;
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private volatile boolean shutDown;
    private boolean closed;

    /** Binds the queues, then installs the rules that fill them. @throws EngineException with what to do about it */
    public NfqueueEngine(NfqueueSettings settings, CaptureScope scope, Counters counters) {
        this.counters = counters;
        guardedQueue = settings.guardedQueue();
        netlink = new NetlinkQueue(settings.guardedQueue(), settings.openQueue(), scope.onOverloadPass());
        RawInjector raw = null;
        try {
            raw = new RawInjector();
            firewall = Firewall.install(settings, scope);
        } catch (EngineException e) {
            netlink.close();
            if (raw != null) {
                raw.close();
            }
            throw e;
        }
        injector = raw;
        conntrack = new ConntrackEntries();
    }

    @Override
    public String name() {
        return "nfqueue";
    }

    @Override
    public PacketBatch newBatch() {
        return new NfqueueBatch();
    }

    @Override
    public int receive(PacketBatch batch, long timeoutNs) {
        NfqueueBatch packets = (NfqueueBatch) batch;
        while (true) {
            boolean ending = shutDown;
            boolean wait = !ending && state.compareAndSet(RUNNING, WAITING);
            int received = netlink.receive(packets, wait, timeoutNs);
            boolean woken = state.getAndSet(RUNNING) == WOKEN;
            if (received < 0) {
                int outcome = failed(-received, ending);
                if (outcome <= 0 || woken) {
                    return Math.min(outcome, 0);
                }
            } else if (packets.count() > 0 || woken) {
                return packets.count();
            }
        }
    }

    /** @return 1: try again; 0: nothing came in time; SHUT_DOWN */
    private int failed(int error, boolean ending) {
        switch (error) {
            case LibC.EAGAIN:
                return ending ? SHUT_DOWN : 0;
            case LibC.EINTR:
                return 1;
            case LibC.ENOBUFS:
                counters.increment(Counter.QUEUE_OVERRUNS);
                return 1;
            default:
                throw new EngineException("receiving packets failed (errno " + error + ")", "Restart Weir; if it happens again, report it.");
        }
    }

    @Override
    public void inject(PacketBatch batch) {
        NfqueueBatch packets = (NfqueueBatch) batch;
        int count = packets.count();
        for (int i = 0; i < count; i++) {
            netlink.enter(i, packets, verdict(packets, i));
        }
        if (count > 0) {
            int refused = netlink.send(count);
            if (refused > 0) {
                counters.add(Counter.VERDICTS_REFUSED, refused);
            }
        }
    }

    private int verdict(NfqueueBatch packets, int i) {
        switch (packets.disposition(i)) {
            case WITHHOLD:
                return packets.plainVerdict(i, QueueMessages.DROP);
            case RELEASE_FLOW:
                return unchanged(packets, i, Marks.RELEASED);
            case MODIFIED:
                return modified(packets, i);
            default:
                return unchanged(packets, i, Marks.PASSED);
        }
    }

    private int unchanged(NfqueueBatch packets, int i, int markBits) {
        return repeats.cameBack(packets.buffer(), packets.offset(i), packets.length(i)) ? packets.plainVerdict(i, QueueMessages.ACCEPT)
                : packets.markingVerdict(i, QueueMessages.REPEAT, markBits);
    }

    private int modified(NfqueueBatch packets, int i) {
        PacketView view = packets.view(i);
        if (view.kind() == PacketKind.TCP && (view.tcpFlags() & (SYN | ACK)) == SYN) {
            // Conntrack must never see half a handshake: it would call the rest of the flow invalid.
            if (!injector.send(packets.buffer(), packets.offset(i), packets.length(i))) {
                counters.drop(DropReason.INJECT_REFUSED);
            }
            return packets.plainVerdict(i, QueueMessages.DROP);
        }
        return packets.queue(i) == guardedQueue ? packets.payloadVerdict(i, QueueMessages.ACCEPT, 0)
                : packets.payloadVerdict(i, QueueMessages.REPEAT, Marks.REDIRECTED);
    }

    @Override
    public boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        return injector.send(packet, offset, length);
    }

    @Override
    public void redirected(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        conntrack.add(sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
    }

    @Override
    public void ended(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        conntrack.remove(sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
    }

    @Override
    public void wakeup() {
        if (state.getAndSet(WOKEN) == WAITING) {
            netlink.nudge();
        }
    }

    @Override
    public void shutdown() {
        if (!shutDown) {
            try {
                firewall.close();
            } finally { // rules that could not be taken out bypass a queue nobody reads
                shutDown = true;
                wakeup();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                firewall.close();
            } finally {
                injector.close();
                conntrack.close();
                netlink.close();
            }
        }
    }
}
