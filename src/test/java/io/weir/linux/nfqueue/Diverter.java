package io.weir.linux.nfqueue;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.PacketBuilder;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketRewriter;
import io.weir.packet.PacketView;
import io.weir.packet.Unreachable;
import io.weir.testkit.NetworkNamespace;
import io.weir.testkit.Waiting;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The smallest thing that decides, by the destination's port. What goes to the relay is told apart by the application's port alone, which also
 * serves as the translated port.
 */
final class Diverter implements AutoCloseable {
    /** To the relay: the SYN is withheld, then injected rewritten. */
    static final int DIVERTED = 7001;
    /** Passed packet by packet, never released. */
    static final int PASSED = 7002;
    /** TCP is answered by a RST, UDP by ICMP, both made here. */
    static final int REFUSED = 7003;
    /** UDP: every datagram is withheld and sent back as if the destination had. */
    static final int ANSWERED = 7004;
    /** Released with its first packet. */
    static final int RELEASED = 7005;

    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final long TICK_NS = 100_000_000L;

    private final NetworkNamespace namespace;
    private final Engine engine;
    private final boolean reflect;
    private final List<Endpoint> relays;
    private final PacketBatch batch;
    private final long[][] flows = new long[65_536][];
    private final PacketView parked = new PacketView();
    private final ByteBuffer copy = ByteBuffer.allocateDirect(65_536);
    private final Thread thread;
    final AtomicInteger seen = new AtomicInteger();
    final AtomicInteger toRelay = new AtomicInteger();
    final AtomicInteger fromRelay = new AtomicInteger();
    private volatile Throwable failure;

    /** @param relays one of each family; where the relay really listens */
    Diverter(NetworkNamespace namespace, Engine engine, boolean reflect, List<Endpoint> relays) {
        this.namespace = namespace;
        this.engine = engine;
        this.reflect = reflect;
        this.relays = relays;
        batch = engine.newBatch();
        thread = namespace.newThread(this::run);
        thread.start();
    }

    private void run() {
        try {
            while (engine.receive(batch, TICK_NS) != Engine.SHUT_DOWN) {
                for (int i = 0; i < batch.count(); i++) {
                    batch.disposition(i, decide(i));
                }
                seen.addAndGet(batch.count());
                engine.inject(batch);
                batch.clear(0);
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    private Disposition decide(int index) {
        PacketView packet = batch.view(index);
        packet.parse(batch.buffer(), batch.offset(index), batch.length(index));
        if (packet.kind() == PacketKind.TCP && packet.sourcePort() == relay(packet).port()) {
            long[] flow = flows[packet.destinationPort()];
            if (flow == null) {
                return Disposition.PASS;
            }
            fromRelay.incrementAndGet();
            rewrite(packet, index, flow[2], flow[3], DIVERTED, flow[0], flow[1], packet.destinationPort());
            return Disposition.MODIFIED;
        }
        return switch (packet.destinationPort()) {
            case DIVERTED -> divert(packet, index);
            case PASSED -> Disposition.PASS;
            case REFUSED -> answer(packet.kind() == PacketKind.TCP ? PacketBuilder.tcpReset(packet, copy, 0)
                : PacketBuilder.unreachable(packet, Unreachable.PORT, copy, 0));
            case ANSWERED -> answer(PacketBuilder.udp(packet.destinationHigh(), packet.destinationLow(), packet.destinationPort(),
                packet.sourceHigh(), packet.sourceLow(), packet.sourcePort(), batch.buffer(), packet.payloadOffset(), packet.payloadLength(), copy, 0));
            default -> Disposition.RELEASE_FLOW;
        };
    }

    private Disposition answer(int length) {
        if (length == 0 || !engine.inject(copy, 0, length, false, 0, 0)) {
            throw new AssertionError("an answer of " + length + " bytes was not injected");
        }
        return Disposition.WITHHOLD;
    }

    private Disposition divert(PacketView packet, int index) {
        if ((packet.tcpFlags() & (SYN | ACK)) == SYN) {
            open(packet, index);
            return Disposition.WITHHOLD;
        }
        toRelay.incrementAndGet();
        toRelay(packet, index);
        return Disposition.MODIFIED;
    }

    private void open(PacketView syn, int index) {
        flows[syn.sourcePort()] = new long[] {syn.sourceHigh(), syn.sourceLow(), syn.destinationHigh(), syn.destinationLow()};
        engine.redirected(syn.sourceHigh(), syn.sourceLow(), syn.sourcePort(), syn.destinationHigh(), syn.destinationLow(), syn.destinationPort());
        copy.put(0, batch.buffer(), syn.offset(), syn.length());
        parked.parse(copy, 0, syn.length());
        toRelay(parked, index);
        if (!engine.inject(copy, 0, parked.length(), true, 0, 0)) {
            throw new AssertionError("the SYN was refused");
        }
    }

    private Endpoint relay(PacketView packet) {
        return relays.get(packet.ipv6() ? 1 : 0);
    }

    private void toRelay(PacketView packet, int index) {
        int port = relay(packet).port();
        if (reflect) {
            rewrite(packet, index, packet.destinationHigh(), packet.destinationLow(), packet.sourcePort(), packet.sourceHigh(),
                packet.sourceLow(), port);
        } else {
            IpAddress loopback = relay(packet).address();
            rewrite(packet, index, loopback.high(), loopback.low(), packet.sourcePort(), loopback.high(), loopback.low(), port);
        }
    }

    private void rewrite(PacketView packet, int index, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh,
        long destinationLow, int port) {
        PacketRewriter.rewrite(packet, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, port,
            batch.has(index, PacketFlags.IP_CHECKSUM_VALID), batch.has(index, PacketFlags.TRANSPORT_CHECKSUM_VALID),
            packet != parked && batch.has(index, PacketFlags.SEGMENTATION_PENDING));
    }

    /** Shuts the engine down and waits for the loop to end. */
    @Override
    public void close() throws Exception {
        namespace.run(engine::shutdown);
        thread.join(Waiting.PATIENCE_MS);
        if (failure != null) {
            throw new AssertionError("the loop died", failure);
        }
        if (thread.isAlive()) {
            throw new AssertionError("the loop has not ended");
        }
    }
}
