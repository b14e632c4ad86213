package io.weir.cli;

import io.weir.filter.FilterFile;
import io.weir.filter.Layer;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A filter as a command line gives it: the text itself, or {@code @FILE}. A compiled object begins with {@code @WinDiv_} and is text. */
record FilterArgument(String text, Path file, Layer layer) {

    /** @param layer null: what the file's header says, otherwise NETWORK */
    static FilterArgument of(String argument, Layer layer) {
        if (!argument.startsWith("@") || argument.startsWith("@WinDiv_")) {
            return new FilterArgument(argument, null, layer == null ? Layer.NETWORK : layer);
        }
        try {
            Path file = Path.of(argument.substring(1));
            return new FilterArgument(FilterFile.read(file), file, layer == null ? FilterFile.layer(file) : layer);
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(ExitCode.USAGE, missing.getMessage() + ": no such file", "");
        } catch (IOException | InvalidPathException unreadable) {
            throw new CommandFailure(ExitCode.USAGE, unreadable.getMessage(), "");
        }
    }

    /** {@code file:line:column} of a byte offset; {@code line:column} without a file, and nothing for a filter of one line. */
    String place(int offset) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(offset, bytes.length); i++) {
            if (bytes[i] == '\n') {
                line++;
                column = 1;
            } else if ((bytes[i] & 0xc0) != 0x80) {
                column++;
            }
        }
        String place = line + ":" + column + ": ";
        return file != null ? file + ":" + place : text.indexOf('\n') >= 0 ? place : "";
    }
}
