package io.weir.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/**
 * A secret and where it came from.
 *
 * @param reference {@code env:NAME}, {@code file:PATH}, or empty for one that stands in the file itself
 */
record Secret(String reference, String value) {
    private static final String ENVIRONMENT = "env:";
    private static final String FILE = "file:";
    private static final int LONGEST_BYTES = 4096;

    static final Kind<Secret> KIND = new Kind<>("text", "`env:NAME`, `file:PATH`, or the secret itself (with a warning)", Secret::read,
        secret -> Kinds.quoted(secret.reference.isEmpty() ? "…" : secret.reference));

    private static Secret read(TomlNode node, Reading reading) {
        if (!Kinds.is(node, TomlNode.Kind.TEXT, "write \"env:NAME\" or \"file:PATH\"", reading)) {
            return null;
        }
        String text = node.text();
        if (text.startsWith(ENVIRONMENT)) {
            String name = text.substring(ENVIRONMENT.length());
            String missing = "the environment has no variable " + name;
            return named(text, reading.environment().get(name), missing, "set it before Weir starts", node, reading);
        }
        if (text.startsWith(FILE)) {
            return fromFile(text, node, reading);
        }
        if (text.startsWith("dpapi:")) {
            reading.error(node, "dpapi: works on Windows only", "write \"env:NAME\" or \"file:PATH\"");
            return null;
        }
        if (text.isEmpty()) {
            reading.error(node, "is empty", "write \"env:NAME\" or \"file:PATH\"");
            return null;
        }
        reading.warning(node, "the password stands in the file for all to read", "write \"env:NAME\" or \"file:PATH\"");
        return new Secret("", text);
    }

    private static Secret named(String reference, String value, String missing, String remedy, TomlNode node, Reading reading) {
        if (value == null || value.isEmpty()) {
            reading.error(node, value == null ? missing : "what it names is empty", remedy);
            return null;
        }
        return new Secret(reference, value);
    }

    private static Secret fromFile(String reference, TomlNode node, Reading reading) {
        String name = reference.substring(FILE.length());
        String remedy = "make " + name + " a small text file this user can read";
        try {
            Path path = reading.directory().resolve(name);
            if (Files.size(path) > LONGEST_BYTES) {
                reading.error(node, name + " is longer than " + LONGEST_BYTES + " bytes", remedy);
                return null;
            }
            String value = Files.readString(path, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
            if (othersMayRead(path)) {
                reading.warning(node, "everybody may read " + name, "take the right away: chmod 600");
            }
            return named(reference, value, "", "write the password into " + name, node, reading);
        } catch (IOException | IllegalArgumentException e) {
            reading.error(node, name + " cannot be read" + (e instanceof NoSuchFileException ? ": there is no such file" : ""), remedy);
            return null;
        }
    }

    private static boolean othersMayRead(Path path) throws IOException {
        try {
            return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException noSuchRightsHere) {
            return false;
        }
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return reference.isEmpty() ? "…" : reference;
    }
}
