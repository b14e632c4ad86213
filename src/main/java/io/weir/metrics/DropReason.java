package io.weir.metrics;

/** Why a packet did not go on. Every drop has one; each is counted and documented in docs/counters.md. */
public enum DropReason {
    RULE_DROP("a rule says drop"),
    RULE_BLOCK("a rule says block; the sender was told"),
    DIAL_FAILED("its connection could not be made; the sender was told"),
    PARKED("copied aside until its owner or its dial is known"),
    PARK_FULL("no room to park another packet"),
    FLOW_TABLE_FULL("no room for another flow"),
    PORT_POOL_EMPTY("no relay port free"),
    RELAY_QUEUE_FULL("the relay takes no more orders"),
    ARENA_FULL("no room in the slot for a packet to be built or released"),
    FLOW_CLOSED("a packet of a flow that is being closed"),
    STRANGER_TO_RELAY("a packet from the relay that belongs to no flow"),
    STOPPING("waiting when Weir stopped; the sender was told"),
    INJECT_REFUSED("the platform refused an injected packet"),
    ENGINE_CLOSED("it came back from the stages, or out of the driver, when the engine was closed already");

    private final String meaning;

    DropReason(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }

    /** The documented name: {@code rule-drop}. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
