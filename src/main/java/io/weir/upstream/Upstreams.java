package io.weir.upstream;

import io.weir.net.Endpoint;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The configured upstreams by name, in file order. Immutable. */
public final class Upstreams {
    /** No upstream at all: everything is dialed directly. */
    public static final Upstreams NONE = new Upstreams(List.of());

    private final Map<String, Upstream> byName = new LinkedHashMap<>();

    /** @throws IllegalArgumentException when two have the same name */
    public Upstreams(Collection<Upstream> upstreams) {
        for (Upstream upstream : upstreams) {
            if (byName.put(upstream.name(), upstream) != null) {
                throw new IllegalArgumentException("two upstreams are called \"" + upstream.name() + "\"; rename one");
            }
        }
    }

    /** Null when there is none of that name. */
    public Upstream named(String name) {
        return byName.get(name);
    }

    /** Where the upstreams with a fixed address listen; those with a host name have no endpoint before they are dialed. */
    public List<Endpoint> endpoints() {
        return byName.values().stream().map(Upstream::endpoint).filter(Objects::nonNull).toList();
    }

    public Collection<Upstream> all() {
        return java.util.Collections.unmodifiableCollection(byName.values());
    }
}
