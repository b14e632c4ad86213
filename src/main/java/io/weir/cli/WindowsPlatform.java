package io.weir.cli;

import io.weir.app.Platform;
import io.weir.config.Settings;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.filter.Filter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.process.OwnerLookup;
import io.weir.stage.RedirectShape;
import io.weir.upstream.Reservation;
import io.weir.windows.divert.DivertDriver;
import io.weir.windows.divert.DivertFiles;
import io.weir.windows.divert.DivertSettings;
import io.weir.windows.divert.PlaceCheck;
import io.weir.windows.network.InboundRule;
import io.weir.windows.network.PortReservation;
import io.weir.windows.process.WindowsOwnerLookup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** WinDivert, its socket events, the system's tables, Windows Firewall. */
final class WindowsPlatform implements Platform {
    private static final Logger LOG = LoggerFactory.getLogger(WindowsPlatform.class);
    private static final int LOOPBACK_INTERFACE = 1;

    private final Path folder;
    private final boolean allowUnpinned;
    private final DivertSettings settings;
    private DivertDriver driver;

    WindowsPlatform(Settings settings, boolean allowUnpinned) {
        folder = settings.windows().driverFolder() == null ? DivertFiles.besideProgram() : settings.windows().driverFolder();
        this.allowUnpinned = allowUnpinned;
        this.settings = new DivertSettings(settings.windows().priority(), settings.capture().impostor(), null);
    }

    /** Files are verified, and held against changes, as long as this process lives. */
    private synchronized DivertDriver driver() {
        if (driver == null) {
            DivertFiles files = DivertFiles.verified(folder, allowUnpinned);
            if (!files.pinned()) {
                LOG.warn("the WinDivert files in {} are not the official ones; they are loaded because of --allow-unpinned", folder);
            }
            PlaceCheck.problems(loadedFrom(files)).forEach(LOG::warn);
            driver = DivertDriver.load(files);
        }
        return driver;
    }

    /** The folders of the program, of its libraries, of JNA's own, and of the driver. */
    private static Set<Path> loadedFrom(DivertFiles files) {
        Set<Path> out = new LinkedHashSet<>();
        Path program = DivertFiles.program();
        Path home = Files.isDirectory(program) ? program : program.getParent();
        out.add(home);
        if (Files.isDirectory(home.resolve("lib"))) {
            out.add(home.resolve("lib"));
        }
        String natives = System.getProperty("jna.boot.library.path", "");
        if (!natives.isEmpty()) {
            out.add(Path.of(natives));
        }
        out.add(files.library().getParent());
        return out;
    }

    @Override
    public Engine openEngine(CaptureScope scope, Filter chosen, Counters counters) {
        if (scope.onOverloadPass()) {
            LOG.warn("on-overload = \"pass\" changes nothing on Windows: what the driver has no room for, it drops");
        }
        return driver().engine(settings.withChosen(chosen), scope, counters);
    }

    @Override
    public Engine openWatchingEngine(CaptureScope scope, Filter chosen, Counters counters) {
        return driver().watchingEngine(settings.withChosen(chosen), scope, counters);
    }

    @Override
    public OwnerLookup openOwners(Counters counters) {
        return WindowsOwnerLookup.open(driver(), settings, counters);
    }

    @Override
    public List<IpAddress> relayAddresses(RedirectShape shape) {
        boolean loopback = shape == RedirectShape.LOOPBACK;
        IpAddress ipv4 = IpAddress.parse(loopback ? "127.0.0.1" : "0.0.0.0");
        return hasIpv6() ? List.of(ipv4, IpAddress.parse(loopback ? "::1" : "::")) : List.of(ipv4);
    }

    private static boolean hasIpv6() {
        try (ServerSocketChannel probe = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
            probe.bind(new InetSocketAddress("::1", 0));
            return true;
        } catch (IOException | UnsupportedOperationException none) {
            return false;
        }
    }

    @Override
    public AutoCloseable admitToRelay(RedirectShape shape, List<Endpoint> relay) {
        InboundRule rule = InboundRule.ofThisProcess();
        rule.removeLeftovers();
        if (shape == RedirectShape.REFLECT) {
            rule.add(relay.stream().map(Endpoint::port).toList());
        }
        return rule;
    }

    @Override
    public int socketMark() {
        return 0;
    }

    @Override
    public Reservation reservePorts() {
        return PortReservation.acquire();
    }

    @Override
    public int loopbackInterface() {
        return LOOPBACK_INTERFACE;
    }

    /** Connections from 127.0.0.1 to itself are known to get through its loopback path; of others nobody has said so. */
    @Override
    public int mostLoopbackAddresses() {
        return 1;
    }

    /** Windows itself ends a process five seconds after its console was closed. */
    @Override
    public long stopWithinMs() {
        return 3_500;
    }

    @Override
    public boolean refuseByResetOnly() {
        return true;
    }
}
