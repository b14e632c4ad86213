package io.weir.app;

/** The steps of a start, in order; a failure names the one it happened in. */
public enum StartStage {
    RELAY("opening the relay's listeners"),
    OWNERS("opening the look-up of owners"),
    ENGINE("opening the engine"),
    PIPELINE("starting the packet threads"),
    SELF_TEST("testing the redirection");

    private final String doing;

    StartStage(String doing) {
        this.doing = doing;
    }

    /** As in "Weir could not start: … failed". */
    public String doing() {
        return doing;
    }
}
