package io.weir.config;

import io.weir.filter.Filter;
import io.weir.filter.FilterCheck;
import io.weir.filter.FilterFile;
import io.weir.filter.Layer;
import io.weir.filter.Warning;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The key {@code capture.filter}: a divert filter, or {@code @FILE}.
 *
 * @param written as the configuration has it
 */
record CaptureFilter(String written, Filter filter) {
    /** Room for what Weir adds. */
    private static final int MOST_TESTS = 250;
    private static final Set<Warning.Kind> SPOKEN = Set.of(Warning.Kind.ALWAYS_TRUE, Warning.Kind.NEVER_TRUE, Warning.Kind.HEADER_ABSENT,
        Warning.Kind.ALWAYS_HOLDS, Warning.Kind.NEVER_HOLDS, Warning.Kind.NOT_NO_COMPLEMENT, Warning.Kind.FLOW_LABEL, Warning.Kind.DRIVER_REFUSES);

    static final Kind<CaptureFilter> KIND = new Kind<>("text", "a divert filter of layer NETWORK, or `@FILE`", CaptureFilter::read,
        filter -> Kinds.quoted(filter.written));

    private static CaptureFilter read(TomlNode node, Reading reading) {
        String written = Kinds.TEXT.reader().read(node, reading);
        String text = written == null ? null : written.startsWith("@") ? ofFile(written.substring(1), node, reading) : written;
        return text == null ? null : checked(written, FilterCheck.of(text, Layer.NETWORK, List.of()), node, reading);
    }

    private static String ofFile(String name, TomlNode node, Reading reading) {
        if (name.startsWith("WinDiv_")) {
            reading.error(node, "is a compiled filter", "write the filter itself");
            return null;
        }
        try {
            Path file = reading.directory().resolve(name).normalize();
            Layer layer = FilterFile.layer(file);
            if (layer != Layer.NETWORK) {
                reading.error(node, "is a filter of layer " + layer, "flows are chosen by a filter of layer NETWORK");
                return null;
            }
            return FilterFile.read(file);
        } catch (IOException e) {
            reading.error(node, "cannot be read (" + e.getMessage() + ")", "check its name, which begins at the configuration's folder, and rights");
        } catch (InvalidPathException e) {
            reading.error(node, "is no path", "remove what a path cannot hold");
        }
        return null;
    }

    private static CaptureFilter checked(String written, FilterCheck check, TomlNode node, Reading reading) {
        if (!check.ok()) {
            String expected = check.error().expected().isEmpty() ? "" : ", expected " + check.error().expected();
            String place = check.pointAt(check.error().from(), check.error().to()).indent(6).stripTrailing();
            String advice = check.suggestion().isEmpty() ? "weir filter check says more" : check.suggestion();
            reading.error(node, "does not compile: " + check.error().code().text() + expected + "\n" + place + "\n     ", advice);
            return null;
        }
        if (check.filter().tests() > MOST_TESTS) {
            reading.error(node, "has " + check.filter().tests() + " tests", "write one of at most " + MOST_TESTS);
            return null;
        }
        check.warnings().stream().filter(warning -> SPOKEN.contains(warning.kind())).forEach(warning -> reading.warning(node, warning.text(),
            "weir filter check shows where"));
        if (!check.laterFields().isEmpty()) {
            reading.warning(node, "tests " + String.join(", ", check.laterFields()) + ", which later packets of a TCP connection may pass and its "
                + "first does not", "connections are chosen by their first packet, and such a test then counts as passed");
        }
        return new CaptureFilter(written, check.filter());
    }
}
