package io.weir.stage;

import io.weir.packet.Unreachable;

/** What a refused application gets to see. {@code unreachable} null: a RST for TCP. */
enum Answer {
    RESET(null),
    PORT(Unreachable.PORT),
    HOST(Unreachable.HOST),
    NETWORK(Unreachable.NETWORK),
    PROHIBITED(Unreachable.PROHIBITED);

    private final Unreachable unreachable;

    Answer(Unreachable unreachable) {
        this.unreachable = unreachable;
    }

    Unreachable unreachable() {
        return unreachable;
    }

    static Answer to(Refusal refusal) {
        return switch (refusal) {
            case HOST_UNREACHABLE, TIMED_OUT -> HOST;
            case NETWORK_UNREACHABLE -> NETWORK;
            case PROHIBITED -> PROHIBITED;
            case REFUSED, UPSTREAM_FAILED, EXHAUSTED -> RESET;
        };
    }
}
