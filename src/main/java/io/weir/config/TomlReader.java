package io.weir.config;

import com.moandjiezana.toml.Toml;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads TOML: structure and places by {@link TomlScanner}, values by TOML4J, but for texts with escapes. The only class that knows TOML4J. */
final class TomlReader {
    private static final Pattern LINE = Pattern.compile("on line ([0-9]{1,9})");

    private TomlReader() {
    }

    /** @throws SyntaxException at the first place that is not TOML */
    static TomlNode read(Source source) throws SyntaxException {
        TomlNode root = TomlScanner.scan(source.text());
        try {
            fill(root, new Toml().read(source.text()).toMap(), source.text());
        } catch (RuntimeException e) { // its message may quote values, and so secrets
            throw new SyntaxException(offset(source, String.valueOf(e.getMessage())), "this is not understood", "write it more plainly");
        }
        return root;
    }

    private static int offset(Source source, String message) {
        Matcher line = LINE.matcher(message);
        int wanted = line.find() ? Integer.parseInt(line.group(1)) : 1;
        int at = 0;
        for (int i = 1; i < wanted && source.text().indexOf('\n', at) >= 0; i++) {
            at = source.text().indexOf('\n', at) + 1;
        }
        return at;
    }

    private static void fill(TomlNode node, Object value, String text) {
        boolean fits = switch (node.kind()) {
            case TABLE -> value instanceof Map<?, ?> map && map.size() == node.entries().size();
            case ARRAY -> value instanceof List<?> list && list.size() == node.elements().size();
            case TEXT -> value instanceof String;
            case WHOLE -> value instanceof Long;
            case REAL -> value instanceof Double;
            case TRUTH -> value instanceof Boolean;
        };
        if (!fits) {
            throw new IllegalStateException("TOML4J read something else");
        }
        String written = node.kind() == TomlNode.Kind.TEXT ? text.substring(node.from(), node.to()) : "";
        node.value(EscapedText.holdsEscapes(written) ? EscapedText.read(written) : value);
        node.entries().forEach((key, entry) -> fill(entry, ((Map<?, ?>) value).get(key), text));
        for (int i = 0; i < node.elements().size(); i++) {
            fill(node.elements().get(i), ((List<?>) value).get(i), text);
        }
    }
}
