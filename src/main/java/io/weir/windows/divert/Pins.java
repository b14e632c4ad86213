package io.weir.windows.divert;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The SHA-256 of each official file, as {@code windivert-bin/SHA256SUMS} lists them; the list is inside the jar, where nobody changes it alone. */
final class Pins {
    private static final String LIST = "SHA256SUMS";

    private final Map<String, String> byName = new HashMap<>();

    /** @param lines as {@code sha256sum} prints them */
    static Pins read(InputStream lines) throws IOException {
        Pins out = new Pins();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] hashAndName = line.strip().split("\\s+\\*?", 2);
                if (hashAndName.length == 2 && !line.startsWith("#")) {
                    out.byName.put(hashAndName[1], hashAndName[0]);
                }
            }
        }
        return out;
    }

    /** Those this build was made for. */
    static Pins ofThisBuild() {
        try (InputStream list = Pins.class.getResourceAsStream(LIST)) {
            if (list == null) {
                throw new IllegalStateException("the jar was packed without " + LIST);
            }
            return read(list);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In hexadecimal, small letters; null: the file is not listed. */
    String of(String fileName) {
        return byName.get(fileName);
    }
}
