package io.weir.linux.nfqueue;

import io.weir.engine.CaptureScope;
import io.weir.engine.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Our chains in the kernel's firewall. To be installed when the queues are bound: the kernel lets one program only bind them, so chains found
 * then belong to a run that has crashed.
 */
final class Firewall implements AutoCloseable {
    /** Of the calling thread's namespace; present when the kernel has IPv6, even without an address. */
    private static final Path IPV6_ADDRESSES = Path.of("/proc/thread-self/net/if_inet6");

    private final List<AddressFamily> families;
    private final CreatedTables tables;
    private boolean closed;

    private Firewall(List<AddressFamily> families, CreatedTables tables) {
        this.families = families;
        this.tables = tables;
    }

    /**
     * Removes leftovers, then installs the chains: both families or none.
     *
     * @throws EngineException when something is missing; nothing of ours is left then
     */
    static Firewall install(NfqueueSettings settings, CaptureScope scope) {
        Firewall firewall = new Firewall(families(), new CreatedTables(settings.stateDirectory()));
        try {
            for (AddressFamily family : firewall.families) {
                firewall.tables.note(family, remove(family));
            }
            firewall.tables.write();
            for (AddressFamily family : firewall.families) {
                new IptablesCommand(family).restore(FirewallRules.install(family, settings, scope));
            }
            return firewall;
        } catch (EngineException e) {
            try {
                firewall.close();
            } catch (EngineException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private static List<AddressFamily> families() {
        return Files.exists(IPV6_ADDRESSES) ? List.of(AddressFamily.values()) : List.of(AddressFamily.IPV4);
    }

    /** Takes our chains out. @return what iptables-save prints then */
    private static String remove(AddressFamily family) {
        IptablesCommand command = new IptablesCommand(family);
        String saved = command.save();
        String removal = FirewallRemoval.of(saved);
        if (removal.isEmpty()) {
            return saved;
        }
        command.restore(removal);
        return command.save();
    }

    /** Takes our chains out. Both families are tried before anything is thrown; after success a second call does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        List<EngineException> failures = new ArrayList<>();
        for (AddressFamily family : families) {
            try {
                tables.remove(family, remove(family));
            } catch (EngineException e) {
                failures.add(e);
            }
        }
        if (failures.isEmpty()) {
            closed = true;
            tables.forget();
        } else {
            failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
            throw failures.get(0);
        }
    }
}
