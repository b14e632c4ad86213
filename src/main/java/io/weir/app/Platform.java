package io.weir.app;

import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.filter.Filter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.process.OwnerLookup;
import io.weir.stage.RedirectShape;
import io.weir.upstream.PipeSizer;
import io.weir.upstream.Reservation;
import java.util.List;

/** What differs between operating systems. Chosen by the commands; a test brings its own. */
public interface Platform {

    /**
     * Begins to capture; {@link #openOwners} came before, so that no packet is seen of a socket that was not.
     *
     * @param chosen the user's filter, which the stages ask of first packets: flows it leaves out need not be shown; null: none
     * @throws io.weir.engine.EngineException when rights, kernel support or a resource is missing
     */
    Engine openEngine(CaptureScope scope, Filter chosen, Counters counters);

    /**
     * Begins to watch: copies of the first packets of flows, perhaps of later ones too, while the packets themselves go their way; injecting does
     * nothing.
     *
     * @param chosen as for {@link #openEngine}
     * @throws io.weir.engine.EngineException when rights, kernel support or a resource is missing
     */
    Engine openWatchingEngine(CaptureScope scope, Filter chosen, Counters counters);

    /** @throws io.weir.engine.EngineException when the tables cannot be read */
    OwnerLookup openOwners(Counters counters);

    /** Where the relay must listen for a redirect shape: one address for each family this machine has. */
    List<IpAddress> relayAddresses(RedirectShape shape);

    /**
     * The relay listens: has a firewall of this machine that would keep redirected connections away let them in; logs what it will not do.
     *
     * @return puts the firewall back; closed once, when nothing is captured any more
     */
    default AutoCloseable admitToRelay(RedirectShape shape, List<Endpoint> relay) {
        return () -> { };
    }

    /** The mark sockets of ours carry so that they are not captured; 0 where marks do not exist. */
    int socketMark();

    /**
     * Where there are no marks: TCP ports only sockets of ours may be bound to, which the kernel filter then excludes.
     *
     * @return null when the system gives none; then each socket is exempted by itself
     */
    default Reservation reservePorts() {
        return null;
    }

    /** Interface index injecting into loopback needs; 0 where none is needed. */
    int loopbackInterface();

    /**
     * From how many addresses of 127.0.0.0/8 redirected connections may come to the relay.
     *
     * @return 1: from 127.0.0.1 alone
     */
    default int mostLoopbackAddresses() {
        return Integer.MAX_VALUE;
    }

    /** Makes kernel pipes large enough to carry bulk past this process; null where there is no splicing. */
    default PipeSizer pipeSizer() {
        return null;
    }

    /** A stop takes no longer, whatever hangs; the command ends the process by force soon after. */
    default long stopWithinMs() {
        return 9_500;
    }

    /** A refused TCP connection can only be told by RST. */
    boolean refuseByResetOnly();
}
