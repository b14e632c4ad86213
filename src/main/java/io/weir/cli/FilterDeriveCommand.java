package io.weir.cli;

import io.weir.config.RedirectSettings;
import io.weir.config.Settings;
import io.weir.engine.CaptureScope;
import io.weir.filter.RuleLowering;
import io.weir.filter.ScopeFilter;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.stage.RedirectShape;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code weir filter derive}: the kernel filter that the rules of a configuration need, and why. */
@Command(name = "derive", description = "Print the filter that the rules of a configuration need, each part with its reason.",
    mixinStandardHelpOptions = true)
final class FilterDeriveCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @ParentCommand
    private FilterCommand parent;

    @Option(names = {"-c", "--config"}, paramLabel = "FILE", required = true, description = "The configuration (weir.toml).")
    private Path configuration;

    FilterDeriveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Console console = parent.console(surroundings);
        Settings settings = ConfigurationFile.read(configuration, console);
        List<Endpoint> relay = relay(settings.redirect());
        CaptureScope scope = RuleLowering.scope(settings.rules(), settings.upstreams().endpoints(), relay, settings.capture());
        ScopeFilter derived = ScopeFilter.of(scope, settings.capture().impostor(), settings.stage().filter());
        console.out().println("# " + derived.filter().tests() + " of " + ScopeFilter.MOST_TESTS + " tests");
        derived.costs().forEach(cost -> console.out().println("# " + cost));
        if (settings.redirect().relayPort() == 0) {
            console.out().println("# The relay's ports are chosen when Weir starts (redirect.relay-port = 0); here port 0 stands for them.");
        }
        console.out().print(derived.commented());
        console.out().flush();
        return ExitCode.OK.number();
    }

    /** Where the relay will listen, as far as the configuration says. */
    private static List<Endpoint> relay(RedirectSettings redirect) {
        boolean reflect = redirect.shape() == RedirectShape.REFLECT;
        List<String> addresses = reflect ? List.of("0.0.0.0", "::") : List.of("127.0.0.1", "::1");
        return redirect.listen(addresses.stream().map(IpAddress::parse).toList());
    }
}
