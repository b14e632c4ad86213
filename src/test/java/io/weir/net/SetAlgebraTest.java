package io.weir.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Union, intersection, difference and complement agree with membership, address by address and port by port. */
class SetAlgebraTest {
    private static final List<String> EDGES = List.of("::", "::1", "::fffe:ffff:ffff", "0.0.0.0", "0.0.0.1", "9.255.255.255", "10.0.0.0",
        "10.0.0.255", "10.0.1.0", "255.255.255.254", "255.255.255.255", "::1:0:0:0", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

    @Test
    void shouldAgreeWithMembershipWhenAddressSetsAreCombined() {
        for (long seed = 1; seed <= 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            AddressSet one = randomAddresses(random);
            AddressSet two = randomAddresses(random);
            for (String edge : EDGES) {
                IpAddress address = IpAddress.parse(edge);
                String message = "seed " + seed + ": " + edge + " in {" + one + "} {" + two + "}";
                assertEquals(one.contains(address) || two.contains(address), one.union(two).contains(address), message);
                assertEquals(one.contains(address) && two.contains(address), one.intersect(two).contains(address), message);
                assertEquals(one.contains(address) && !two.contains(address), one.minus(two).contains(address), message);
                assertEquals(!one.contains(address), one.complement().contains(address), message);
            }
            assertEquals(one, one.complement().complement(), "seed " + seed);
            assertTrue(one.union(two).containsAll(two), "seed " + seed);
            assertEquals(two.minus(one).isEmpty(), one.containsAll(two), "seed " + seed);
            for (AddressSet.Range range : one.union(two).ranges()) {
                assertEquals(range.first().isIpv4(), range.last().isIpv4(), "seed " + seed);
            }
        }
    }

    private static AddressSet randomAddresses(SplittableRandom random) {
        List<AddressSet.Range> ranges = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            IpAddress first = IpAddress.parse(EDGES.get(random.nextInt(EDGES.size())));
            IpAddress last = IpAddress.parse(EDGES.get(random.nextInt(EDGES.size())));
            ranges.add(first.compareTo(last) <= 0 ? new AddressSet.Range(first, last) : new AddressSet.Range(last, first));
        }
        return AddressSet.of(ranges);
    }

    @Test
    void shouldHoldNoIpv4AddressWhenOnlyIpv6IsWritten() {
        AddressSet everyIpv6 = AddressSet.parse(List.of("::/0"));
        assertTrue(everyIpv6.contains(IpAddress.parse("2001:db8::1")));
        assertFalse(everyIpv6.contains(IpAddress.parse("192.0.2.1")));
        assertTrue(AddressSet.parse(List.of("::/0", "0.0.0.0/0")).complement().isEmpty());
    }

    @Test
    void shouldJoinNeighboursWhenTheyTouch() {
        assertEquals(AddressSet.parse(List.of("10.0.0.0/24")), AddressSet.parse(List.of("10.0.0.128/25", "10.0.0.0/25")));
    }

    @Test
    void shouldAgreeWithMembershipWhenPortSetsAreCombined() {
        PortSet one = PortSet.parse("1-10,80,65000-65535");
        PortSet two = PortSet.parse("0-5,80-90");
        assertEquals(PortSet.parse("0-10,80-90,65000-65535"), one.union(two));
        assertEquals(PortSet.parse("1-5,80"), one.intersect(two));
        assertEquals(PortSet.parse("6-10,65000-65535"), one.minus(two));
        assertEquals("6-10,65000-65535", one.minus(two).toString());
        assertTrue(one.minus(one).isEmpty());
        assertTrue(one.containsAll(PortSet.parse("2-3,80")));
        assertFalse(one.containsAll(two));
    }
}
