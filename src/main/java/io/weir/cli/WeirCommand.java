package io.weir.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: what all commands share. */
@Command(name = "weir", description = "Diverts the connections of chosen programs to chosen proxies.", mixinStandardHelpOptions = true,
    versionProvider = WeirCommand.Version.class, synopsisSubcommandLabel = "COMMAND", usageHelpAutoWidth = true,
    subcommands = {RunCommand.class, MonitorCommand.class, CheckCommand.class, ExplainCommand.class, ReplayCommand.class, FilterCommand.class,
        WarmUpCommand.class})
final class WeirCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "No colours, as with the environment variable NO_COLOR.")
    private boolean noColor;

    /** Runs a command line of its own; never exits the process. @return the exit code */
    static int execute(Surroundings surroundings, String... arguments) {
        CommandLine line = new CommandLine(new WeirCommand(), new Commands(surroundings));
        line.setOut(surroundings.out()).setErr(surroundings.err());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false); // @FILE is a filter's own notation
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
            surroundings.terminal() ? CommandLine.Help.Ansi.AUTO : CommandLine.Help.Ansi.OFF));
        line.setExecutionExceptionHandler(WeirCommand::explain);
        line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(exitCodes());
        int code = line.execute(arguments);
        surroundings.out().flush();
        surroundings.err().flush();
        return code;
    }

    private static java.util.Map<String, String> exitCodes() {
        java.util.Map<String, String> codes = new java.util.LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(" " + code.number(), code.meaning());
        }
        return codes;
    }

    private static int explain(Exception problem, CommandLine command, CommandLine.ParseResult parsed) {
        if (problem instanceof CommandFailure failure) {
            List<String> lines = new ArrayList<>(List.of("weir: " + failure.getMessage()));
            if (!failure.remedy().isEmpty()) {
                lines.add("      " + failure.remedy());
            }
            lines.forEach(command.getErr()::println);
            return failure.code().number();
        }
        command.getErr().println("weir: an error of Weir itself; please report it with what follows");
        problem.printStackTrace(command.getErr());
        return ExitCode.INTERNAL.number();
    }

    Console console(Surroundings surroundings) {
        return new Console(surroundings.out(), surroundings.err(), surroundings.terminal() && !noColor);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }

    /** From the manifest of the jar; a build folder has none. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = WeirCommand.class.getPackage().getImplementationVersion();
            return new String[] {"weir " + (version == null ? "(not packaged)" : version),
                "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " " + System.getProperty("os.arch")};
        }
    }
}
