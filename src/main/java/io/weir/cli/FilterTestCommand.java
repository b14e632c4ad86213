package io.weir.cli;

import io.weir.capture.CapturedPacket;
import io.weir.capture.CaptureReader;
import io.weir.capture.Direction;
import io.weir.capture.PacketSummary;
import io.weir.filter.AddressData;
import io.weir.filter.Evaluator;
import io.weir.filter.Explanation;
import io.weir.filter.Filter;
import io.weir.filter.Layer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code weir filter test}: a filter tried on a packet, a capture file, or a table of expectations. */
@Command(name = "test", description = "Try a filter on packets.", mixinStandardHelpOptions = true)
final class FilterTestCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @ParentCommand
    private FilterCommand parent;

    @Parameters(arity = "0..1", paramLabel = "EXPR|@FILE", description = "The filter, or a file that holds it; none with --table.")
    private String filter;

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(names = "--packets", paramLabel = "TSV", description = "With --table: names and bytes of its packets.")
    private Path packets;

    @Option(names = "--layer", paramLabel = "LAYER", description = "NETWORK (default) or NETWORK_FORWARD.")
    private Layer layer;

    @Mixin
    private PacketFacts facts;

    /** What the filter is tried on. */
    private static final class Source {
        @Option(names = "--packet", paramLabel = "HEX", description = "One IP packet.")
        private String packet;

        @Option(names = "--pcap", paramLabel = "FILE", description = "Every packet of a pcap or pcapng file.")
        private Path pcap;

        @Option(names = "--table", paramLabel = "TSV", description = "Rows of filter, packet, facts and expected result.")
        private Path table;
    }

    FilterTestCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Console console = parent.console(surroundings);
        if (source.table != null) {
            return FilterTable.run(source.table, packets, layer == null ? Layer.NETWORK : layer, console);
        }
        if (filter == null) {
            throw new CommandFailure(ExitCode.USAGE, "which filter? give EXPR or @FILE", "");
        }
        Filter compiled = FilterExplainCommand.compile(FilterArgument.of(filter, layer));
        return source.packet != null ? packet(compiled, console) : capture(compiled, console);
    }

    private int packet(Filter compiled, Console console) {
        byte[] bytes;
        try {
            bytes = HexFormat.of().parseHex(source.packet.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "--packet: " + e.getMessage(), "write pairs of hexadecimal digits");
        }
        Evaluator evaluator = new Evaluator(compiled);
        Evaluator.Outcome outcome = evaluator.evaluate(ByteBuffer.wrap(bytes), 0, bytes.length, facts.of(bytes, compiled.layer()));
        switch (outcome) {
            case MATCH -> console.out().println(console.green("match"));
            case NO_MATCH -> console.out().println("no match");
            default -> throw new CommandFailure(ExitCode.INVALID, "not a packet for a filter of layer " + compiled.layer(), "");
        }
        console.out().println("decided by  " + new Explanation(compiled).table().get(evaluator.lastTest()).strip());
        return ExitCode.OK.number();
    }

    private int capture(Filter compiled, Console console) throws IOException {
        Evaluator evaluator = new Evaluator(compiled);
        long seen = 0;
        long matched = 0;
        try (CaptureReader reader = CaptureReader.open(source.pcap)) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                seen++;
                AddressData address = facts.of(packet.bytes(), compiled.layer());
                if (packet.direction() != Direction.UNKNOWN) {
                    address.outbound = packet.direction() == Direction.OUTBOUND;
                }
                if (evaluator.evaluate(ByteBuffer.wrap(packet.bytes()), 0, packet.bytes().length, address) == Evaluator.Outcome.MATCH) {
                    matched++;
                    console.out().println(PacketSummary.of(packet));
                }
            }
        }
        console.out().println(matched + " of " + seen + " packets match");
        return ExitCode.OK.number();
    }
}
