package io.weir.process;

import io.weir.process.OwnerLookup.Answers;

/** A question on its way through the thread that answers it; a search keeps there what it has found so far. */
public class OwnerQuestion {
    private final OwnerQuery query;
    private final boolean listening;
    private final Answers answers;

    /** @param listening whether who listens at the local endpoint is asked for */
    protected OwnerQuestion(OwnerQuery query, boolean listening, Answers answers) {
        this.query = query;
        this.listening = listening;
        this.answers = answers;
    }

    public final OwnerQuery query() {
        return query;
    }

    public final boolean listening() {
        return listening;
    }

    /** To be called once. */
    public final void answer(Owner owner) {
        answers.found(query, owner);
    }
}
