package io.weir.process;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;

/** Finds owners. {@link #find} is for the deciding thread, {@link #ask} for what takes longer. */
public interface OwnerLookup extends Listeners, AutoCloseable {

    /** Receives the answers to {@link #ask} on a thread of the look-up's own. */
    @FunctionalInterface
    interface Answers {
        /** {@code owner} is {@link Owner#UNKNOWN} when nobody was found. */
        void found(OwnerQuery query, Owner owner);
    }

    /** Told on a thread of the look-up's own; does not wait. */
    @FunctionalInterface
    interface Closings {
        /** The application closed the socket of the flow that began so; packets of it may still follow. */
        void closed(Protocol protocol, Endpoint local, Endpoint remote, long beginning);
    }

    /**
     * Answer from memory, or by one exact query of a few microseconds; null when that is not enough. Deciding thread only.
     *
     * @param beginning as {@link OwnerQuery#beginning}
     */
    Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, long beginning);

    /** Looks on another thread; every accepted question is answered once. @return false when the bounded queue is full */
    boolean ask(OwnerQuery query, Answers answers);

    /**
     * From now on tells of sockets that are closed soon after somebody asked for their owner, where the system says so: not everywhere it does.
     * To be called once, before the first question.
     */
    default void tellClosings(Closings closings) {
    }

    /** Nobody is known to listen unless a look-up says otherwise. */
    @Override
    default Owner listener(Endpoint local) {
        return Owner.UNKNOWN;
    }

    @Override
    void close();
}
