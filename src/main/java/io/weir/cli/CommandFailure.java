package io.weir.cli;

/** A command cannot do what was asked: the sentence for the user, what to do next, and the exit code. No stack trace is shown. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final ExitCode code;
    private final String remedy;

    CommandFailure(ExitCode code, String message, String remedy) {
        super(message);
        this.code = code;
        this.remedy = remedy;
    }

    ExitCode code() {
        return code;
    }

    /** One sentence; empty when there is none. */
    String remedy() {
        return remedy;
    }
}
