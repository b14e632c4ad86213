package io.weir.stage;

/**
 * How many dials to each destination are under way; destinations with the same hash are counted together. Should a connection of ours be
 * captured after all, each dial makes a flow and each flow a dial, to the same destination: their number says so, and where many are under way
 * the owner of the next is looked at though no rule asks for it. Deciding thread only.
 */
final class DialsUnderWay {
    /** A browser opens six connections to one server, a download program a dozen. */
    static final int MANY = 16;
    private static final int PLACES = 4096;

    private final int[] counts = new int[PLACES];

    void dialing(LiveFlow flow, boolean now) {
        if (flow.dialing != now) {
            flow.dialing = now;
            counts[place(flow)] += now ? 1 : -1;
        }
    }

    boolean many(LiveFlow flow) {
        return counts[place(flow)] >= MANY;
    }

    private static int place(LiveFlow flow) {
        long mixed = (flow.destinationHigh() * 31 + flow.destinationLow()) * 31 + flow.destinationPort();
        return (int) (mixed * 0x9e37_79b9_7f4a_7c15L >>> 52);
    }
}
