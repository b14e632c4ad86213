package io.weir.engine;

/** Capturing or injecting cannot go on, or cannot begin: what happened and what the user can do. */
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String remedy;

    public EngineException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    public EngineException(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /** One sentence that tells the user what to do next. */
    public String remedy() {
        return remedy;
    }
}
