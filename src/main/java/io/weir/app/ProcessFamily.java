package io.weir.app;

import io.weir.process.Owner;

/** The processes a program has started to work for it. */
final class ProcessFamily {
    private static final int MOST = 256;

    private ProcessFamily() {
    }

    /** Process ids of the descendants that run the same image, in ascending order. */
    static long[] sameImage(Owner program) {
        if (program.path().isEmpty()) {
            return new long[0];
        }
        try {
            return ProcessHandle.of(program.pid()).stream().flatMap(ProcessHandle::descendants)
                .filter(child -> child.info().command().filter(program.path()::equalsIgnoreCase).isPresent())
                .mapToLong(ProcessHandle::pid).sorted().limit(MOST).toArray();
        } catch (RuntimeException notToBeSeen) {
            return new long[0];
        }
    }
}
