package io.weir.stage;

import io.weir.net.Endpoint;
import io.weir.process.Owner;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.Verdict;

/**
 * A program on this machine that one of our upstreams is: what it sends itself must not come back to it. It and its children that run the same
 * image are told by their process ids.
 */
public final class LocalProxy {
    private final Endpoint endpoint;
    private final Owner program;
    private final long[] children;
    private final Verdict verdict;
    private volatile Verdict caught;

    /** @param children process ids of descendants that run the same image */
    public LocalProxy(Endpoint endpoint, Owner program, long... children) {
        this.endpoint = endpoint;
        this.program = program;
        this.children = children.clone();
        verdict = new Verdict(Action.PASS, -1, "", OnFailure.BLOCK, "its program is the upstream at " + endpoint);
    }

    /** Where the upstream listens. */
    public Endpoint endpoint() {
        return endpoint;
    }

    public Owner program() {
        return program;
    }

    /** What the rules said of the first of its connections that one of them would have touched; null before. Any thread. */
    public Verdict caught() {
        return caught;
    }

    /** Whether {@code other} speaks of the same processes. */
    public boolean isSame(LocalProxy other) {
        return endpoint.equals(other.endpoint) && isProgram(other.program) && java.util.Arrays.equals(children, other.children);
    }

    private boolean isProgram(Owner owner) {
        return owner.pid() == program.pid() && owner.startTime() == program.startTime();
    }

    boolean covers(Owner owner) {
        return isProgram(owner) || runsSameImage(owner) && (isKnown(owner.pid()) || isKnown(owner.parent().pid()));
    }

    boolean runsSameImage(Owner owner) {
        return !program.path().isEmpty() && program.path().equals(owner.path());
    }

    private boolean isKnown(long pid) {
        boolean known = pid == program.pid();
        for (int i = 0; i < children.length && !known; i++) {
            known = children[i] == pid;
        }
        return known;
    }

    Verdict passes(Verdict instead) {
        if (caught == null) {
            caught = instead;
        }
        return verdict;
    }
}
