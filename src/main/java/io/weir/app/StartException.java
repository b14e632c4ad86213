package io.weir.app;

/** Weir could not start and has put everything back: in which step, what happened, and what the user can do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;
    private final StartStage stage;
    private final String remedy;

    public StartException(StartStage stage, String message, String remedy, Throwable cause) {
        super(message, cause);
        this.stage = stage;
        this.remedy = remedy;
    }

    public StartStage stage() {
        return stage;
    }

    /** One sentence; empty when there is none. */
    public String remedy() {
        return remedy;
    }
}
