package io.weir.capture;

import java.io.Closeable;
import java.io.IOException;

/** Packets one after the other. */
public interface PacketSource extends Closeable {

    /** The next packet; null at the end. @throws CaptureException where the source is damaged; everything before it has been returned */
    CapturedPacket next() throws IOException;
}
