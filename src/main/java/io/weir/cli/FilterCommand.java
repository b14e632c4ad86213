package io.weir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code weir filter}: everything about divert filters; needs neither driver nor rights. */
@Command(name = "filter", description = "Check, explain, try and derive divert filters.", mixinStandardHelpOptions = true,
    subcommands = {FilterCheckCommand.class, FilterExplainCommand.class, FilterTestCommand.class,
        FilterDeriveCommand.class}, synopsisSubcommandLabel = "COMMAND")
final class FilterCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private WeirCommand parent;

    Console console(Surroundings surroundings) {
        return parent.console(surroundings);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }
}
