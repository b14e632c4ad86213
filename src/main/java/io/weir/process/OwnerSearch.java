package io.weir.process;

/** Looks for the owners that are asked for. Every method is called by its {@link AnsweringThread} alone. */
public interface OwnerSearch<Q extends OwnerQuestion> {

    /** Answers at once, or keeps the question for later rounds. */
    void take(Q question);

    /** Gets those it has kept further. */
    void round();

    /** For how long nothing but a new question, or whatever wakes the thread, can get any further. */
    long restNs();

    /** Answers whatever it still keeps: nothing more will be found. */
    void end();
}
