package io.weir.config;

import java.nio.file.Path;

/**
 * The {@code [log]} table.
 *
 * @param level          {@code error}, {@code warn}, {@code info} (a line per flow) or {@code debug}
 * @param file           null: standard error
 * @param linesPerSecond of flows; the rest is counted and summed up
 */
public record LogSettings(String level, Path file, int linesPerSecond) {
}
