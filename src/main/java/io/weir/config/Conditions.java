package io.weir.config;

import io.weir.rules.Condition;
import io.weir.rules.PathStyle;
import java.util.ArrayList;
import java.util.List;

/** Reads and prints the conditions of a rule, and those in the lists of {@code any}, {@code all} and {@code none}. */
final class Conditions {
    private static final int DEEPEST = 8;

    private Conditions() {
    }

    static final Kind<List<Condition>> LIST = new Kind<>("list of tables",
        "each with conditions of a rule, as in `[ { process = \"curl\" }, { port = 80 } ]`",
        Conditions::readList, parts -> Kinds.list(parts.stream().map(part -> "{ " + String.join(", ", print(part)) + " }").toList()));

    private static List<Condition> readList(TomlNode node, Reading reading) {
        String remedy = "write a list of tables, as in [ { process = \"curl\" }, { port = 80 } ]";
        if (!Kinds.is(node, TomlNode.Kind.ARRAY, remedy, reading)) {
            return null;
        }
        if (node.path().chars().filter(c -> c == '.').count() > DEEPEST) {
            reading.errorAtKey(node, "conditions nested more than " + DEEPEST + " deep", "write them flatter");
            return null;
        }
        int before = reading.errorCount();
        List<Condition> out = new ArrayList<>();
        for (TomlNode item : Kinds.items(node, TomlNode.Kind.TABLE, remedy, reading)) {
            if (item.entries().isEmpty()) {
                reading.error(item, "is an empty table, which holds of everything", "write a condition, or remove it");
            } else {
                out.add(of(TableReader.read(item, Keys.CONDITION, reading), reading.style()));
            }
        }
        return out.isEmpty() || reading.errorCount() > before ? null : out; // half a condition would be another one
    }

    /** Every condition key of the table must hold. */
    static Condition of(Values values, PathStyle style) {
        List<Condition> parts = new ArrayList<>();
        if (values.has(Keys.PROCESS)) {
            parts.add(new Condition.Process(values.get(Keys.PROCESS)));
        }
        if (values.has(Keys.PID)) {
            parts.add(new Condition.ProcessId(values.get(Keys.PID)));
        }
        if (values.has(Keys.USER)) {
            parts.add(new Condition.User(values.get(Keys.USER), style));
        }
        if (values.has(Keys.TO)) {
            parts.add(values.get(Keys.TO));
        }
        if (values.has(Keys.PORT)) {
            parts.add(new Condition.Port(values.get(Keys.PORT)));
        }
        if (values.has(Keys.PROTOCOL)) {
            parts.add(new Condition.Transport(values.get(Keys.PROTOCOL)));
        }
        if (values.has(Keys.ALL)) {
            parts.add(new Condition.All(values.get(Keys.ALL)));
        }
        if (values.has(Keys.ANY)) {
            parts.add(new Condition.Any(values.get(Keys.ANY)));
        }
        if (values.has(Keys.NONE)) {
            parts.add(new Condition.None(values.get(Keys.NONE)));
        }
        return new Condition.All(parts);
    }

    /** {@code key = value} for every part of what {@link #of} made. */
    static List<String> print(Condition table) {
        return ((Condition.All) table).parts().stream().map(Conditions::printPart).toList();
    }

    private static String printPart(Condition part) {
        if (part instanceof Condition.Process process) {
            return print(Keys.PROCESS, process.patterns());
        }
        if (part instanceof Condition.ProcessId pid) {
            return print(Keys.PID, pid.ids());
        }
        if (part instanceof Condition.User user) {
            return print(Keys.USER, user.names());
        }
        if (part instanceof Condition.Destination to) {
            return print(Keys.TO, to);
        }
        if (part instanceof Condition.Port port) {
            return print(Keys.PORT, port.ports());
        }
        if (part instanceof Condition.Transport transport) {
            return print(Keys.PROTOCOL, transport.protocols());
        }
        if (part instanceof Condition.All all) {
            return print(Keys.ALL, all.parts());
        }
        return part instanceof Condition.Any any ? print(Keys.ANY, any.parts()) : print(Keys.NONE, ((Condition.None) part).parts());
    }

    private static <T> String print(Key<T> key, T value) {
        return key.name() + " = " + key.kind().printer().apply(value);
    }
}
