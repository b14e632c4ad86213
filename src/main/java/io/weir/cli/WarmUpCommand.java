package io.weir.cli;

import io.weir.app.Platform;
import io.weir.app.StartException;
import io.weir.app.Weir;
import io.weir.config.Settings;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.MemoryEngine;
import io.weir.filter.Filter;
import io.weir.metrics.Counters;
import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import io.weir.stage.RedirectShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import picocli.CommandLine.Command;

/** {@code weir warm-up}: loads what a run loads and ends; the launcher records those classes in an archive that later starts share. */
@Command(name = "warm-up", hidden = true, description = "Load every class once and end.")
final class WarmUpCommand implements Callable<Integer> {
    private static final String SETTINGS = """
        [redirect]
        mode = "loopback"

        [[upstream]]
        name = "one"
        type = "socks5"
        address = "127.0.0.1:1"

        [[rule]]
        name = "one"
        process = ["weir"]
        action = "proxy:one"
        """;
    private final Surroundings surroundings;

    WarmUpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, StartException {
        Path file = Files.createTempFile("weir", ".toml");
        try {
            Files.writeString(file, SETTINGS);
            Settings settings = ConfigurationFile.read(file, new Console(surroundings.out(), surroundings.err(), true));
            LogSetup.use(settings.log(), false);
            try (Weir weir = new Weir(settings, new Rootless())) {
                weir.start();
                Banner.print(new Console(surroundings.out(), surroundings.err(), true), file, settings, weir.facts());
            }
        } finally {
            Files.delete(file);
        }
        loadOwnClasses();
        return ExitCode.OK.number();
    }

    /** Loaded, not initialized: nothing native is touched. */
    private static void loadOwnClasses() throws IOException {
        String path = System.getProperty("java.class.path").split(java.io.File.pathSeparator)[0];
        if (!path.endsWith(".jar")) {
            return;
        }
        try (JarFile jar = new JarFile(path)) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                String name = entries.nextElement().getName();
                if (name.endsWith(".class") && !name.contains("-")) {
                    try {
                        Class.forName(name.substring(0, name.length() - 6).replace('/', '.'), false, WarmUpCommand.class.getClassLoader());
                    } catch (ClassNotFoundException | LinkageError notOnThisMachine) {
                        // then it is loaded at need
                    }
                }
            }
        }
    }

    /** Nothing is captured and nobody owns anything. */
    private static final class Rootless implements Platform, OwnerLookup {
        @Override
        public Engine openEngine(CaptureScope scope, Filter chosen, Counters counters) {
            return new MemoryEngine(16);
        }

        @Override
        public Engine openWatchingEngine(CaptureScope scope, Filter chosen, Counters counters) {
            return openEngine(scope, chosen, counters);
        }

        @Override
        public OwnerLookup openOwners(Counters counters) {
            return this;
        }

        @Override
        public List<IpAddress> relayAddresses(RedirectShape shape) {
            return List.of(IpAddress.parse("127.0.0.1"));
        }

        @Override
        public int socketMark() {
            return 0;
        }

        @Override
        public int loopbackInterface() {
            return 0;
        }

        @Override
        public boolean refuseByResetOnly() {
            return false;
        }

        @Override
        public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                          long beginning) {
            return Owner.UNKNOWN;
        }

        @Override
        public boolean ask(OwnerQuery query, Answers answers) {
            return false;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
