package io.weir.config;

import java.nio.file.Path;

/**
 * The {@code [windows]} table.
 *
 * @param priority     of our WinDivert handles; odd
 * @param driverFolder where the WinDivert files are; null: where the program looks by itself
 */
public record WindowsSettings(int priority, Path driverFolder) {
}
