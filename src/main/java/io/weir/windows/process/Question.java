package io.weir.windows.process;

import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import io.weir.process.OwnerLookup.Answers;
import io.weir.process.OwnerQuery;
import io.weir.process.OwnerQuestion;

/** A question on its way through the look-up thread, and what the walk under way has found for it. */
final class Question extends OwnerQuestion {
    private static final int PREFERRED = 1;

    private final long askedNs;
    private int bestRank;
    private int bestProcess;
    private boolean ambiguous;
    private int walks;
    private long nextWalkNs;
    private long giveUpNs;

    /** @param askedNs no earlier than the first packet of the flow was seen */
    Question(OwnerQuery query, boolean listening, Answers answers, long askedNs) {
        super(query, listening, answers);
        this.askedNs = askedNs;
    }

    long askedNs() {
        return askedNs;
    }

    SocketKey key() {
        return new SocketKey(query().protocol().number(), query().local(), query().remote());
    }

    void taken(long nowNs, long patienceNs) {
        nextWalkNs = nowNs;
        giveUpNs = nowNs + patienceNs;
    }

    long nextWalkNs() {
        return nextWalkNs;
    }

    /** A walk has found nothing: its next is due a while later, twice as long each time. @return false when there shall be none */
    boolean walkedInVain(long nowNs, long firstPauseNs) {
        if (nowNs - nextWalkNs >= 0) { // else it was another's
            nextWalkNs = Math.min(nowNs + (firstPauseNs << walks++) - giveUpNs, 0) + giveUpNs;
        }
        return !listening() && giveUpNs - nowNs > 0;
    }

    void beginWalk() {
        bestRank = SocketRank.NONE;
        bestProcess = 0;
        ambiguous = false;
    }

    /** Compares itself with a row of its protocol and local port. */
    void look(TableImage row, RowKind kind) {
        IpAddress address = query().local().address();
        int place = SocketRank.of(kind.ipv4(), row.localHigh(), row.localLow(), address.high(), address.low());
        if (place == SocketRank.NONE || row.process() == 0 || !fits(row)) {
            return;
        }
        int state = row.state();
        int rank = place << 1 | (state == TableImage.SYN_SENT || state == TableImage.ESTABLISHED ? PREFERRED : 0);
        if (rank > bestRank) {
            bestRank = rank;
            bestProcess = row.process();
            ambiguous = false;
        } else if (rank == bestRank && row.process() != bestProcess) {
            ambiguous = true;
        }
    }

    private boolean fits(TableImage row) {
        if (query().protocol() == Protocol.UDP) {
            return true;
        }
        if (listening()) {
            return row.state() == TableImage.LISTEN;
        }
        IpAddress remote = query().remote().address();
        return row.state() != TableImage.LISTEN && row.remotePort() == query().remote().port() && row.remoteLow() == remote.low()
            && row.remoteHigh() == remote.high();
    }

    /** The process the walk has found, 0 for none. */
    int process() {
        return ambiguous ? 0 : bestProcess;
    }

    /** Several processes have equal claims. */
    boolean isAmbiguous() {
        return ambiguous;
    }
}
