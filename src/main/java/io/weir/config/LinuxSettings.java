package io.weir.config;

import java.nio.file.Path;

/**
 * The {@code [linux]} table.
 *
 * @param queue          the first of two netfilter queue numbers in a row
 * @param stateDirectory where what must be put back after a crash is noted
 */
public record LinuxSettings(int queue, Path stateDirectory) {
}
