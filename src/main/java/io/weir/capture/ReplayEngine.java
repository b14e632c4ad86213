package io.weir.capture;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.Checksum;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import io.weir.process.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Plays the packets of a capture as if they were being captured now, and hands what comes back to a listener; nothing is sent anywhere.
 *
 * <p>Time is the capture's: {@link PacketBatch#receivedNs} counts nanoseconds since 1970, also when {@link #receive} returns 0, and never runs
 * backwards. {@code receive} does not wait: where nothing was captured for as long as its time-out, it returns 0 at once with that time
 * gone by, so timers come due between packets as they did then (at most {@value #EMPTY_RECEIVES} times a gap). Packets of one
 * batch were captured at one time. Checksum flags say what the bytes say. At the end of the capture: {@link #SHUT_DOWN}.
 */
public final class ReplayEngine implements Engine {
    private static final int EMPTY_RECEIVES = 1000;

    private final PacketSource source;
    private final FlowRoles roles;
    private final CapturedOwners owners = new CapturedOwners();
    private final Consumer<ReplayedPacket> results;
    private final PacketView view = new PacketView();
    private CapturedPacket ahead;
    private IOException damage;
    private boolean ended;
    private boolean started;
    private long nowNs;
    private int emptyReceives;
    private long tooLong;
    private volatile boolean woken;
    private volatile boolean shutDown;

    /**
     * @param source         closed with the engine
     * @param localAddresses what tells outbound from inbound; empty: taken from the file, or guessed by who began each flow
     * @param results        told of every packet given back or sent, on the injecting thread
     */
    public ReplayEngine(PacketSource source, AddressSet localAddresses, Consumer<ReplayedPacket> results) {
        this.source = source;
        roles = new FlowRoles(localAddresses);
        this.results = results;
    }

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public PacketBatch newBatch() {
        return new ReplayBatch();
    }

    /** Owners as the comments of the packets received so far name them. */
    public CapturedOwners owners() {
        return owners;
    }

    /** The replay's time: what a pipeline that runs on it should use as its clock. Receiving thread. */
    public long nowNs() {
        return nowNs;
    }

    /** Packets skipped because they are longer than any IP packet. */
    public long tooLong() {
        return tooLong;
    }

    /** @throws EngineException when the capture is damaged, after everything before the damage has been handed out */
    @Override
    public int receive(PacketBatch batch, long timeoutNs) {
        ReplayBatch replay = (ReplayBatch) batch;
        replay.empty(nowNs);
        if (woken) {
            woken = false;
            return 0;
        }
        if (shutDown || !lookAhead()) {
            return SHUT_DOWN;
        }
        if (!started) {
            started = true;
            nowNs = ahead.timeNs();
        }
        if (ahead.timeNs() - nowNs > timeoutNs && emptyReceives < EMPTY_RECEIVES) {
            emptyReceives++;
            nowNs += timeoutNs;
            replay.empty(nowNs);
            return 0;
        }
        emptyReceives = 0;
        nowNs = Math.max(nowNs, ahead.timeNs());
        replay.empty(nowNs);
        do {
            append(replay, ahead);
            ahead = null;
        } while (lookAheadInBatch() && ahead.timeNs() <= nowNs && replay.hasRoomFor(ahead));
        return replay.count();
    }

    /** Makes {@link #ahead} the next packet. @return false at the end */
    private boolean lookAhead() {
        if (ahead == null && damage == null && !ended) {
            try {
                ahead = next();
                ended = ahead == null;
            } catch (IOException e) {
                damage = e;
            }
        }
        if (ahead == null && damage != null) {
            throw new EngineException("the capture cannot be replayed any further: " + damage.getMessage(),
                    "everything before that place was replayed; capture again, or cut the file there", damage);
        }
        return ahead != null;
    }

    /** As {@link #lookAhead}, but damage waits for the next receive. */
    private boolean lookAheadInBatch() {
        try {
            return lookAhead();
        } catch (EngineException later) {
            return false;
        }
    }

    private CapturedPacket next() throws IOException {
        while (true) {
            CapturedPacket packet = source.next();
            if (packet == null || packet.bytes().length <= ReplayBatch.LONGEST_PACKET) {
                return packet;
            }
            view.parse(ByteBuffer.wrap(packet.bytes()), 0, packet.bytes().length);
            if (view.length() <= ReplayBatch.LONGEST_PACKET) {
                return packet;
            }
            tooLong++;
        }
    }

    private void append(ReplayBatch batch, CapturedPacket packet) {
        view.parse(ByteBuffer.wrap(packet.bytes()), 0, packet.bytes().length);
        boolean loopback = isLoopback();
        boolean outbound = loopback || roles.outbound(view, packet.direction());
        Owner owner = OwnerComment.parse(packet.comment());
        if (owner != null) {
            Endpoint from = Endpoint.of(view.sourceHigh(), view.sourceLow(), view.sourcePort());
            Endpoint to = Endpoint.of(view.destinationHigh(), view.destinationLow(), view.destinationPort());
            owners.tell(view.protocol(), outbound ? from : to, outbound ? to : from, owner);
        }
        batch.append(packet, view.length(), flags(outbound, loopback));
    }

    /** As WinDivert shows them, loopback packets are outbound. */
    private boolean isLoopback() {
        IpAddress source = new IpAddress(view.sourceHigh(), view.sourceLow());
        IpAddress destination = new IpAddress(view.destinationHigh(), view.destinationLow());
        return source.equals(destination) && !source.isUnspecified() || source.isLoopback() && destination.isLoopback();
    }

    private int flags(boolean outbound, boolean loopback) {
        int flags = (outbound ? PacketFlags.OUTBOUND : 0) | (loopback ? PacketFlags.LOOPBACK : 0);
        if (view.kind() != PacketKind.MALFORMED) {
            flags |= Checksum.ipv4HeaderHolds(view) ? PacketFlags.IP_CHECKSUM_VALID : 0;
            flags |= Checksum.transportHolds(view) ? PacketFlags.TRANSPORT_CHECKSUM_VALID : 0;
        }
        return flags;
    }

    @Override
    public void inject(PacketBatch batch) {
        ReplayBatch replay = (ReplayBatch) batch;
        for (int i = 0; i < batch.count(); i++) {
            give(replay.number(i), batch.buffer(), batch.offset(i), batch.length(i), batch.has(i, PacketFlags.OUTBOUND), batch.disposition(i));
        }
    }

    @Override
    public boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        give(0, packet, offset, length, outbound, null);
        return true;
    }

    private void give(long number, ByteBuffer buffer, int offset, int length, boolean outbound, Disposition disposition) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        results.accept(new ReplayedPacket(number, nowNs, bytes, outbound, disposition));
    }

    @Override
    public void wakeup() {
        woken = true;
    }

    @Override
    public void shutdown() {
        shutDown = true;
    }

    @Override
    public void close() {
        shutDown = true;
        try {
            source.close();
        } catch (IOException e) {
            throw new EngineException("the capture cannot be closed: " + e.getMessage(), "nothing needs to be done", e);
        }
    }
}
