package io.weir.e2e;

/** What careful people have in their firewall: packets connection tracking cannot place are dropped, coming and going. */
final class StrictFirewall implements AutoCloseable {
    private static final String[] HOOKS = {"INPUT", "OUTPUT"};
    private static final String[] MATCH = {"-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP"};

    private final Namespace namespace;

    StrictFirewall(Namespace namespace) {
        this.namespace = namespace;
        change("-A");
    }

    private void change(String how) {
        for (String command : new String[] {"iptables", "ip6tables"}) {
            for (String hook : HOOKS) {
                namespace.run(command, "-w", how, hook, MATCH[0], MATCH[1], MATCH[2], MATCH[3], MATCH[4], MATCH[5]).orFail();
            }
        }
    }

    long dropped() {
        return new Kernel(namespace).packetsOfRules("--ctstate INVALID");
    }

    @Override
    public void close() {
        change("-D");
    }
}
