package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.net.Protocol;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The same with the kernel's watch on who makes a socket. */
@EnabledOnOs(OS.LINUX)
class WatchedOwnerLookupTest extends LinuxOwnerLookupTest {

    @Override
    SocketWatch watch() {
        try {
            return SocketWatch.start();
        } catch (IllegalStateException e) {
            Assumptions.abort("no watch on sockets here: " + e.getMessage());
            return null;
        }
    }

    @Test
    void shouldFindEveryFurtherSocketAtOnceWhenItsProcessIsKnown() {
        OwnedFlow first = openFlow(Protocol.TCP);
        ask(Protocol.TCP, first.local(), first.remote());
        for (int i = 0; i < 200; i++) {
            OwnedFlow flow = openFlow(i % 2 == 0 ? Protocol.TCP : Protocol.UDP);
            assertEquals(flow.owner(), find(flow), "socket " + i);
        }
    }
}
