package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.process.OwnSocketsContractTest;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Against this Windows' own tables, on loopback, without events. */
@Tag("windows")
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "needs a Windows JVM: tools/wine/junit")
class WindowsTablesTest extends OwnSocketsContractTest {
    /** The bed remembers for a second which socket a handle is: sockets stay open, so that no handle is another's meanwhile. */
    private static final Deque<Closeable> OPEN = new ArrayDeque<>();

    private final WindowsOwnerLookup lookup = WindowsOwnerLookup.byTables(new Counters());
    private final Owner self = WindowsPrograms.ownerOf(ProcessHandle.current().pid());

    @BeforeAll
    static void outliveTheSocketsOfOtherTests() {
        LockSupport.parkNanos(1_100_000_000L);
    }

    @AfterEach
    void close() {
        lookup.close();
    }

    @AfterAll
    static void closeSockets() throws IOException {
        while (!OPEN.isEmpty()) {
            OPEN.pop().close();
        }
    }

    @Override
    protected OwnerLookup lookup() {
        return lookup;
    }

    @Override
    protected Owner self() {
        return self;
    }

    @Override
    protected <T extends Closeable> T keep(T resource) {
        OPEN.push(resource);
        return resource;
    }

    @Test
    void shouldNameTheOwnerWhenADatagramSocketIsBoundToEveryAddress() throws IOException {
        assertOwned(datagrams("127.0.0.1", StandardProtocolFamily.INET, false));
    }

    @Test
    void shouldNameWhoListensWhenTheListenerIsBoundToEveryAddress() throws IOException {
        assertEquals(self, lookup.listener(Endpoint.parse("127.0.0.1:" + listener("0.0.0.0").getLocalPort())));
        assertEquals(self, lookup.listener(Endpoint.parse("[::1]:" + listener("::").getLocalPort())));
    }
}
