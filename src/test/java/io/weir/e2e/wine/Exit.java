package io.weir.e2e.wine;

/** Exit codes of {@code tools/wine}'s Winsock client. */
final class Exit {
    static final int REFUSED = 3;
    static final int RESET = 5;
    static final int UNREACHABLE = 6;

    private Exit() {
    }
}
