package io.weir.cli;

import io.weir.app.Rehearsal;
import io.weir.capture.CaptureReader;
import io.weir.capture.ReplayEngine;
import io.weir.config.Settings;
import io.weir.engine.EngineException;
import io.weir.net.AddressSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Parameters;

/** {@code weir replay}: what would have happened to the flows of a capture file. Needs no rights; nothing is sent. */
@Command(name = "replay", description = "Run a capture file through the rules: what would have happened to each flow, and why.",
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @ParentCommand
    private WeirCommand parent;

    @Parameters(paramLabel = "FILE", description = "A capture: pcap or pcapng. Owners are read from pcapng comments.")
    private Path capture;

    @Option(names = {"-c", "--config"}, required = true, paramLabel = "FILE", description = "The configuration (weir.toml).")
    private Path file;

    @Option(names = "--local", split = ",", paramLabel = "PREFIX", description = "Addresses of the machine it was captured on; else guessed.")
    private List<String> local = List.of();

    @Option(names = "--process", paramLabel = "NAME|PATH", description = "The program every flow belongs to that has no owner in the file.")
    private String process;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ReplayCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Console console = parent.console(surroundings);
        Settings settings = ConfigurationFile.read(file, console);
        ReplayTable table = new ReplayTable();
        try (ReplayEngine engine = new ReplayEngine(CaptureReader.open(capture), addresses(), table::packet)) {
            Rehearsal.Result result = Rehearsal.run(settings, engine, AssumedOwners.over(engine.owners(), process), engine::nowNs);
            if (json) {
                surroundings.out().println(table.json(result));
            } else {
                table.print(console, result);
            }
        } catch (IOException unreadable) {
            throw new CommandFailure(ExitCode.INVALID, unreadable.getMessage(), "give a pcap or pcapng file");
        } catch (EngineException damaged) {
            throw new CommandFailure(ExitCode.INVALID, damaged.getMessage(), damaged.remedy());
        }
        return ExitCode.OK.number();
    }

    private AddressSet addresses() {
        try {
            return AddressSet.parse(local);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.USAGE, "--local: " + wrong.getMessage(), "");
        }
    }
}
