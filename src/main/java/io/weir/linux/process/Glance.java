package io.weir.linux.process;

import io.weir.net.Protocol;
import io.weir.process.Owner;

/**
 * The quick answer: one exact query, then who made the socket; where nobody watched that, what is remembered, and a handful of guesses that are
 * proven before they count. Deciding thread only.
 */
final class Glance {
    private static final int OPENERS_GUESSED = 2;
    private static final int[] GUESSES = {0, 1, -1};

    private final SocketTable sockets;
    private final SocketMakers makers;
    private final ProcessTable processes;
    private final OwnerMemory memory;

    Glance(SocketTable sockets, SocketMakers makers, ProcessTable processes, OwnerMemory memory) {
        this.sockets = sockets;
        this.makers = makers;
        this.processes = processes;
        this.memory = memory;
    }

    /** @return null when it takes more than a glance */
    Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        if (!sockets.find(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, 0)) {
            return null;
        }
        memory.enter();
        try {
            boolean watched = makers.find(sockets.cookie());
            Owner maker = watched ? maker() : null;
            if (maker != null) {
                return maker;
            }
            Holding seen = memory.holding(sockets.inode());
            if (seen != null) {
                return held(seen.process(), seen.file());
            }
            return watched ? null : guess();
        } finally {
            memory.leave();
        }
    }

    private Owner maker() {
        KnownProcess maker = memory.process(makers.pid());
        boolean current = maker != null && !maker.isForgotten() && maker.startedBefore(makers.timeNs())
            && processes.runs(maker.folder(), maker.facts().image());
        return current ? maker.ownerAs(sockets.user()) : null;
    }

    /** The owner, if the process has the socket open there and is the program it was. */
    private Owner held(KnownProcess process, int file) {
        if (processes.socket(process.folder(), file) != sockets.inode() || !processes.runs(process.folder(), process.facts().image())) {
            return null;
        }
        return process.ownerAs(sockets.user());
    }

    /** A new socket of a process that opened one before is often under the same number as that, or beside it. */
    private Owner guess() {
        int guessed = 0;
        for (KnownProcess opener : memory.openers()) {
            if (opener.user() == sockets.user() && !opener.isForgotten()) {
                if (guessed++ == OPENERS_GUESSED) {
                    return null;
                }
                for (int distance : GUESSES) {
                    int file = opener.newestFile() + distance;
                    if (file >= 0 && processes.socket(opener.folder(), file) == sockets.inode()) {
                        return remember(opener, file);
                    }
                }
            }
        }
        return null;
    }

    private Owner remember(KnownProcess opener, int file) {
        Owner owner = isInherited(opener, file) ? null : held(opener, file);
        if (owner != null) {
            memory.saw(new Holding(sockets.inode(), opener, file));
        }
        return owner;
    }

    private boolean isInherited(KnownProcess opener, int file) {
        int folder = opener.facts().parent() > 0 ? processes.open(opener.facts().parent()) : -1;
        if (folder < 0) {
            return false;
        }
        boolean inherited = processes.socket(folder, file) == sockets.inode();
        processes.close(folder);
        return inherited;
    }
}
