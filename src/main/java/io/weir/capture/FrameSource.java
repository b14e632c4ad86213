package io.weir.capture;

import java.io.IOException;

/** Records of a capture file one after the other. */
@FunctionalInterface
interface FrameSource {

    /** The next record that holds a packet; null at the end. */
    Frame next() throws IOException;
}
