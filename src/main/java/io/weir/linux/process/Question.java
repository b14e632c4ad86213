package io.weir.linux.process;

import io.weir.process.OwnerLookup.Answers;
import io.weir.process.OwnerQuery;
import io.weir.process.OwnerQuestion;

/** A question on its way through the look-up thread. */
final class Question extends OwnerQuestion {
    private long inode;
    private int user = -1;
    private int passes;

    Question(OwnerQuery query, boolean listening, Answers answers) {
        super(query, listening, answers);
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
}
