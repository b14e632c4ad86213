package io.weir.cli;

import io.weir.config.Settings;
import io.weir.filter.FilterCheck;
import io.weir.filter.Layer;
import io.weir.filter.Warning;
import io.weir.net.Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code weir filter check}: what WinDivert would say of a filter, and more. */
@Command(name = "check", description = "Say whether a filter compiles, where it is wrong, and what to beware of.", mixinStandardHelpOptions = true)
final class FilterCheckCommand implements Callable<Integer> {
    private static final int DRIVER_TESTS = 255;
    private final Surroundings surroundings;

    @ParentCommand
    private FilterCommand parent;

    @Option(names = "--layer", paramLabel = "LAYER", description = "NETWORK (default), NETWORK_FORWARD, FLOW, SOCKET or REFLECT.")
    private Layer layer;

    @Option(names = "--json", description = "One JSON object a filter.")
    private boolean json;

    @Option(names = {"-c", "--config"}, paramLabel = "FILE", description = "Warn of filters that capture the upstreams of this configuration.")
    private Path configuration;

    @ArgGroup(multiplicity = "1")
    private Source source;

    /** One filter, or one a line. */
    private static final class Source {
        @Parameters(paramLabel = "EXPR|@FILE", description = "The filter, or a file that holds it.")
        private String filter;

        @Option(names = "--stdin", description = "Read one filter a line, write one JSON object a line.")
        private boolean stdin;
    }

    FilterCheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Console console = parent.console(surroundings);
        List<Endpoint> upstreams = List.of();
        if (configuration != null) {
            Settings settings = ConfigurationFile.read(configuration, console);
            upstreams = settings.upstreams().endpoints();
        }
        if (source.stdin) {
            return checkLines(upstreams);
        }
        FilterArgument argument = FilterArgument.of(source.filter, layer);
        FilterCheck check = FilterCheck.of(argument.text(), argument.layer(), upstreams);
        if (json) {
            surroundings.out().println(FilterJson.of(check));
        } else {
            print(check, argument, console);
        }
        return code(check.ok());
    }

    private int checkLines(List<Endpoint> upstreams) {
        boolean allOk = true;
        Layer at = layer == null ? Layer.NETWORK : layer;
        Scanner lines = new Scanner(surroundings.in(), StandardCharsets.UTF_8).useDelimiter("\n"); // a CR is white space of the language
        while (lines.hasNext()) {
            FilterCheck check = FilterCheck.of(lines.next(), at, upstreams);
            allOk &= check.ok();
            surroundings.out().println(FilterJson.of(check));
        }
        return code(allOk);
    }

    private static int code(boolean ok) {
        return (ok ? ExitCode.OK : ExitCode.INVALID).number();
    }

    private static void print(FilterCheck check, FilterArgument argument, Console console) {
        if (!check.ok()) {
            console.err().println(argument.place(check.error().from()) + console.red("error: ") + check.error().code().text()
                + (check.error().expected().isEmpty() ? "" : "; expected " + check.error().expected()));
            indented(check.pointAt(check.error().from(), check.error().to()), console);
            if (!check.suggestion().isEmpty()) {
                console.err().println("  " + check.suggestion());
            }
            return;
        }
        for (Warning warning : check.warnings()) {
            String place = warning.from() < 0 ? "" : argument.place(warning.from());
            console.err().println(place + console.bold("warning: ") + warning.text() + " [" + warning.kind().label() + "]");
            if (warning.from() >= 0) {
                indented(check.pointAt(warning.from(), warning.to()), console);
            }
        }
        console.out().println("ok: " + check.filter().tests() + " of " + DRIVER_TESTS + " tests at " + check.layer());
        console.out().println("    " + check.filter().formatted());
    }

    private static void indented(String text, Console console) {
        text.lines().forEach(line -> console.err().println("  " + line));
    }
}
