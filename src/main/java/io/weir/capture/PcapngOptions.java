package io.weir.capture;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a packet block's options say that Weir reads. */
record PcapngOptions(Direction direction, String comment) {
    static final int END = 0;
    static final int COMMENT = 1;
    static final int PACKET_FLAGS = 2;
    static final int FLAG_INBOUND = 1;
    static final int FLAG_OUTBOUND = 2;

    /** One option; {@code value} ends where the option does. */
    @FunctionalInterface
    interface Visitor {
        void option(int code, ByteBuffer value);
    }

    static PcapngOptions read(ByteBuffer body) {
        int[] flags = {0};
        StringBuilder comment = new StringBuilder();
        forEach(body, (code, value) -> {
            if (code == PACKET_FLAGS) {
                flags[0] = value.getInt();
            } else if (code == COMMENT) {
                comment.append(comment.isEmpty() ? "" : "\n").append(StandardCharsets.UTF_8.decode(value));
            }
        });
        Direction direction = switch (flags[0] & 3) {
            case FLAG_INBOUND -> Direction.INBOUND;
            case FLAG_OUTBOUND -> Direction.OUTBOUND;
            default -> Direction.UNKNOWN;
        };
        return new PcapngOptions(direction, comment.toString());
    }

    /** @throws BufferUnderflowException if an option reaches beyond the block */
    static void forEach(ByteBuffer body, Visitor visitor) {
        while (body.remaining() >= 4) {
            int code = body.getShort() & 0xffff;
            int length = body.getShort() & 0xffff;
            if (code == END) {
                return;
            }
            if (length > body.remaining()) {
                throw new BufferUnderflowException();
            }
            visitor.option(code, body.slice(body.position(), length).order(body.order()));
            body.position(Math.min(body.limit(), body.position() + (length + 3 & ~3)));
        }
    }
}
