package io.weir.config;

import io.weir.upstream.Credentials;
import io.weir.upstream.Upstream;
import io.weir.upstream.UpstreamType;
import io.weir.upstream.Upstreams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes upstreams of their tables. */
final class UpstreamAssembly {
    private final Reading reading;
    private final Map<String, TomlNode> names = new LinkedHashMap<>();
    private final List<Upstream> upstreams = new ArrayList<>();

    UpstreamAssembly(Reading reading) {
        this.reading = reading;
    }

    void add(Values values) {
        if (values.has(Keys.UPSTREAM_NAME)) {
            TomlNode earlier = names.putIfAbsent(values.get(Keys.UPSTREAM_NAME), values.node(Keys.UPSTREAM_NAME));
            if (earlier != null) {
                String message = "another upstream has this name, on line " + reading.line(earlier);
                reading.error(values.node(Keys.UPSTREAM_NAME), message, "rename one of them");
            }
        }
        boolean complete = values.has(Keys.UPSTREAM_NAME) && values.has(Keys.TYPE) && values.has(Keys.ADDRESS);
        if (values.has(Keys.PASSWORD) && !values.table().entries().containsKey(Keys.USERNAME.name())) {
            reading.error(values.node(Keys.PASSWORD), "a password without a user name", "add username = \"…\"");
        } else if ((!values.has(Keys.ADDRESS) || reachable(values)) && complete) {
            addComplete(values);
        }
    }

    /** Looks at the address alone, so that it is checked although the name or the type is wrong too. */
    private boolean reachable(Values values) {
        try {
            Upstream.of("upstream", UpstreamType.SOCKS5, values.get(Keys.ADDRESS), null);
            return true;
        } catch (IllegalArgumentException e) {
            reading.error(values.node(Keys.ADDRESS), e, "write address:port, as in 10.1.2.3:1080");
            return false;
        }
    }

    private void addComplete(Values values) {
        String username = values.get(Keys.USERNAME);
        Secret password = values.get(Keys.PASSWORD);
        boolean broken = password == null && values.table().entries().containsKey(Keys.PASSWORD.name());
        if (broken) {
            return;
        }
        Credentials credentials = username == null ? null : new Credentials(username, password == null ? "" : password.value());
        try {
            Upstream upstream = Upstream.of(values.get(Keys.UPSTREAM_NAME), values.get(Keys.TYPE), values.get(Keys.ADDRESS), credentials);
            if (upstreams.stream().noneMatch(other -> other.name().equals(upstream.name()))) {
                upstreams.add(upstream);
            }
        } catch (IllegalArgumentException e) {
            reading.error(values.node(Keys.USERNAME), e, "correct username and password");
        }
    }

    /** Every name in the file, those of broken upstreams included: a rule that names one is not wrong for that. */
    Map<String, TomlNode> names() {
        return names;
    }

    Upstreams upstreams() {
        return new Upstreams(upstreams);
    }
}
