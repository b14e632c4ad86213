package io.weir.linux.process;

import io.weir.net.Endpoint;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import io.weir.process.OwnerSearch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Answers questions in rounds: one search serves all that wait. Searching the whole machine is rationed to a quarter of one CPU, and a socket
 * that no visible process holds (another container's) is not searched for again within a second. Look-up thread only.
 */
final class Inquiry implements OwnerSearch<Question> {
    private static final int SEARCHES_FOR_ONE_SOCKET = 2;
    private static final int REST_PER_SEARCH = 3;
    private static final long NOBODY_FOR_NS = 1_000_000_000L;
    private static final int NOBODIES = 4096;

    private final SocketTable sockets;
    private final SocketMakers makers;
    private final ProcessTable processes;
    private final OwnerMemory memory;
    private final SocketSearch search;
    private final UserNames userNames;
    private final LongSupplier clock;
    private final InterfaceNumbers interfaces = new InterfaceNumbers();
    private final List<Question> waiting = new ArrayList<>();
    private final Map<Long, Long> nobodySinceNs = new HashMap<>();
    private long searchAgainNs;

    Inquiry(SocketTable sockets, SocketMakers makers, ProcessTable processes, OwnerMemory memory, UserNames userNames, LongSupplier clock) {
        this.sockets = sockets;
        this.makers = makers;
        this.processes = processes;
        this.memory = memory;
        this.userNames = userNames;
        this.clock = clock;
        search = new SocketSearch(processes, memory);
        searchAgainNs = clock.getAsLong();
    }

    /** For how long nothing but a new question can get us further. */
    @Override
    public long restNs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, searchAgainNs - clock.getAsLong());
    }

    /** Answers at once if that is possible, else lets the question wait for the next {@link #round()}. */
    @Override
    public void take(Question question) {
        if (!locate(question)) {
            question.answer(Owner.UNKNOWN);
            return;
        }
        KnownProcess maker = maker();
        if (maker != null) {
            memory.opened(maker);
            question.answer(maker.become(question.user(), userNames.name(question.user())));
            return;
        }
        Holding seen = memory.holding(question.inode());
        if (seen != null && processes.socket(seen.process().folder(), seen.file()) == question.inode()
            && processes.runs(seen.process().folder(), seen.process().facts().image())) {
            question.answer(seen.process().become(question.user(), userNames.name(question.user())));
        } else if (isNobodys(question.inode())) {
            question.answer(onlyUser(question));
        } else {
            waiting.add(question);
        }
    }

    /** Who made the socket located last, if that was watched and the process still lives. */
    private KnownProcess maker() {
        KnownProcess maker = makers.find(sockets.cookie()) ? search.known(makers.pid()) : null;
        return maker != null && maker.startedBefore(makers.timeNs()) ? maker : null;
    }

    private boolean locate(Question question) {
        if (question.listening() ? findListener(question.query().local()) : find(question.query(), 0)) {
            question.located(sockets.inode(), sockets.user());
            return true;
        }
        if (question.listening()) {
            return false;
        }
        for (int number : interfaces.at(clock.getAsLong())) {
            if (find(question.query(), number)) {
                question.located(sockets.inode(), sockets.user());
                return true;
            }
        }
        return false;
    }

    private boolean findListener(Endpoint local) {
        return sockets.findListener(local.address().high(), local.address().low(), local.port());
    }

    private boolean find(OwnerQuery query, int interfaceNumber) {
        Endpoint local = query.local();
        Endpoint remote = query.remote();
        return sockets.find(query.protocol(), local.address().high(), local.address().low(), local.port(),
            remote.address().high(), remote.address().low(), remote.port(), interfaceNumber);
    }

    private boolean isNobodys(long inode) {
        Long since = nobodySinceNs.get(inode);
        return since != null && clock.getAsLong() - since < NOBODY_FOR_NS;
    }

    private Owner onlyUser(Question question) {
        return new Owner(0, 0, "", "", userNames.name(question.user()));
    }

    /** One search for everything that waits. */
    @Override
    public void round() {
        memory.closeForgotten();
        if (waiting.isEmpty()) {
            return;
        }
        WantedSockets wanted = wanted();
        search.likely(wanted);
        boolean everywhere = false;
        if (!wanted.complete() && clock.getAsLong() - searchAgainNs >= 0) {
            long startNs = clock.getAsLong();
            search.everywhere(wanted);
            long endNs = clock.getAsLong();
            searchAgainNs = endNs + REST_PER_SEARCH * (endNs - startNs);
            everywhere = true;
        }
        for (Iterator<Question> each = waiting.iterator(); each.hasNext();) {
            Question question = each.next();
            Holding holding = wanted.holding(question.inode());
            if (holding != null) {
                each.remove();
                question.answer(holding.process().become(question.user(), userNames.name(question.user())));
            } else if (everywhere && !worthAnotherSearch(question)) {
                each.remove();
            }
        }
        memory.closeForgotten();
    }

    private WantedSockets wanted() {
        Set<Long> inodes = new HashSet<>();
        Set<Integer> users = new HashSet<>();
        for (Question question : waiting) {
            inodes.add(question.inode());
            users.add(question.user());
        }
        return new WantedSockets(inodes.stream().mapToLong(Long::longValue).toArray(), users);
    }

    /** The socket may have been handed from one process to another while we looked: only if it is still there, and only once more. */
    private boolean worthAnotherSearch(Question question) {
        long inode = question.inode();
        if (!locate(question)) {
            question.answer(onlyUser(question));
            return false;
        }
        if (question.inode() != inode || question.passedOver() < SEARCHES_FOR_ONE_SOCKET) {
            return true;
        }
        if (nobodySinceNs.size() >= NOBODIES) {
            nobodySinceNs.clear();
        }
        nobodySinceNs.put(inode, clock.getAsLong());
        question.answer(onlyUser(question));
        return false;
    }

    /** Answers whatever still waits: nothing more will be found. */
    @Override
    public void end() {
        waiting.forEach(question -> question.answer(Owner.UNKNOWN));
        waiting.clear();
    }
}
