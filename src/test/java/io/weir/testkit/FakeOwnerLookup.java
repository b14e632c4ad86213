package io.weir.testkit;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/** Owners as a test sets them: known at once, or only when asked for, and answered when the test says so. Not thread-safe. */
public final class FakeOwnerLookup implements OwnerLookup {
    private record Flow(Protocol protocol, Endpoint local, Endpoint remote) {
    }

    private record Open(OwnerQuery query, Answers answers) {
    }

    private final int capacity;
    private final Map<Flow, Owner> known = new HashMap<>();
    private final Map<Flow, Owner> hidden = new HashMap<>();
    private final Map<Endpoint, Owner> listeners = new ConcurrentHashMap<>();
    private final Queue<Open> questions = new ArrayDeque<>();
    private int asked;
    private boolean closed;

    public FakeOwnerLookup() {
        this(Integer.MAX_VALUE);
    }

    /** @param capacity how many questions may be open at once */
    public FakeOwnerLookup(int capacity) {
        this.capacity = capacity;
    }

    /** From now on {@link #find} knows this. */
    public void know(Protocol protocol, Endpoint local, Endpoint remote, Owner owner) {
        known.put(new Flow(protocol, local, remote), owner);
    }

    /** From now on {@link #ask} finds this; once answered, {@link #find} knows it. */
    public void hide(Protocol protocol, Endpoint local, Endpoint remote, Owner owner) {
        hidden.put(new Flow(protocol, local, remote), owner);
    }

    /** How many questions were accepted so far. */
    public int asked() {
        return asked;
    }

    /** Answers every open question on this thread. @return how many there were */
    public int answerAll() {
        int count = 0;
        for (Open open = questions.poll(); open != null; open = questions.poll()) {
            answer(open);
            count++;
        }
        return count;
    }

    private void answer(Open open) {
        Flow flow = new Flow(open.query().protocol(), open.query().local(), open.query().remote());
        Owner owner = hidden.remove(flow);
        if (owner != null) {
            known.put(flow, owner);
        }
        open.answers().found(open.query(), known.getOrDefault(flow, Owner.UNKNOWN));
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                      long beginning) {
        return known.get(new Flow(protocol, Endpoint.of(localHigh, localLow, localPort), Endpoint.of(remoteHigh, remoteLow, remotePort)));
    }

    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        if (closed || questions.size() >= capacity) {
            return false;
        }
        asked++;
        questions.add(new Open(query, answers));
        return true;
    }

    /** From now on this process listens there. */
    public void listen(Endpoint local, Owner owner) {
        listeners.put(local, owner);
    }

    @Override
    public Owner listener(Endpoint local) {
        return listeners.getOrDefault(local, Owner.UNKNOWN);
    }

    @Override
    public void close() {
        closed = true;
        hidden.clear();
        listeners.clear();
        known.clear();
        answerAll();
    }
}
