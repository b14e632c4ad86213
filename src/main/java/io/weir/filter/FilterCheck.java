package io.weir.filter;

import io.weir.net.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * All there is to say about one filter text: WinDivert's own answer, where and why it is wrong in plain words, and what to beware of.
 *
 * @param filter     null when the text does not compile
 * @param error      null when it does
 * @param suggestion a sentence on how to mend it, or empty
 */
public record FilterCheck(String text, Layer layer, Filter filter, FilterException error, String suggestion, List<Warning> warnings) {

    /** Compiles and, if that works, lints. @param upstreams the user's own proxies */
    public static FilterCheck of(String text, Layer layer, List<Endpoint> upstreams) {
        try {
            Filter filter = Filter.compile(text, layer);
            return new FilterCheck(text, layer, filter, null, "", Linter.lint(filter, text, upstreams));
        } catch (FilterException e) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int from = Math.min(e.from(), bytes.length);
            int to = Math.max(from, Math.min(e.to(), bytes.length));
            String suggestion = Suggestion.forError(e, slice(bytes, 0, from), slice(bytes, from, to), slice(bytes, to, bytes.length), layer);
            return new FilterCheck(text, layer, null, e, suggestion, List.of());
        }
    }

    private static String slice(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** Names of fields the filter tests that are unknown on the first packet of a TCP flow, as {@link FirstPacket} has it; none twice. */
    public List<String> laterFields() {
        return filter == null ? List.of() : filter.program().stream().map(Instruction::field).filter(FirstPacket::isLater).map(Field::text)
            .distinct().toList();
    }

    public boolean ok() {
        return filter != null;
    }

    /** The line of the text around a byte offset, and under it a caret for every character at fault. */
    public String pointAt(int from, int to) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int start = from;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        int end = from;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        String before = slice(bytes, start, Math.min(from, end)).replace('\t', ' ');
        String marked = slice(bytes, Math.min(from, end), Math.min(Math.max(to, from), end)).replace('\t', ' ');
        return slice(bytes, start, end).replace('\t', ' ') + "\n" + " ".repeat(before.length()) + "^".repeat(Math.max(1, marked.length()));
    }
}
