package io.weir.stage;

import io.weir.engine.PacketBatch;

/** First stage: parses. */
final class Decode {
    void decode(Slot slot) {
        PacketBatch batch = slot.batch();
        if (batch != null) {
            for (int i = 0; i < batch.count(); i++) {
                batch.view(i).parse(batch.buffer(), batch.offset(i), batch.length(i));
            }
        }
    }
}
