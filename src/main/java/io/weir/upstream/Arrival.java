package io.weir.upstream;

import io.weir.net.Endpoint;
import java.io.IOException;

/** An accepted connection nobody has read from yet. */
public interface Arrival {

    Endpoint peer();

    Endpoint local();

    /** @throws IOException when the loop cannot serve it; it is closed then */
    Wire take(WireListener listener) throws IOException;

    /** Closes it with a RST. */
    void refuse();
}
