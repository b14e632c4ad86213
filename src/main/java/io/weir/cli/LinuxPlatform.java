package io.weir.cli;

import io.weir.app.Platform;
import io.weir.config.LinuxSettings;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.filter.Filter;
import io.weir.linux.nfqueue.Marks;
import io.weir.linux.nfqueue.NfqueueEngine;
import io.weir.linux.nfqueue.NfqueueSettings;
import io.weir.linux.pipe.LinuxPipes;
import io.weir.linux.process.LinuxOwnerLookup;
import io.weir.linux.sniff.SniffEngine;
import io.weir.metrics.Counters;
import io.weir.net.IpAddress;
import io.weir.process.OwnerLookup;
import io.weir.stage.RedirectShape;
import io.weir.upstream.PipeSizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** NFQUEUE, sock_diag, marks. */
final class LinuxPlatform implements Platform {
    private static final Path IPV6_INTERFACES = Path.of("/proc/net/if_inet6");

    private final LinuxSettings settings;

    LinuxPlatform(LinuxSettings settings) {
        this.settings = settings;
    }

    @Override
    public Engine openEngine(CaptureScope scope, Filter chosen, Counters counters) {
        return new NfqueueEngine(new NfqueueSettings(settings.queue(), settings.stateDirectory()), scope, counters);
    }

    @Override
    public Engine openWatchingEngine(CaptureScope scope, Filter chosen, Counters counters) {
        return new SniffEngine(scope, counters);
    }

    @Override
    public OwnerLookup openOwners(Counters counters) {
        try {
            return new LinuxOwnerLookup();
        } catch (IllegalStateException noDiagnosis) {
            throw new EngineException(noDiagnosis.getMessage(), "load the kernel modules inet_diag, tcp_diag and udp_diag", noDiagnosis);
        }
    }

    @Override
    public List<IpAddress> relayAddresses(RedirectShape shape) {
        boolean loopback = shape == RedirectShape.LOOPBACK;
        IpAddress ipv4 = IpAddress.parse(loopback ? "127.0.0.1" : "0.0.0.0");
        return Files.exists(IPV6_INTERFACES) ? List.of(ipv4, IpAddress.parse(loopback ? "::1" : "::")) : List.of(ipv4);
    }

    @Override
    public int socketMark() {
        return Marks.OWN;
    }

    @Override
    public int loopbackInterface() {
        return 0;
    }

    @Override
    public PipeSizer pipeSizer() {
        return new LinuxPipes();
    }

    @Override
    public boolean refuseByResetOnly() {
        return false;
    }
}
