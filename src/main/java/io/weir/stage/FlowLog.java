package io.weir.stage;

/** Hears of flows on the deciding thread: must be quick and must not throw. */
public interface FlowLog {

    /** Once for every flow the rules were applied to, when its outcome stands (a relayed one: when its dial has succeeded). */
    void opened(FlowReport flow);

    /** Once for every flow that was opened with {@link Outcome#RELAYED}, when its session has ended. */
    void ended(FlowReport flow);
}
