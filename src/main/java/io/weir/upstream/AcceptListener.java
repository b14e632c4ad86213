package io.weir.upstream;

import java.io.IOException;

/** Hears what arrives at an {@link Acceptor}; on its loop's thread. */
public interface AcceptListener {

    /** Take it or refuse it before returning. */
    void arrived(Arrival arrival);

    /** A connection could not be accepted, for want of file descriptors most likely; accepting goes on after a pause. */
    void acceptFailed(IOException cause);
}
