package io.weir.capture;

import io.weir.process.Owner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An owner as a packet comment, {@code owner pid=12 start=345 user="me" name="curl" path="/usr/bin/curl"}, for people and for replay. */
public final class OwnerComment {
    private static final String TEXT = "\"((?:[^\"\\\\]|\\\\.)*)\"";
    private static final Pattern FORM = Pattern.compile(
            "(?m)^owner pid=(\\d{1,18}) start=(\\d{1,18}) user=" + TEXT + " name=" + TEXT + " path=" + TEXT + "$");

    private OwnerComment() {
    }

    public static String print(Owner owner) {
        return "owner pid=" + owner.pid() + " start=" + owner.startTime() + " user=" + quote(owner.user()) + " name=" + quote(owner.name())
                + " path=" + quote(owner.path());
    }

    /** The owner that a comment has on a line of its own; null if none. */
    public static Owner parse(String comment) {
        Matcher matcher = FORM.matcher(comment);
        if (!matcher.find()) {
            return null;
        }
        return new Owner(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), unquote(matcher.group(5)), unquote(matcher.group(4)),
                unquote(matcher.group(3)));
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r") + '"';
    }

    private static String unquote(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '\\') {
                char escaped = text.charAt(++i);
                out.append(escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped);
            } else {
                out.append(character);
            }
        }
        return out.toString();
    }
}
