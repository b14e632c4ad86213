package io.weir.windows.process;

import io.weir.process.Owner;

/**
 * A process that owned a socket. While its handle is held Windows gives its number to nobody else, not even after it has ended; one that may not be
 * opened is known by number and start alone, and looked up anew each time.
 *
 * @param handle 0: none is held
 */
record KnownProcess(int pid, long handle, Owner owner) {

    boolean isHeld() {
        return handle != 0;
    }

    /** Several services run in it: which of them a socket is of, only a table can tell. */
    boolean isShared() {
        return owner.service().indexOf(RunningServices.SEPARATOR) >= 0;
    }

    KnownProcess as(Owner one) {
        return new KnownProcess(pid, handle, one);
    }

    /** FILETIME; 0 when it is not known. */
    long startTime() {
        return owner.startTime();
    }
}
