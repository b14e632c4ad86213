package io.weir.linux.sniff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.IpAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
    private static final IpAddress OURS = IpAddress.parse("203.0.113.2");
    private static final IpAddress NEW = IpAddress.parse("2001:db8::2");
    private static final long SECOND_NS = 1_000_000_000L;

    private Set<IpAddress> now = Set.of(OURS);
    private int reads;

    private boolean contains(LocalAddresses addresses, IpAddress address, long nowNs) {
        return addresses.contains(address.high(), address.low(), nowNs);
    }

    @Test
    void shouldReadAgainForAnUnknownAddressButNotMoreThanOnceASecond() {
        LocalAddresses addresses = new LocalAddresses(() -> {
            reads++;
            return now;
        }, 0);
        assertTrue(contains(addresses, OURS, SECOND_NS / 2));
        now = Set.of(OURS, NEW);
        assertFalse(contains(addresses, NEW, SECOND_NS / 2), "read too often");
        assertTrue(contains(addresses, NEW, SECOND_NS));
        assertTrue(contains(addresses, OURS, 9 * SECOND_NS));
        assertEquals(2, reads);
    }

    @Test
    void shouldKnowTheLoopbackAddressOfThisMachine() {
        assertTrue(LocalAddresses.ofThisMachine().contains(IpAddress.parse("127.0.0.1")));
    }
}
