package io.weir.config;

/**
 * One key of the configuration: all that the reader, the printer and the documentation know of it.
 *
 * @param fallback the value when the key is absent; null for none
 * @param required whether its table is wrong without it
 * @param meaning  one sentence
 */
record Key<T>(String name, Kind<T> kind, T fallback, boolean required, String meaning) {

    static <T> Key<T> of(String name, Kind<T> kind, T fallback, String meaning) {
        return new Key<>(name, kind, fallback, false, meaning);
    }

    static <T> Key<T> optional(String name, Kind<T> kind, String meaning) {
        return new Key<>(name, kind, null, false, meaning);
    }

    static <T> Key<T> required(String name, Kind<T> kind, String meaning) {
        return new Key<>(name, kind, null, true, meaning);
    }

    /** As documentation shows it. */
    String fallbackText() {
        return required ? "required" : fallback == null ? "none" : kind.printer().apply(fallback);
    }
}
