package io.weir.e2e;

import java.util.ArrayList;
import java.util.List;

/** A {@code weir.toml} in the making: the one place of the tests that knows how the file is spelled. */
final class WeirFile {
    private final List<String> settings = new ArrayList<>();
    private final List<String> tables = new ArrayList<>();

    /** A line before every table, e.g. {@code redirect.mode = "loopback"} in dotted form. */
    WeirFile set(String key, String value) {
        int dot = key.lastIndexOf('.');
        settings.add(dot < 0 ? key + " = " + value : "[" + key.substring(0, dot) + "]\n" + key.substring(dot + 1) + " = " + value);
        return this;
    }

    WeirFile redirect(String mode) {
        return set("redirect.mode", "\"" + mode + "\"");
    }

    WeirFile upstream(Proxy proxy) {
        tables.add(proxy.toml());
        return this;
    }

    WeirFile upstream(String name, String type, String address, String... more) {
        tables.add("[[upstream]]\nname = \"" + name + "\"\ntype = \"" + type + "\"\naddress = \"" + address + "\"\n" + lines(more));
        return this;
    }

    WeirFile rule(String name, String action, String... conditions) {
        tables.add("[[rule]]\nname = \"" + name + "\"\n" + lines(conditions) + "action = \"" + action + "\"\n");
        return this;
    }

    private static String lines(String... lines) {
        return lines.length == 0 ? "" : String.join("\n", lines) + "\n";
    }

    static String process(String... names) {
        return "process = [\"" + String.join("\", \"", names) + "\"]";
    }

    String text() {
        return String.join("\n", settings) + "\n\n" + String.join("\n", tables);
    }
}
