package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** One dial: look-up where needed, connect (address after address), handshake. Loop thread only. */
final class Dial implements Dialing, WireListener, Expiring {
    private static final int ADDRESSES_TRIED = 4;
    private static final int PORTS_TRIED = 8;

    private final Dialer dialer;
    private final WireLoop loop;
    private final Upstream upstream;
    private final Destination destination;
    private final DialOutcome outcome;
    private final long startedNs = System.nanoTime();
    private long stepStartedNs = startedNs;
    private int slot = Deadlines.NOT_HELD;
    private InetAddress[] addresses;
    private int nextAddress;
    private int portsTried = 1;
    private Wire wire;
    private Handshake handshake; // null until the connection stands
    private boolean over;

    Dial(Dialer dialer, WireLoop loop, Upstream upstream, Destination destination, DialOutcome outcome) {
        this.dialer = dialer;
        this.loop = loop;
        this.upstream = upstream;
        this.destination = destination;
        this.outcome = outcome;
    }

    void start() {
        loop.deadlines().add(this);
        String name = name();
        if (name == null) {
            addresses = new InetAddress[] {address()};
            connectNext();
        } else if (!dialer.names.find(name, loop, this::found)) {
            fail(DialFailure.Kind.EXHAUSTED, "too many names are being looked up");
        }
    }

    /** What has to be looked up first, or null. */
    private String name() {
        return upstream == null ? destination.name() : upstream.endpoint() == null ? upstream.host() : null;
    }

    private InetAddress address() {
        try {
            return InetAddress.getByAddress((upstream == null ? destination.address() : upstream.endpoint().address()).bytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for a wrong length
        }
    }

    private void found(InetAddress[] found, String problem) {
        if (over) {
            return;
        }
        if (found == null) {
            fail(upstream == null ? DialFailure.Kind.HOST_UNREACHABLE : DialFailure.Kind.UPSTREAM_DOWN, problem);
            return;
        }
        addresses = found;
        stepStartedNs = System.nanoTime();
        connectNext();
    }

    private boolean hasNextAddress() {
        return addresses != null && nextAddress < Math.min(addresses.length, ADDRESSES_TRIED);
    }

    private void connectNext() {
        stepStartedNs = System.nanoTime();
        int port = upstream == null ? destination.port() : upstream.port();
        try {
            wire = loop.connect(addresses[nextAddress++], port, dialer.settings.socketMark(), dialer.ports, this);
        } catch (IOException e) {
            connectFailed(e, true);
        }
    }

    private void connectFailed(IOException cause, boolean atOnce) {
        dropWire();
        if (cause instanceof BindException && dialer.ports != LocalPorts.ANY && portsTried++ < PORTS_TRIED) {
            nextAddress--; // an old connection to there still holds the local port, or it is somebody's: the same again from another
            connectSoon();
            return;
        }
        if (hasNextAddress()) {
            connectSoon();
            return;
        }
        ConnectError error = ConnectError.of(cause, atOnce);
        // to the application a proxy that is not there is no statement about its destination; lack of resources here is ours
        fail(upstream == null || error.kind() == DialFailure.Kind.EXHAUSTED ? error.kind() : DialFailure.Kind.UPSTREAM_DOWN, error.text());
    }

    private void connectSoon() {
        loop.execute(() -> {
            if (!over) {
                connectNext();
            }
        });
    }

    @Override
    public void connected() {
        if (upstream == null) {
            succeed(Unpooled.EMPTY_BUFFER);
            return;
        }
        stepStartedNs = System.nanoTime();
        handshake = Handshake.with(upstream, destination);
        ByteBuf out = loop.requestBuffer();
        advance(handshake.begin(out), out, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void received(ByteBuf in) {
        ByteBuf out = loop.requestBuffer();
        advance(handshake.received(in, out), out, in);
    }

    /** Sends what the handshake wrote and goes where it says. */
    private void advance(Handshake.Progress progress, ByteBuf out, ByteBuf in) {
        if (out.isReadable() && progress != Handshake.Progress.FAILED) {
            stepStartedNs = System.nanoTime();
            wire.write(out);
        }
        if (progress == Handshake.Progress.DONE) {
            succeed(in);
        } else if (progress == Handshake.Progress.FAILED) {
            fail(handshake.kind(), handshake.detail());
        }
    }

    private void succeed(ByteBuf early) {
        over = true;
        loop.deadlines().remove(this);
        outcome.connected(wire, early);
    }

    private void fail(DialFailure.Kind kind, String detail) {
        if (!over) {
            String step = step();
            String who = upstream == null ? "direct: " : "upstream " + upstream + ": ";
            end();
            outcome.failed(new DialFailure(kind, step, who + step + ": " + detail));
        }
    }

    private String step() {
        if (handshake != null) {
            return handshake.step();
        }
        if (addresses == null) {
            return "look up " + name();
        }
        return upstream == null ? "connect to " + destination : "connect to the proxy";
    }

    @Override
    public void cancel() {
        if (!over) {
            end();
        }
    }

    private void end() {
        over = true;
        loop.deadlines().remove(this);
        dropWire();
    }

    private void dropWire() {
        if (wire != null) {
            wire.close(true);
            wire = null;
        }
    }

    @Override
    public void inputEnded() {
        fail(DialFailure.Kind.UPSTREAM_DOWN, "the upstream closed the connection");
    }

    @Override
    public void lost(IOException cause) {
        if (handshake == null) {
            connectFailed(cause, false);
        } else {
            fail(DialFailure.Kind.UPSTREAM_DOWN, "the upstream reset the connection");
        }
    }

    @Override
    public void drained() {
        // requests fit in any socket's buffer; nothing waits for it
    }

    @Override
    public void outputEnded() {
        throw new IllegalStateException("a dial never ends its output");
    }

    @Override
    public long deadlineNs() {
        long dialNs = startedNs + dialer.settings.dialTimeoutMs() * 1_000_000L;
        long stepNs = stepStartedNs + dialer.settings.stepTimeoutMs() * 1_000_000L;
        boolean wholeDialOnly = handshake != null && handshake.waitsForDestination();
        return wholeDialOnly || dialNs - stepNs < 0 ? dialNs : stepNs;
    }

    @Override
    public void expire(long nowNs) {
        if (handshake == null && hasNextAddress() && nowNs - startedNs < dialer.settings.dialTimeoutMs() * 1_000_000L) {
            dropWire();
            connectNext();
            return;
        }
        boolean destinationIsSilent = upstream == null || handshake != null && handshake.waitsForDestination();
        long waitedMs = (nowNs - stepStartedNs) / 1_000_000;
        fail(destinationIsSilent ? DialFailure.Kind.TIMED_OUT : DialFailure.Kind.UPSTREAM_DOWN,
                "no answer within " + (waitedMs < 1000 ? waitedMs + " ms" : waitedMs / 1000 + " s"));
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }
}
