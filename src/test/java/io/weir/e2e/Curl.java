package io.weir.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** curl, as people use it, under a name of one's choice. */
public final class Curl {
    /** curl's own word for a connect that was refused or found no way. */
    public static final int COULD_NOT_CONNECT = 7;
    public static final int TIMED_OUT = 28;

    private final Lab lab;
    private final String name;
    private final List<String> options = new ArrayList<>(List.of("-sS", "--max-time", "60"));

    public Curl(Lab lab, String name) {
        this.lab = lab;
        this.name = name;
    }

    public Curl with(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    public Finished get(String url) {
        return lab.application().run(Duration.ofSeconds(90), command(url));
    }

    /** Without waiting for the answer. */
    public Program start(String url) {
        return lab.keep(lab.application().start(lab.folder(), name, command(url)));
    }

    private String[] command(String url) {
        List<String> command = new ArrayList<>(List.of(lab.curlAs(name).toString()));
        command.addAll(options);
        command.add(url);
        return command.toArray(String[]::new);
    }

    public static String web(boolean ipv6, String path) {
        return "http://" + (ipv6 ? "[" + Lab.WEB6 + "]" : Lab.WEB) + path;
    }
}
