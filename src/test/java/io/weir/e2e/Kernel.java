package io.weir.e2e;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the kernel of a namespace holds and counts, read from outside Weir. */
public final class Kernel {
    private static final Pattern COUNT = Pattern.compile("(\\w+)=(\\d+)");
    private static final Pattern STATISTIC = Pattern.compile("(?m)^(\\w+) +(\\d+)");
    /** Packet counters of a rule or chain, in what iptables-save -c prints. */
    private static final Pattern PACKETS = Pattern.compile("\\[(\\d+):\\d+\\]");

    private final Namespace namespace;

    public Kernel(Namespace namespace) {
        this.namespace = namespace;
    }

    /** Rules, chains that somebody made, and policies that are not ACCEPT, of both families, without counters. */
    public String firewall() {
        return (saved("iptables-save") + saved("ip6tables-save")).lines()
            .filter(line -> line.startsWith("-A") || line.startsWith(":") && !line.contains(" ACCEPT "))
            .map(line -> line.replaceAll("\\[\\d+:\\d+\\]", "")).collect(Collectors.joining("\n"));
    }

    private String saved(String... command) {
        return namespace.run(command).out();
    }

    /** Everything somebody may want to know after a failure. */
    public String everything() {
        StringBuilder all = new StringBuilder();
        for (String command : new String[] {"iptables-save -c", "ip6tables-save -c", "nft list ruleset", "conntrack -S", "conntrack -L", "nstat -asz",
            "ss -tanpie", "ip addr", "ip route", "ip rule", "cat /proc/net/netfilter/nfnetlink_queue"}) {
            all.append("== ").append(command).append('\n').append(namespace.run(command.split(" ")).out()).append('\n');
        }
        return all.toString();
    }

    /** The settings Weir might be tempted to change. */
    public String settings() {
        return namespace.run("sh", "-c", "sysctl net.ipv4.conf net.ipv6.conf net.ipv4.ip_forward net.ipv4.ip_local_port_range; ip rule; ip -6 rule; "
            + "ip route show table all; ip addr").out().replaceAll("(expires|valid_lft|preferred_lft) \\w+", "").replaceAll("(?m)^.*\\.(stable_secret|mc_).*\n", "");
    }

    /** Sums over all processors of {@code conntrack -S}. */
    public Map<String, Long> conntrack() {
        Map<String, Long> sums = new TreeMap<>();
        Matcher count = COUNT.matcher(namespace.run("conntrack", "-S").orFail().out().replaceAll("cpu=\\d+", ""));
        while (count.find()) {
            sums.merge(count.group(1), Long.parseLong(count.group(2)), Long::sum);
        }
        return sums;
    }

    /** A counter of {@code nstat}, e.g. TcpExtTCPSynRetrans. */
    public long statistic(String name) {
        Matcher statistic = STATISTIC.matcher(namespace.run("nstat", "-asz", name).orFail().out());
        while (statistic.find()) {
            if (statistic.group(1).equals(name)) {
                return Long.parseLong(statistic.group(2));
            }
        }
        throw new AssertionError("no statistic " + name);
    }

    /** Packets counted so far by the rules whose text contains {@code part}, of both families. */
    public long packetsOfRules(String part) {
        long packets = 0;
        for (String line : (saved("iptables-save", "-c") + saved("ip6tables-save", "-c")).split("\n")) {
            Matcher counted = PACKETS.matcher(line);
            if (line.contains(part) && counted.find()) {
                packets += Long.parseLong(counted.group(1));
            }
        }
        return packets;
    }
}
