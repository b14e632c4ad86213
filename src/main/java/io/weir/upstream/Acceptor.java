package io.weir.upstream;

import io.weir.net.Endpoint;

/** A listening socket on a loop. */
public interface Acceptor {
    int BACKLOG = 8192;
    /** In one turn; then others have theirs. */
    int ACCEPTS_PER_TURN = 64;
    /** After a failure: accepting again at once would fail again at once, for ever. */
    int PAUSE_MS = 200;

    /** Where it listens, with the port it got. */
    Endpoint local();

    /** Loop thread only. */
    void close();
}
