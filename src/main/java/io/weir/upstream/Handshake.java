package io.weir.upstream;

import io.netty.buffer.ByteBuf;

/**
 * One side of a conversation with a proxy, free of I/O: fed with the answer's bytes in any pieces, it takes one byte after the other and
 * leaves what comes after the handshake unread. So the pieces cannot matter, and an absurd length is never a buffer.
 */
abstract class Handshake {

    enum Progress {
        /** More bytes are needed. */
        WAITING,
        /** The tunnel stands; the rest of the input belongs to it. */
        DONE,
        /** See {@link #kind()} and {@link #detail()}. */
        FAILED
    }

    final Upstream upstream;
    final Destination destination;
    private DialFailure.Kind kind;
    private String detail;

    Handshake(Upstream upstream, Destination destination) {
        this.upstream = upstream;
        this.destination = destination;
    }

    /** Writes what the client says first. */
    abstract Progress begin(ByteBuf out);

    /** Takes one byte of the upstream's; may write an answer. */
    abstract Progress take(int octet, ByteBuf out);

    /** What the upstream is asked now, as it stands in messages. */
    abstract String step();

    /** The upstream is busy with the destination, not with us: only the whole dial's deadline counts. */
    abstract boolean waitsForDestination();

    final Progress received(ByteBuf in, ByteBuf out) {
        Progress progress = Progress.WAITING;
        while (progress == Progress.WAITING && in.isReadable()) {
            progress = take(in.readUnsignedByte(), out);
        }
        return progress;
    }

    final Progress fail(DialFailure.Kind failureKind, String failureDetail) {
        kind = failureKind;
        detail = failureDetail;
        return Progress.FAILED;
    }

    final Progress unexpected(int octet, String due) {
        String hint = octet == 0x15 || octet == 0x16 ? "; does it want TLS?"
                : octet == 'H' && upstream.type() != UpstreamType.HTTP ? "; does an HTTP server listen there?" : "";
        return fail(DialFailure.Kind.PROTOCOL, String.format("the upstream answered 0x%02x where %s was due%s", octet, due, hint));
    }

    final DialFailure.Kind kind() {
        return kind;
    }

    final String detail() {
        return detail;
    }

    final String connectStep() {
        return "CONNECT " + destination;
    }

    static Handshake with(Upstream upstream, Destination destination) {
        return switch (upstream.type()) {
            case SOCKS5 -> new Socks5Handshake(upstream, destination);
            case SOCKS4A -> new Socks4Handshake(upstream, destination);
            case HTTP -> new HttpConnectHandshake(upstream, destination);
        };
    }
}
