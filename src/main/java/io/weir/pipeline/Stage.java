package io.weir.pipeline;

/** The stations of a slot, in order; the name is the role of the thread where it has one. */
enum Stage {
    DECODE, DECIDE, REWRITE, INJECT;

    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
