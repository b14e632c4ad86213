package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** Hears what happens on a {@link Wire}; on its loop's thread. Nothing is told after {@link Wire#close}. */
public interface WireListener {

    /** The connect has succeeded. */
    default void connected() {
    }

    /** @param bytes valid during the call only */
    void received(ByteBuf bytes);

    /** So many bytes went on to the target of {@link Wire#spliceTo} without being seen here. */
    default void moved(int count) {
    }

    /** The peer sends no more. Told once, after its last byte. */
    void inputEnded();

    /** Everything written is in the kernel, after {@link Wire#isBacklogged} was true. */
    void drained();

    /** Everything written and the end asked for by {@link Wire#endOutput} are in the kernel. */
    void outputEnded();

    /** The connect has failed, or the connection is broken; all that can be done is to close the wire. Told once. */
    void lost(IOException cause);
}
