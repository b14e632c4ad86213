package io.weir.cli;

/** Entry point. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        System.exit(WeirCommand.execute(Surroundings.ofProcess(), arguments));
    }
}
