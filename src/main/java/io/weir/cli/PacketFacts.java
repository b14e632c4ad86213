package io.weir.cli;

import io.weir.filter.AddressData;
import io.weir.filter.Layer;
import picocli.CommandLine.Option;

/** The options of {@code weir filter test} that stand for what the driver knows of a packet beside its bytes. */
final class PacketFacts {
    @Option(names = "--outbound", description = "The packet leaves (default).")
    private boolean outbound;

    @Option(names = "--inbound", description = "The packet arrives.")
    private boolean inbound;

    @Option(names = "--loopback", description = "The packet is looped back.")
    private boolean loopback;

    @Option(names = "--impostor", description = "Another driver injected the packet.")
    private boolean impostor;

    @Option(names = "--if", paramLabel = "N", description = "Interface index.")
    private int interfaceIndex;

    @Option(names = "--sub-if", paramLabel = "N", description = "Sub-interface index.")
    private int subInterfaceIndex;

    @Option(names = "--timestamp", paramLabel = "N", description = "Performance-counter value.")
    private long timestamp;

    /** Those facts for a packet with these bytes. */
    AddressData of(byte[] packet, Layer layer) {
        if (inbound && outbound) {
            throw new CommandFailure(ExitCode.USAGE, "--inbound and --outbound exclude each other", "");
        }
        AddressData address = new AddressData();
        address.layer = layer;
        address.ipv6 = packet.length > 0 && packet[0] >>> 4 == 6;
        address.outbound = !inbound;
        address.loopback = loopback;
        address.impostor = impostor;
        address.interfaceIndex = interfaceIndex;
        address.subInterfaceIndex = subInterfaceIndex;
        address.timestamp = timestamp;
        return address;
    }
}
