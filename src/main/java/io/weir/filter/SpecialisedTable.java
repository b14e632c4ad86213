package io.weir.filter;

/** The programs made of one filter so far, by the facts they are for; one thread at a time. */
final class SpecialisedTable {
    private static final int MOST_PROGRAMS = 64;
    private static final int SLOT_BITS = 7;
    private static final int LAST_SLOT = (1 << SLOT_BITS) - 1;
    private static final int SPREAD = 0x9e37_79b9;

    private final Filter filter;
    private final Specialised[] slots = new Specialised[LAST_SLOT + 1];
    private int count;

    SpecialisedTable(Filter filter) {
        this.filter = filter;
    }

    /** The program for packets of these facts, made now if it is their first; null when there are too many. */
    Specialised of(int facts) {
        int slot = facts * SPREAD >>> Integer.SIZE - SLOT_BITS;
        Specialised found = slots[slot];
        return found != null && found.facts == facts ? found : search(slot, facts);
    }

    private Specialised search(int from, int facts) {
        int slot = from;
        while (slots[slot] != null) {
            if (slots[slot].facts == facts) {
                return slots[slot];
            }
            slot = slot + 1 & LAST_SLOT;
        }
        if (count == MOST_PROGRAMS) {
            return null;
        }
        count++;
        return slots[slot] = Specialiser.specialise(filter, facts);
    }
}
