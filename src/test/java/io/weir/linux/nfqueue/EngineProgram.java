package io.weir.linux.nfqueue;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import io.weir.metrics.Counters;
import java.nio.file.Path;

/** A program to be killed: releases what it sees, until then. Arguments: queue number, state directory. */
final class EngineProgram {
    private EngineProgram() {
    }

    public static void main(String[] arguments) {
        NfqueueSettings settings = new NfqueueSettings(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
        try (NfqueueEngine engine = new NfqueueEngine(settings, EngineLab.scope(), new Counters())) {
            PacketBatch batch = engine.newBatch();
            System.out.println("ready");
            while (engine.receive(batch, 1_000_000_000L) != Engine.SHUT_DOWN) {
                for (int i = 0; i < batch.count(); i++) {
                    batch.disposition(i, Disposition.RELEASE_FLOW);
                }
                engine.inject(batch);
                batch.clear(0);
            }
        }
    }
}
