package io.weir.config;

import java.util.function.Function;

/**
 * What a key's value may be.
 *
 * @param type    in words
 * @param range   what is allowed, in words; empty when the type says all
 * @param reader  returns null after reporting what is wrong
 * @param printer gives TOML that reads back as the same value
 */
record Kind<T>(String type, String range, Reader<T> reader, Function<T, String> printer) {

    /** Reads a value, or reports every mistake in it. */
    interface Reader<T> {
        T read(TomlNode node, Reading reading);
    }
}
