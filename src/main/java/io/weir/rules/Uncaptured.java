package io.weir.rules;

import io.weir.net.AddressSet;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import java.util.List;

/** Destinations that rules cannot reach: some never, private ones unless the configuration or a rule asks for them. */
public final class Uncaptured {
    private record Block(String name, AddressSet addresses) {
        Block(String name, String... items) {
            this(name, AddressSet.parse(List.of(items)));
        }
    }

    private static final List<Block> BLOCKS = List.of(
        new Block("loopback", "127.0.0.0/8", "::1"),
        new Block("unspecified", "0.0.0.0/8", "::"),
        new Block("link-local", "169.254.0.0/16", "fe80::/10"),
        new Block("multicast", "224.0.0.0/4", "ff00::/8"),
        new Block("broadcast", "255.255.255.255"));

    /** Never captured, whatever any rule or key says. */
    public static final AddressSet NEVER = BLOCKS.stream().map(Block::addresses).reduce(AddressSet::union).orElseThrow();

    /** RFC 1918, RFC 6598 (shared address space) and RFC 4193: only where {@code capture.lan} is true or a rule's own {@code to} names them. */
    public static final AddressSet PRIVATE = AddressSet.parse(List.of("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"));

    /** UDP ports of DHCP and DHCPv6, never captured. */
    public static final PortSet DHCP_PORTS = PortSet.parse("67,68,546,547");

    private Uncaptured() {
    }

    /** {@code loopback}, {@code multicast}, …; null for an address that can be captured. */
    public static String kindOf(IpAddress address) {
        return BLOCKS.stream().filter(block -> block.addresses.contains(address)).map(Block::name).findFirst().orElse(null);
    }

    /**
     * The private addresses a rule leaves alone because its own {@code to} does not name them. Naming means an item that lies wholly inside
     * a private range: {@code 0.0.0.0/0} names nothing.
     */
    static AddressSet sparedBy(Condition condition) {
        if (condition instanceof Condition.Destination destination) {
            AddressSet spared = PRIVATE;
            for (Condition.Destination.Item item : destination.items()) {
                if (PRIVATE.containsAll(item.addresses())) {
                    spared = spared.minus(item.addresses());
                }
            }
            return spared;
        }
        List<Condition> parts = condition instanceof Condition.All all ? all.parts()
            : condition instanceof Condition.Any any ? any.parts() : List.of();
        AddressSet spared = PRIVATE;
        for (Condition part : parts) {
            spared = spared.intersect(sparedBy(part));
        }
        return spared;
    }
}
