package io.weir.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the writer of a wrong filter probably meant. */
final class Suggestion {
    private static final List<String> WORDS = words();

    private Suggestion() {
    }

    private static List<String> words() {
        List<String> out = new ArrayList<>(List.of("and", "or", "not", "true", "false", "TRUE", "FALSE", "TCP", "UDP", "ICMP", "ICMPV6", "NETWORK",
                "NETWORK_FORWARD", "FLOW", "SOCKET", "REFLECT", "PACKET", "ESTABLISHED", "DELETED", "BIND", "CONNECT", "LISTEN", "ACCEPT",
                "OPEN", "CLOSE"));
        for (Field field : Field.values()) {
            out.add(field.text());
        }
        return out;
    }

    /** A sentence for this error, or an empty text. {@code wrong} is the text at fault, {@code before} what precedes it. */
    static String forError(FilterException error, String before, String wrong, String after, Layer layer) {
        return switch (error.code()) {
            case BAD_TOKEN -> badToken(wrong, after);
            case BAD_TOKEN_FOR_LAYER -> "`" + wrong + "` exists at " + layersOf(Field.named(wrong)) + ", not at " + layer;
            case PARSE_ERROR -> parseError(before.stripTrailing(), wrong, after, layer);
            case TOO_LONG -> "merge neighbouring ports or addresses into ranges (`tcp.DstPort >= 8000 and tcp.DstPort <= 8100`)";
            case INDEX_OUT_OF_BOUNDS -> "the index counts elements; write `[16b]` for a byte offset, `[-1]` for the last element";
            default -> "";
        };
    }

    private static String badToken(String wrong, String after) {
        if (wrong.equals("&") || wrong.equals("|")) {
            return "write `" + wrong + wrong + "` or `" + (wrong.equals("&") ? "and" : "or") + "`; there are no bit operations";
        }
        if (wrong.equals("/")) {
            return "there are no prefixes; write two comparisons (`ip.DstAddr >= 10.0.0.0 and ip.DstAddr <= 10.255.255.255`)";
        }
        String near = nearest(wrong);
        if (near == null) {
            return wrong.contains(":") && wrong.indexOf(':') != wrong.length() - 1 && !wrong.contains("::")
                    ? "a ternary's colon needs a space before or after it" : "";
        }
        return near.equalsIgnoreCase(wrong) ? "names are case-sensitive; did you mean `" + near + "`?" : "did you mean `" + near + "`?";
    }

    private static String layersOf(Field field) {
        List<String> names = new ArrayList<>();
        for (Layer layer : Layer.values()) {
            if (field != null && field.existsAt(layer)) {
                names.add(layer.name());
            }
        }
        String last = names.remove(names.size() - 1);
        return names.isEmpty() ? "the " + last + " layer" : "the " + String.join(", ", names) + " and " + last + " layers";
    }

    private static String parseError(String before, String wrong, String after, Layer layer) {
        boolean afterNot = before.endsWith("not") || before.endsWith("!");
        if (afterNot && wrong.equals("(")) {
            String inner = inner(after);
            return "`not` cannot stand before `(`; write `(" + (inner == null ? "…" : inner) + "? false: true)`";
        }
        if (wrong.equals("?")) {
            return "a ternary stands in parentheses, after a whole condition: `(tcp? tcp.DstPort == 80: udp)`";
        }
        boolean afterOperator = before.endsWith("=") || before.endsWith("<") || before.endsWith(">");
        if (afterOperator && (wrong.equals("true") || wrong.equals("false"))) {
            return "the number is written `" + wrong.toUpperCase(Locale.ROOT) + "`; `" + wrong + "` is a filter of its own";
        }
        if (afterOperator && Field.named(wrong) != null) {
            return "two fields cannot be compared; the right side is always a number or an address";
        }
        if (wrong.equals("TRUE") || wrong.equals("FALSE")) {
            return "`" + wrong + "` is a number; the filter is written `" + wrong.toLowerCase(Locale.ROOT) + "`";
        }
        if (Macros.value(wrong, layer) == -1) {
            return "`" + wrong + "` is an event of another layer, not of " + layer;
        }
        if (wrong.isEmpty()) {
            return before.isEmpty() ? "write `true` for every packet" : "something is missing at the end";
        }
        Field previous = Field.named(lastWord(before));
        if (previous != null && previous.elementBytes() > 0) {
            return "`" + previous.text() + "` is an array; write `" + previous.text() + "[0]`";
        }
        return "";
    }

    /** What stands between this parenthesis and its partner; null if there is none. */
    private static String inner(String after) {
        int depth = 1;
        for (int i = 0; i < after.length(); i++) {
            depth += after.charAt(i) == '(' ? 1 : after.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return after.substring(0, i).strip();
            }
        }
        return null;
    }

    private static String lastWord(String text) {
        int at = text.length();
        while (at > 0 && (Character.isLetterOrDigit(text.charAt(at - 1)) || text.charAt(at - 1) == '.')) {
            at--;
        }
        return text.substring(at);
    }

    /** The known word within two changes (one for short words); null if none is near. */
    private static String nearest(String wrong) {
        String best = null;
        int least = wrong.length() <= 4 ? 2 : 3;
        for (String word : WORDS) {
            int distance = distance(word.toLowerCase(Locale.ROOT), wrong.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = word;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
