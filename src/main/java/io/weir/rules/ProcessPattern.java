package io.weir.rules;

import io.weir.process.Owner;

/**
 * Names programs: {@code curl} by name, {@code /usr/bin/curl} by path, either with wildcards, or {@code regex:…} over the path.
 * Every form matches the whole name or path. A text with a separator speaks of paths, one without of names.
 */
public final class ProcessPattern {
    private static final String REGEX = "regex:";
    private final String text;
    private final PathStyle style;
    private final boolean byPath;
    private final Wildcard wildcard;
    private final ProcessRegex regex;

    private ProcessPattern(String text, PathStyle style, boolean byPath, Wildcard wildcard, ProcessRegex regex) {
        this.text = text;
        this.style = style;
        this.byPath = byPath;
        this.wildcard = wildcard;
        this.regex = regex;
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    public static ProcessPattern parse(String text, PathStyle style) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a process needs a name");
        }
        if (text.startsWith(REGEX)) {
            return new ProcessPattern(text, style, true, null, new ProcessRegex(text.substring(REGEX.length()), style));
        }
        boolean byPath = style.hasSeparator(text);
        if (byPath && !canBeginPath(text, style)) {
            throw new IllegalArgumentException("a path begins at its root, so \"" + text + "\" can never match");
        }
        if (byPath && style.isSeparator(text.charAt(text.length() - 1))) {
            throw new IllegalArgumentException("\"" + text + "\" names a directory; end it with ** for everything below");
        }
        return new ProcessPattern(text, style, byPath, Wildcard.isIn(text) ? new Wildcard(text, style) : null, null);
    }

    private static boolean canBeginPath(String text, PathStyle style) {
        char first = text.charAt(0);
        boolean drive = style == PathStyle.WINDOWS && text.length() > 2 && text.charAt(1) == ':';
        return style.isSeparator(first) || first == '*' || first == '?' || drive;
    }

    /** False for an owner whose name and path are unknown. */
    public boolean matches(Owner owner) {
        String subject = subject(owner);
        if (subject.isEmpty()) {
            return false;
        }
        if (regex != null) {
            return regex.matches(subject);
        }
        return wildcard != null ? wildcard.matches(subject) : style.same(text, subject);
    }

    /** The text the pattern is held against; for a regular expression the name stands in for a path that may not be read. */
    String subject(Owner owner) {
        if (!byPath) {
            return owner.name();
        }
        return owner.path().isEmpty() && regex != null ? owner.name() : owner.path();
    }

    /** The literal path or name, null for a pattern. */
    public String literal() {
        return wildcard == null && regex == null ? text : null;
    }

    /** Whether every owner that {@code other} matches is matched here too; may say no where a proof is not at hand. */
    boolean covers(ProcessPattern other) {
        if (style != other.style) {
            return false;
        }
        if (text.equals(other.text) || regex == null && other.regex == null && style.same(text, other.text)) {
            return true;
        }
        if (regex != null || other.literal() == null) {
            return false;
        }
        if (byPath == other.byPath) {
            return wildcard != null && wildcard.matches(other.text);
        }
        return !byPath && matches(new Owner(1, 0, other.text, lastPart(other.text), ""));
    }

    private String lastPart(String path) {
        int at = path.length();
        while (at > 0 && !style.isSeparator(path.charAt(at - 1))) {
            at--;
        }
        return path.substring(at);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProcessPattern that && text.equals(that.text) && style == that.style;
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As written. */
    @Override
    public String toString() {
        return text;
    }
}
