package io.weir.cli;

import io.weir.filter.Explanation;
import io.weir.filter.Filter;
import io.weir.filter.FilterException;
import io.weir.filter.Layer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code weir filter explain}: a filter in English and as the decisions the driver takes. */
@Command(name = "explain", description = "Say in English what a filter matches, and show its decisions.", mixinStandardHelpOptions = true)
final class FilterExplainCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @ParentCommand
    private FilterCommand parent;

    @Option(names = "--layer", paramLabel = "LAYER", description = "NETWORK (default), NETWORK_FORWARD, FLOW, SOCKET or REFLECT.")
    private Layer layer;

    @Parameters(paramLabel = "EXPR|@FILE", description = "The filter, or a file that holds it.")
    private String filter;

    FilterExplainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Console console = parent.console(surroundings);
        Explanation explanation = new Explanation(compile(FilterArgument.of(filter, layer)));
        console.out().println(console.bold(explanation.english()));
        console.out().println();
        explanation.table().forEach(console.out()::println);
        return ExitCode.OK.number();
    }

    /** @throws CommandFailure when the filter does not compile */
    static Filter compile(FilterArgument argument) {
        try {
            return Filter.compile(argument.text(), argument.layer());
        } catch (FilterException e) {
            throw new CommandFailure(ExitCode.INVALID, argument.place(e.from()) + e.code().text() + " at " + e.position(),
                "weir filter check shows where and how to mend it");
        }
    }
}
