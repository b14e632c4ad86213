package io.weir.linux.process;

/** Where a socket was seen: open as {@code file} of {@code process}. */
record Holding(long inode, KnownProcess process, int file) {
}
