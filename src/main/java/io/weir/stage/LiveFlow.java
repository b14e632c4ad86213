package io.weir.stage;

import io.weir.flow.Flow;
import io.weir.flow.ParkedPackets;
import io.weir.flow.PortPool;
import io.weir.metrics.DropReason;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.rules.RuleSet;
import io.weir.rules.Verdict;

/** What the deciding stage keeps of a flow. Its fields are this package's alone, and only the deciding thread's. */
final class LiveFlow extends Flow {
    /** Bits of {@link #finished}. */
    static final int APPLICATION_FINISHED = 1;
    static final int RELAY_FINISHED = 2;
    /** {@link #relaySequence} before the relay's SYN was seen. */
    static final long UNSEEN = -1;

    int interfaceIndex;
    int subInterfaceIndex;
    long openedNs;
    /** Last packet that was not a RST. */
    long lastNs;
    /** When both sides had finished, or one had reset. */
    long endedNs;

    /** The rules it is judged by, and the first of them that still counts. */
    RuleSet rules;
    int fromRule;
    /** Null until judged. */
    Verdict verdict;
    /** Null: not asked or not answered. */
    Owner owner;
    boolean ownerAsked;
    boolean ownerTimedOut;

    long synSequence;
    long relaySequence;
    int finished;
    boolean reset;

    /** The chain of parked packets. */
    int firstParked;
    int lastParked;
    int parkedCount;

    /** Null: dialed directly, or not at all. */
    String upstream;
    boolean fellBack;
    /** Counted among the {@link DialsUnderWay}. */
    boolean dialing;
    /** The relay has an order or a session for it. */
    boolean ordered;
    /** Tuple of the loopback shape and where it came from; null for none. */
    PortPool pool;
    int tuple;

    /** While refused: what is answered, and under which name it is counted. */
    Answer answer;
    DropReason reason;

    Outcome outcome;
    boolean counted;
    boolean openedDue;
    boolean endedReported;
    /** What happened to it beside the verdict. */
    String how;
    long bytesUp;
    long bytesDown;

    void begin(RuleSet currentRules, int interfaceNumber, int subInterfaceNumber, long nowNs) {
        interfaceIndex = interfaceNumber;
        subInterfaceIndex = subInterfaceNumber;
        openedNs = nowNs;
        lastNs = nowNs;
        endedNs = nowNs;
        rules = currentRules;
        fromRule = 0;
        verdict = null;
        owner = null;
        ownerAsked = false;
        ownerTimedOut = false;
        synSequence = 0;
        relaySequence = UNSEEN;
        finished = 0;
        reset = false;
        firstParked = ParkedPackets.NONE;
        lastParked = ParkedPackets.NONE;
        parkedCount = 0;
        upstream = null;
        fellBack = false;
        dialing = false;
        ordered = false;
        pool = null;
        answer = null;
        reason = null;
        outcome = Outcome.WAITING;
        counted = false;
        openedDue = false;
        endedReported = false;
        how = "";
        bytesUp = 0;
        bytesDown = 0;
    }

    boolean tcp() {
        return protocol() == Protocol.TCP.number();
    }

    /** As {@link io.weir.process.OwnerQuery#beginning}. */
    long beginning() {
        return tcp() ? synSequence : id() & 0xffff_ffffL;
    }

    Protocol transport() {
        return tcp() ? Protocol.TCP : Protocol.UDP;
    }

    Endpoint application() {
        return Endpoint.of(sourceHigh(), sourceLow(), sourcePort());
    }

    Endpoint destination() {
        return Endpoint.of(destinationHigh(), destinationLow(), destinationPort());
    }

    void note(String happened) {
        how = how.isEmpty() ? happened : how + "; " + happened;
    }
}
