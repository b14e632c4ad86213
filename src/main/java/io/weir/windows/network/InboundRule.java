package io.weir.windows.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rule in Windows Firewall that lets reflected connections reach the relay: they come from Internet addresses, so by default they would be
 * dropped without a word. It is named after this process; what a process that no longer runs left behind is removed by the next.
 */
public final class InboundRule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InboundRule.class);
    private static final String NAME = "Weir relay ";

    private final ProgramRunner runner;
    private final FirewallRules rules;
    private final String netsh;
    private final String image;
    private final long pid;
    private final LongPredicate running;
    private boolean added;

    InboundRule(ProgramRunner runner, FirewallRules rules, String netsh, String image, long pid, LongPredicate running) {
        this.runner = runner;
        this.rules = rules;
        this.netsh = netsh;
        this.image = image;
        this.pid = pid;
        this.running = running;
    }

    /** For this process; nothing is changed yet. */
    public static InboundRule ofThisProcess() {
        ProcessHandle self = ProcessHandle.current();
        String image = self.info().command().orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java.exe").toString());
        String windows = System.getenv().getOrDefault("SystemRoot", "C:\\Windows"); // never a netsh.exe that lies in the current folder
        return new InboundRule(ProgramRunner.ofSystem(), FirewallRules.ofRegistry(), windows + "\\System32\\netsh.exe", image, self.pid(),
            pid -> ProcessHandle.of(pid).map(process -> process.info().command().orElse(image).equalsIgnoreCase(image)).orElse(false));
    }

    /** Takes away the rules of runs that ended without doing so. */
    public void removeLeftovers() {
        for (FirewallRule rule : rules.all()) {
            String of = rule.name().startsWith(NAME) ? rule.name().substring(NAME.length()) : "";
            if (of.matches("\\d{1,10}") && Long.parseLong(of) != pid && !running.test(Long.parseLong(of))) {
                LOG.info("Windows Firewall: removing the rule \"{}\" that an earlier run left", rule.name());
                delete(rule.name());
            }
        }
    }

    /** Lets TCP connections to these ports in, from any address. What stands in the way is logged; nothing is thrown. */
    public void add(Collection<Integer> ports) {
        for (FirewallRule rule : rules.all()) {
            if (rule.blocks(image)) {
                LOG.warn("Windows Firewall has a rule \"{}\" that blocks {}, and it wins over Weir's own: redirected connections will not arrive. "
                    + "Remove it (wf.msc, Inbound Rules), or set redirect.mode = \"loopback\"", rule.name(), rule.program());
            }
        }
        List<String> command = command("add", "dir=in", "action=allow", "program=" + image, "protocol=TCP",
            "localport=" + ports.stream().sorted().distinct().map(String::valueOf).collect(Collectors.joining(",")),
            "remoteip=any", "profile=any", "edge=no");
        String problem = problem(command);
        if (problem == null) {
            added = true;
        } else {
            LOG.warn("Windows Firewall did not take the rule that lets redirected connections in: {}. Where they do not arrive, allow inbound TCP to "
                + "{} by hand, or set redirect.mode = \"loopback\"", problem, image);
        }
    }

    /** Removes the rule; harmless when there is none. */
    @Override
    public void close() {
        if (added) {
            added = false;
            delete(NAME + pid);
        }
    }

    private void delete(String name) {
        String problem = problem(List.of(netsh, "advfirewall", "firewall", "delete", "rule", "name=" + name, "dir=in"));
        if (problem != null) {
            LOG.warn("Windows Firewall did not remove the rule \"{}\": {}. Remove it by hand: netsh advfirewall firewall delete rule name=\"{}\"",
                name, problem, name);
        }
    }

    private List<String> command(String verb, String... what) {
        List<String> command = new ArrayList<>(List.of(netsh, "advfirewall", "firewall", verb, "rule", "name=" + NAME + pid));
        command.addAll(List.of(what));
        return command;
    }

    /** Null when it worked. */
    private String problem(List<String> command) {
        try {
            ProgramRunner.Result result = runner.run(command);
            return result.exit() == 0 ? null : String.format(Locale.ROOT, "netsh ended with %d: %s", result.exit(), result.output());
        } catch (IOException cannotRun) {
            return cannotRun.getMessage();
        }
    }
}
