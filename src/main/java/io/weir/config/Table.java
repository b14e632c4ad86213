package io.weir.config;

import java.util.List;

/**
 * A table of the configuration and its keys. {@code name} is empty for the keys before the first header; {@code repeated} tables are written
 * {@code [[name]]}.
 */
record Table(String name, boolean repeated, List<Key<?>> keys) {

    Key<?> key(String wanted) {
        return keys.stream().filter(key -> key.name().equals(wanted)).findFirst().orElse(null);
    }

    String header() {
        return name.isEmpty() ? "before the first table" : repeated ? "[[" + name + "]]" : "[" + name + "]";
    }
}
