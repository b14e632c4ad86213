package io.weir.cli;

import io.weir.app.Weir;
import io.weir.config.Settings;
import io.weir.net.Endpoint;
import io.weir.rules.Rule;
import io.weir.upstream.Upstream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code run} says when everything stands: engine, redirection, upstreams, rules; then {@code ready}. */
final class Banner {
    private static final int MOST_LINES = 20;

    private Banner() {
    }

    static void print(Console console, Path file, Settings settings, Weir.Facts facts) {
        PrintWriter err = console.err();
        err.println(console.bold("weir") + console.faint("  " + file));
        line(console, "engine", facts.engine() + ", " + facts.wiring() + " pipeline");
        line(console, "redirect", facts.shape().name().toLowerCase(Locale.ROOT) + " to " + relay(facts.relay()));
        List<Upstream> upstreams = List.copyOf(settings.upstreams().all());
        for (int i = 0; i < Math.min(upstreams.size(), MOST_LINES); i++) {
            Upstream upstream = upstreams.get(i);
            line(console, i == 0 ? "upstreams" : "", upstream.name() + "  " + upstream.type().label() + "  " + upstream.address());
        }
        rest(console, upstreams.size());
        List<Rule> rules = settings.rules().rules();
        for (int i = 0; i < Math.min(rules.size(), MOST_LINES); i++) {
            line(console, i == 0 ? "rules" : "", i + 1 + "  " + rules.get(i).name() + "  " + console.faint(rules.get(i).action().toString()));
        }
        rest(console, rules.size());
        err.println(console.green("ready") + console.faint("  Ctrl-C stops and puts everything back"));
        err.flush();
    }

    /** Each address once, with its ports. */
    private static String relay(List<Endpoint> relay) {
        Map<String, StringBuilder> ports = new LinkedHashMap<>();
        for (Endpoint endpoint : relay) {
            String text = endpoint.toString();
            StringBuilder list = ports.computeIfAbsent(text.substring(0, text.lastIndexOf(':')), first -> new StringBuilder());
            list.append(list.isEmpty() ? ":" : ",").append(endpoint.port());
        }
        List<String> out = new ArrayList<>();
        ports.forEach((address, list) -> out.add(address + list));
        return String.join("  ", out);
    }

    private static void line(Console console, String label, String text) {
        console.err().println("  " + console.faint(String.format(Locale.ROOT, "%-10s", label)) + text);
    }

    private static void rest(Console console, int count) {
        if (count > MOST_LINES) {
            line(console, "", console.faint("… and " + (count - MOST_LINES) + " more"));
        }
    }
}
