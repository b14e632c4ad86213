package io.weir.cli;

import io.weir.config.Settings;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.rules.Explanation;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Parameters;

/** {@code weir explain}: what the rules would say of a connection, and why; needs no rights and no network. */
@Command(name = "explain", description = "Say what the rules would do with a connection, and why.", mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @ParentCommand
    private WeirCommand parent;

    @Option(names = {"-c", "--config"}, required = true, paramLabel = "FILE", description = "The configuration (weir.toml).")
    private Path file;

    @Option(names = "--process", paramLabel = "NAME|PATH", description = "The program: its name, or the path of its image. Not given: not known.")
    private String process;

    @Option(names = "--user", paramLabel = "USER", description = "The user it runs as.", defaultValue = "")
    private String user;

    @Option(names = "--pid", paramLabel = "PID", description = "Its process id, where a rule asks for one.", defaultValue = "1")
    private long pid;

    @Option(names = "--protocol", paramLabel = "tcp|udp", description = "Default: tcp.", defaultValue = "tcp")
    private Protocol protocol;

    @Parameters(paramLabel = "HOST:PORT", description = "Where it connects to: 203.0.113.7:443 or [2001:db8::1]:443.")
    private String destination;

    ExplainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(destination);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.USAGE, wrong.getMessage(), "");
        }
        Console console = parent.console(surroundings);
        Settings settings = ConfigurationFile.read(file, console);
        Explanation explanation = settings.explain(protocol, endpoint, owner());
        print(console, explanation.text());
        return ExitCode.OK.number();
    }

    private Owner owner() {
        if (process == null) {
            return user.isEmpty() ? null : new Owner(pid, 0, "", "", user);
        }
        return Programs.owner(pid, process, user);
    }

    private static void print(Console console, List<String> lines) {
        for (String line : lines) {
            console.out().println(line.contains("  DECIDES ") || line.startsWith("verdict:") ? console.bold(line) : line);
        }
    }
}
