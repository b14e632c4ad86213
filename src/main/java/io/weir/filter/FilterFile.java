package io.weir.filter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A filter kept in a file: several lines, and {@code #} comments to the end of the line. */
public final class FilterFile {

    private FilterFile() {
    }

    /**
     * The file's filter. Comments are blanked, not cut out, so that a position in the text is a position in the file.
     *
     * @throws IOException when the file cannot be read
     */
    public static String read(Path file) throws IOException {
        return withoutComments(Files.readString(file));
    }

    static String withoutComments(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean comment = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            comment = c != '\n' && (comment || c == '#');
            out.append(comment ? ' ' : c);
        }
        return out.toString();
    }

    /** The layer a comment names ({@code # layer: SOCKET}); NETWORK when none does. @throws IOException when the file cannot be read */
    public static Layer layer(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("# layer:")) {
                String name = line.substring("# layer:".length()).strip();
                for (Layer layer : Layer.values()) {
                    if (layer.name().equals(name)) {
                        return layer;
                    }
                }
                throw new IOException(file + ": \"" + name + "\" is no layer; write NETWORK, NETWORK_FORWARD, FLOW, SOCKET or REFLECT");
            }
        }
        return Layer.NETWORK;
    }
}
