package io.weir.linux.process;

import io.weir.process.Owner;
import io.weir.process.OwnerLookup.Answers;
import io.weir.process.OwnerQuery;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A question on its way through the look-up thread. */
final class Question {
    private static final Logger LOG = LoggerFactory.getLogger(Question.class);

    private final OwnerQuery query;
    private final boolean listening;
    private final Answers answers;
    private final AtomicInteger open;
    private long inode;
    private int user = -1;
    private int passes;

    /**
     * @param listening whether who listens at the local endpoint is asked for
     * @param open      counts the questions not answered yet, this one included
     */
    Question(OwnerQuery query, boolean listening, Answers answers, AtomicInteger open) {
        this.query = query;
        this.listening = listening;
        this.answers = answers;
        this.open = open;
    }

    OwnerQuery query() {
        return query;
    }

    boolean listening() {
        return listening;
    }

    void located(long inodeNumber, int uid) {
        inode = inodeNumber;
        user = uid;
    }

    long inode() {
        return inode;
    }

    int user() {
        return user;
    }

    /** Counts a search of the whole machine that did not find the socket. @return how many there were */
    int passedOver() {
        return ++passes;
    }

    void answer(Owner owner) {
        open.decrementAndGet();
        try {
            answers.found(query, owner);
        } catch (RuntimeException e) {
            LOG.error("whoever asked for the owner of {} failed on the answer {}", query, owner, e);
        }
    }
}
