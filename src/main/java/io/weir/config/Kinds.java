package io.weir.config;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The kinds of values that mean the same wherever they stand. */
final class Kinds {
    private static final int LONGEST_NAME = 64;

    /** True or false. */
    static final Kind<Boolean> TRUTH = new Kind<>("`true` or `false`", "", (node, reading) ->
        is(node, TomlNode.Kind.TRUTH, "write true or false", reading) ? node.truth() : null, String::valueOf);

    /** A name things are called by in messages and by each other. */
    static final Kind<String> NAME = new Kind<>("text", "1–" + LONGEST_NAME + " characters", Kinds::readName, Kinds::quoted);

    /** Any text but the empty one. */
    static final Kind<String> TEXT = new Kind<>("text", "", Kinds::readText, Kinds::quoted);

    /** A file or folder; relative to the configuration file. */
    static final Kind<Path> PATH = new Kind<>("path", "relative ones begin at the configuration file's folder", Kinds::readPath,
        path -> quoted(path.toString().replace(File.separatorChar, '/'))); // Windows takes either; one page describes both

    private Kinds() {
    }

    static Kind<Integer> whole(int least, int most) {
        return new Kind<>("whole number", number(least) + "–" + number(most), (node, reading) -> readWhole(node, least, most, reading),
            String::valueOf);
    }

    static Kind<Integer> powerOfTwo(int least, int most) {
        return new Kind<>("whole number", "a power of two in " + number(least) + "–" + number(most), (node, reading) -> {
            Integer value = readWhole(node, least, most, reading);
            if (value != null && Integer.bitCount(value) != 1) {
                int below = Integer.highestOneBit(value);
                reading.error(node, "is no power of two", "write " + below + " or " + Math.min(most, below * 2));
                return null;
            }
            return value;
        }, String::valueOf);
    }

    static Kind<Integer> odd(int least, int most) {
        return new Kind<>("whole number", "an odd one in " + number(least) + "–" + number(most), (node, reading) -> {
            Integer value = readWhole(node, least, most, reading);
            if (value != null && value % 2 == 0) {
                reading.error(node, "is even", "write " + (value - 1) + " or " + (value + 1));
                return null;
            }
            return value;
        }, String::valueOf);
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static Integer readWhole(TomlNode node, int least, int most, Reading reading) {
        if (!is(node, TomlNode.Kind.WHOLE, "write a number without quotes", reading)) {
            return null;
        }
        if (node.whole() < least || node.whole() > most) {
            reading.error(node, "is out of range", "choose " + number(least) + "–" + number(most));
            return null;
        }
        return (int) node.whole();
    }

    /** One of some words. */
    static <T> Kind<T> choice(Map<String, T> choices) {
        Map<String, T> ordered = new LinkedHashMap<>(choices);
        String words = ordered.keySet().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
        return new Kind<>("one word", words, (node, reading) -> {
            if (!is(node, TomlNode.Kind.TEXT, "write one of " + String.join(", ", ordered.keySet()) + " in quotes", reading)) {
                return null;
            }
            T value = ordered.get(node.text());
            if (value == null) {
                String otherwise = "choose " + String.join(", ", ordered.keySet());
                reading.error(node, "is not one of the choices", Suggestion.of(node.text(), ordered.keySet(), otherwise));
            }
            return value;
        }, value -> ordered.entrySet().stream().filter(entry -> entry.getValue().equals(value)).map(entry -> quoted(entry.getKey())).findFirst()
            .orElseThrow());
    }

    /** The constants of an enum in lower case. */
    static <E extends Enum<E>> Kind<E> choice(Class<E> constants) {
        Map<String, E> choices = new LinkedHashMap<>();
        for (E constant : constants.getEnumConstants()) {
            choices.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return choice(choices);
    }

    /** One text or a list of texts, each turned into something by {@code item}, which reports and returns null for what it cannot be. */
    static <T> Kind<List<T>> texts(String type, String range, BiFunction<TomlNode, Reading, T> item) {
        return new Kind<>(type, range, (node, reading) -> {
            List<T> out = new ArrayList<>();
            boolean good = true;
            List<TomlNode> items = items(node, TomlNode.Kind.TEXT, "write text in quotes, or a list of it", reading);
            for (TomlNode each : items) {
                T value = item.apply(each, reading);
                good &= value != null;
                out.add(value);
            }
            return good && !items.isEmpty() ? out : null;
        }, values -> list(values.stream().map(value -> quoted(value.toString())).toList()));
    }

    /** The value itself or the elements of a list; those of another kind are reported and left out, and so is an empty list. */
    static List<TomlNode> items(TomlNode node, TomlNode.Kind wanted, String remedy, Reading reading) {
        if (node.kind() != TomlNode.Kind.ARRAY) {
            return is(node, wanted, remedy, reading) ? List.of(node) : List.of();
        }
        if (node.elements().isEmpty()) {
            reading.error(node, "is an empty list", "name something, or remove the key");
        }
        for (TomlNode element : node.elements()) {
            if (!is(element, wanted, remedy, reading)) {
                return List.of();
            }
        }
        return node.elements();
    }

    static boolean is(TomlNode node, TomlNode.Kind wanted, String remedy, Reading reading) {
        if (node.kind() == wanted) {
            return true;
        }
        reading.error(node, "is " + node.kind().words() + " instead of " + wanted.words(), remedy);
        return false;
    }

    private static String readText(TomlNode node, Reading reading) {
        if (!is(node, TomlNode.Kind.TEXT, "put it in quotes", reading)) {
            return null;
        }
        if (node.text().isBlank()) {
            reading.error(node, "is empty", "write something, or remove the key");
            return null;
        }
        return node.text();
    }

    private static String readName(TomlNode node, Reading reading) {
        String name = readText(node, reading);
        if (name == null) {
            return null;
        }
        boolean good = name.length() <= LONGEST_NAME && name.equals(name.strip()) && name.chars().noneMatch(Character::isISOControl);
        if (!good) {
            reading.error(node, "is no good name", "write up to " + LONGEST_NAME + " characters, no blanks at the ends");
        }
        return good ? name : null;
    }

    private static Path readPath(TomlNode node, Reading reading) {
        String text = readText(node, reading);
        try {
            return text == null ? null : reading.directory().resolve(text).normalize();
        } catch (InvalidPathException e) {
            reading.error(node, "is no path", "remove what a path cannot hold");
            return null;
        }
    }

    static String list(List<String> items) {
        return "[" + String.join(", ", items) + "]";
    }

    /** As a TOML basic string. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(c < ' ' || c == 0x7f ? String.format(Locale.ROOT, "\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        return out.append('"').toString();
    }
}
