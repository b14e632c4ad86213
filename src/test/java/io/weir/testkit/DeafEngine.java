package io.weir.testkit;

import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import java.nio.ByteBuffer;

/** Receives nothing: tests fill batches themselves and say here what becomes of what is injected; unless they do, the bytes stay where they are. */
public abstract class DeafEngine implements Engine {
    @Override
    public String name() {
        return "deaf";
    }

    @Override
    public int receive(PacketBatch received, long timeoutNs) {
        return SHUT_DOWN;
    }

    @Override
    public void inject(PacketBatch injected) {
        // nobody looks
    }

    @Override
    public boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        return true;
    }

    @Override
    public void wakeup() {
        // nobody waits
    }

    @Override
    public void shutdown() {
        // nothing is received
    }

    @Override
    public void close() {
        // nothing is held
    }
}
