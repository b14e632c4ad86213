package io.weir.linux.nfqueue;

/**
 * The mark bits Weir uses on Linux, matched and set under masks, so marks of others survive.
 *
 * <p>{@link #OWN} stays on packets of our sockets. The others are conntrack marks; a verdict cannot set those on every kernel (NFQA_CT
 * needs CONFIG_NETFILTER_NETLINK_GLUE_CT), so the verdict puts the bits on the packet and asks for NF_REPEAT: the packet enters the mangle OUTPUT
 * chain once more, whose first rules, ours, save the bit to the connection, take the bits off the packet and let it go. No later hook, and no
 * routing rule of the user's, ever sees them.
 */
public final class Marks {
    /** On packets of our own sockets and injected packets: never captured. */
    public static final int OWN = 0x0100_0000;
    /** Conntrack: this flow is none of our business; its packets stay in the kernel. */
    static final int RELEASED = 0x0200_0000;
    /** Conntrack: this flow is redirected; its packets go to the guarded queue. */
    static final int REDIRECTED = 0x0400_0000;
    /** Both bits on a packet: let it go and remember nothing. A plain NF_ACCEPT would not route it by a mark a rule of the user's has just set. */
    static final int PASSED = RELEASED | REDIRECTED;

    private Marks() {
    }
}
