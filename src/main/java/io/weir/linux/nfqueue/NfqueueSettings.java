package io.weir.linux.nfqueue;

import java.nio.file.Path;

/**
 * Settings of the Linux engine.
 *
 * @param queueNumber    first of two NFQUEUE numbers, 0–65534: this one guarded (full means dropped), the next one open (full means passed)
 * @param stateDirectory where what must be undone after a crash is written down
 */
public record NfqueueSettings(int queueNumber, Path stateDirectory) {
    /** Unlikely to be taken by an intrusion-detection system, which begin at 0. */
    public static final int DEFAULT_QUEUE_NUMBER = 22500;
    public static final Path DEFAULT_STATE_DIRECTORY = Path.of("/run/weir");

    public NfqueueSettings {
        if (queueNumber < 0 || queueNumber > 65534) {
            throw new IllegalArgumentException("queue number " + queueNumber + " is not in 0–65534");
        }
    }

    public int guardedQueue() {
        return queueNumber;
    }

    public int openQueue() {
        return queueNumber + 1;
    }
}
