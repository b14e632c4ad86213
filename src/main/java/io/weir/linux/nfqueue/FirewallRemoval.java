package io.weir.linux.nfqueue;

import java.util.ArrayList;
import java.util.List;

/** Reads what {@code iptables-save} prints and writes what takes our chains, and only ours, out again. */
final class FirewallRemoval {
    private final List<String> hooks = new ArrayList<>();
    private final List<String> chains = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private String table;

    private FirewallRemoval() {
    }

    /**
     * @param saved whole output of {@code iptables-save} or {@code ip6tables-save}
     * @return input of {@code iptables-restore --noflush}; empty when nothing of ours is there
     */
    static String of(String saved) {
        FirewallRemoval removal = new FirewallRemoval();
        saved.lines().forEach(removal::read);
        return removal.text.toString();
    }

    private void read(String line) {
        if (line.startsWith("*")) {
            table = line;
        } else if (line.startsWith(":" + FirewallRules.CHAIN_PREFIX)) {
            chains.add(line.substring(1, line.indexOf(' ')));
        } else if (line.startsWith("-A ") && line.contains(" -j " + FirewallRules.CHAIN_PREFIX)
            && !line.startsWith("-A " + FirewallRules.CHAIN_PREFIX)) {
            hooks.add(line);
        } else if (line.equals("COMMIT")) {
            commit();
        }
    }

    private void commit() {
        if (!chains.isEmpty()) {
            text.append(table).append('\n');
            hooks.forEach(hook -> text.append("-D").append(hook.substring(2)).append('\n'));
            // first all empty, then all gone: one may lead to another
            chains.forEach(chain -> text.append("-F ").append(chain).append('\n'));
            chains.forEach(chain -> text.append("-X ").append(chain).append('\n'));
            text.append("COMMIT\n");
        }
        hooks.clear();
        chains.clear();
    }
}
