package io.weir.cli;

/** Entry point. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        Surroundings surroundings = Surroundings.ofProcess();
        int code = WeirCommand.execute(surroundings, arguments);
        surroundings.restore().run();
        System.exit(code);
    }
}
