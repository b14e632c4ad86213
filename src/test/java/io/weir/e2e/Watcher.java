package io.weir.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks over a test's shoulder: a test that passed fails all the same when Weir logged a problem nobody expected, or left anything behind on
 * the machine; and of a test that failed everything worth reading is kept under target/e2e.
 */
public final class Watcher {
    private final Lab lab;
    private final Kernel kernel;
    private final String firewallBefore;
    private final String settingsBefore;
    private final List<Weir> watched = new ArrayList<>();

    public Watcher(Lab lab) {
        this.lab = lab;
        this.kernel = new Kernel(lab.application());
        this.firewallBefore = kernel.firewall();
        this.settingsBefore = kernel.settings();
    }

    public void watch(Weir weir) {
        watched.add(weir);
    }

    public void afterTest(String test, boolean failed) {
        String state = failed ? kernel.everything() : "";
        List<String> complaints = new ArrayList<>();
        for (Weir weir : watched) {
            if (weir.isAlive()) {
                weir.close();
            }
            complaints.addAll(weir.surprises());
        }
        if (!watched.isEmpty()) {
            compare("firewall", firewallBefore, kernel.firewall(), complaints);
            compare("settings", settingsBefore, kernel.settings(), complaints);
        }
        if (failed || !complaints.isEmpty()) {
            save(test, state.isEmpty() ? kernel.everything() : state, complaints);
        }
        watched.clear();
        if (!failed && !complaints.isEmpty()) {
            throw new AssertionError("the test passed, but:\n" + String.join("\n", complaints));
        }
    }

    private static void compare(String what, String before, String after, List<String> complaints) {
        List<String> old = before.lines().toList();
        List<String> now = after.lines().toList();
        now.stream().filter(line -> !old.contains(line)).forEach(line -> complaints.add(what + " left behind: " + line));
        old.stream().filter(line -> !now.contains(line)).forEach(line -> complaints.add(what + " taken away: " + line));
    }

    private void save(String test, String state, List<String> complaints) {
        Path folder = Path.of("target/e2e", test.replaceAll("[^\\w.-]+", "_"));
        Folders.write(folder.resolve("kernel.txt"), state);
        Folders.write(folder.resolve("complaints.txt"), String.join("\n", complaints));
        for (int i = 0; i < watched.size(); i++) {
            Weir weir = watched.get(i);
            Folders.write(folder.resolve("weir-" + i + ".log"), weir.log());
            copy(weir.folder().resolve("weir.toml"), folder.resolve("weir-" + i + ".toml"));
        }
        Folders.write(folder.resolve("servers.log"), String.join("\n", lab.servers().logs()));
    }

    private static void copy(Path from, Path to) {
        try {
            Folders.write(to, Files.readString(from));
        } catch (java.io.IOException e) {
            Folders.write(to, e.toString());
        }
    }
}
