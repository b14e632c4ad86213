package io.weir.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A {@code weir.toml} in the making: the one place of the tests that knows how the file is spelled. */
public final class WeirFile {
    private final Map<String, List<String>> settings = new TreeMap<>();
    private final List<String> tables = new ArrayList<>();

    /** {@code set("redirect.mode", "\"loopback\"")}; without a dot a key before every table. */
    public WeirFile set(String key, String value) {
        int dot = key.lastIndexOf('.');
        settings.computeIfAbsent(key.substring(0, Math.max(0, dot)), table -> new ArrayList<>()).add(key.substring(dot + 1) + " = " + value);
        return this;
    }

    public WeirFile redirect(String mode) {
        return set("redirect.mode", "\"" + mode + "\"");
    }

    public WeirFile upstream(Proxy proxy) {
        tables.add(proxy.toml());
        return this;
    }

    public WeirFile upstream(String name, String type, String address, String... more) {
        tables.add("[[upstream]]\nname = \"" + name + "\"\ntype = \"" + type + "\"\naddress = \"" + address + "\"\n" + lines(more));
        return this;
    }

    public WeirFile rule(String name, String action, String... conditions) {
        tables.add("[[rule]]\nname = \"" + name + "\"\n" + lines(conditions) + "action = \"" + action + "\"\n");
        return this;
    }

    private static String lines(String... lines) {
        return lines.length == 0 ? "" : String.join("\n", lines) + "\n";
    }

    public static String process(String... names) {
        return "process = [\"" + String.join("\", \"", names) + "\"]";
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        settings.forEach((table, lines) -> text.append(table.isEmpty() ? "" : "[" + table + "]\n").append(String.join("\n", lines)).append("\n\n"));
        return text + String.join("\n", tables);
    }
}
