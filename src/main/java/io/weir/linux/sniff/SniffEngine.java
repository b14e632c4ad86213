package io.weir.linux.sniff;

import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.filter.AddressData;
import io.weir.filter.Evaluator;
import io.weir.filter.ScopeFilter;
import io.weir.linux.libc.LibC;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.IpAddress;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Shows copies of the first packets of flows a scope names, as they leave this machine; nothing is withheld and nothing can be injected. What
 * leaves has been through the firewall: a connection it drops is not seen, an address it translates is seen translated. Linux, root.
 */
public final class SniffEngine implements Engine {
    private final PacketSocket socket = new PacketSocket();
    private final LocalAddresses local;
    private final Evaluator scope;
    private final AddressData address = new AddressData();
    private final PacketView view = new PacketView();
    private final Counters counters;
    private volatile boolean shutDown;
    private boolean closed;

    /** @throws EngineException without the right to see packets */
    public SniffEngine(CaptureScope scope, Counters counters) {
        this(scope, counters, LocalAddresses::ofThisMachine);
    }

    SniffEngine(CaptureScope scope, Counters counters, Supplier<Set<IpAddress>> addresses) {
        local = new LocalAddresses(addresses, System.nanoTime());
        this.scope = new Evaluator(ScopeFilter.of(scope, true).filter());
        this.counters = counters;
        address.outbound = true;
    }

    @Override
    public String name() {
        return "packet socket";
    }

    @Override
    public PacketBatch newBatch() {
        return new SniffBatch();
    }

    @Override
    public int receive(PacketBatch batch, long timeoutNs) {
        SniffBatch packets = (SniffBatch) batch;
        long deadlineNs = System.nanoTime() + timeoutNs;
        while (true) {
            boolean ending = shutDown;
            fill(packets);
            if (packets.count() > 0) {
                return packets.count();
            }
            if (ending) {
                return SHUT_DOWN;
            }
            long leftNs = deadlineNs - System.nanoTime();
            if (leftNs <= 0 || socket.await(leftNs) && !shutDown) {
                countLost();
                return 0;
            }
        }
    }

    private void fill(SniffBatch packets) {
        long nowNs = System.nanoTime();
        packets.clear(nowNs);
        while (!packets.isFull()) {
            int received = socket.receive(packets.nextAddress(), SniffBatch.SLOT_BYTES);
            if (received == -LibC.EAGAIN) {
                return;
            }
            int length = Math.min(received, SniffBatch.SLOT_BYTES);
            if (length > 0 && isWanted(packets, length, nowNs)) {
                packets.add(packets.nextOffset(), length, PacketFlags.OUTBOUND, socket.interfaceIndex(), 0);
            } else if (received < 0 && received != -LibC.EINTR && received != -LibC.ENETDOWN) {
                throw new EngineException("receiving packets failed (errno " + -received + ")",
                    "Start the monitor again; if it happens again, report it.");
            }
        }
    }

    private boolean isWanted(SniffBatch packets, int length, long nowNs) {
        view.parse(packets.buffer(), packets.nextOffset(), length);
        if (view.kind() != PacketKind.TCP && view.kind() != PacketKind.UDP) {
            return false;
        }
        address.ipv6 = view.ipv6();
        return scope.evaluate(packets.buffer(), packets.nextOffset(), length, address) == Evaluator.Outcome.MATCH
            && local.contains(view.sourceHigh(), view.sourceLow(), nowNs);
    }

    private void countLost() {
        if (socket.lost() > 0) {
            counters.increment(Counter.QUEUE_OVERRUNS);
        }
    }

    @Override
    public void inject(PacketBatch batch) {
        // copies: the packets themselves have long gone
    }

    @Override
    public boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        return false;
    }

    @Override
    public synchronized void wakeup() {
        if (!closed) { // the number may be another file's by then
            socket.wake();
        }
    }

    @Override
    public void shutdown() {
        shutDown = true;
        wakeup();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            shutDown = true;
            socket.close();
        }
    }
}
