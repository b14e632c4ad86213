package io.weir.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8, 10.0.0.0, 10.255.255.255",
        "10.1.2.3/8, 10.0.0.0/8, 10.0.0.0, 10.255.255.255",
        "10.1.2.3, 10.1.2.3/32, 10.1.2.3, 10.1.2.3",
        "1.2.3.4/0, 0.0.0.0/0, 0.0.0.0, 255.255.255.255",
        "128.0.0.0/1, 128.0.0.0/1, 128.0.0.0, 255.255.255.255",
        "192.168.1.129/25, 192.168.1.128/25, 192.168.1.128, 192.168.1.255",
        "::/0, ::/0, ::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8:ffff::/33, 2001:db8:8000::/33, 2001:db8:8000::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::1/64, 2001:db8::/64, 2001:db8::, 2001:db8::ffff:ffff:ffff:ffff",
        "2001:db8::ffff/65, 2001:db8::/65, 2001:db8::, 2001:db8::7fff:ffff:ffff:ffff",
        "::1, ::1/128, ::1, ::1",
        "::/80, ::/80, ::, ::fffe:ffff:ffff",
        "::fffe:0:0/95, ::fffe:0:0/95, ::fffe:0:0, ::fffe:ffff:ffff",
        "::/79, ::/79, ::, ::1:ffff:ffff:ffff"})
    void shouldParsePrintAndKnowItsEnds(String text, String printed, String first, String last) {
        IpPrefix prefix = IpPrefix.parse(text);
        assertEquals(printed, prefix.toString());
        assertEquals(prefix, IpPrefix.parse(printed));
        assertEquals(IpAddress.parse(first), prefix.first());
        assertEquals(IpAddress.parse(last), prefix.last());
        assertTrue(contains(text, first) && contains(text, last));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8 ", "10.0.0.0/ 8",
        "10.0.0.0/8/8", "10.0.0/8", "::/129", "::/1000", "::/99999999999", "::/00", "::/1a", "::/\u0661", "::ffff:0:0/96", "fe80::%1/64"})
    void shouldRefuseWhatIsNoPrefix(String text) {
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text));
    }

    @Test
    void shouldRefuseLengthsOutsideTheFamily() {
        assertThrows(IllegalArgumentException.class, () -> new IpPrefix(IpAddress.parse("10.0.0.0"), 33));
        assertThrows(IllegalArgumentException.class, () -> new IpPrefix(IpAddress.parse("::"), 129));
        assertThrows(IllegalArgumentException.class, () -> new IpPrefix(IpAddress.parse("::"), -1));
    }

    @Test
    void shouldNotMixFamilies() {
        for (String ipv6 : new String[] {"::/0", "::/1", "::/64", "::/80", "::fffe:0:0/95"}) {
            for (String ipv4 : new String[] {"0.0.0.0", "1.2.3.4", "255.255.255.255"}) {
                assertFalse(contains(ipv6, ipv4), ipv6 + " " + ipv4);
            }
        }
        for (String ipv6 : new String[] {"::", "::1", "::fffe:ffff:ffff", "::1:0:0:0", "2001:db8::1"}) {
            assertFalse(contains("0.0.0.0/0", ipv6), ipv6);
        }
        assertTrue(contains("0.0.0.0/0", "::ffff:1.2.3.4"), "the mapped form is the IPv4 address");
    }

    @Test
    void shouldContainWhatLiesBetweenItsEnds() {
        long seed = 4_291;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 100_000; round++) {
            boolean ipv4 = random.nextBoolean();
            IpAddress base = ipv4 ? IpAddress.ofIpv4(random.nextInt()) : new IpAddress(random.nextLong(), random.nextLong());
            IpPrefix prefix = new IpPrefix(base, random.nextInt(ipv4 ? 33 : 129));
            int bit = random.nextInt(ipv4 ? 32 : 128);
            IpAddress near = bit < 64 ? new IpAddress(base.high(), base.low() ^ 1L << bit) : new IpAddress(base.high() ^ 1L << bit, base.low());
            boolean between = prefix.first().compareTo(near) <= 0 && near.compareTo(prefix.last()) <= 0;
            assertEquals(between && near.isIpv4() == ipv4, prefix.contains(near.high(), near.low()), "seed " + seed + ": " + prefix + " " + near);
            assertTrue(prefix.contains(base.high(), base.low()), "seed " + seed + ": " + prefix + " " + base);
        }
    }

    private static boolean contains(String prefix, String address) {
        IpAddress parsed = IpAddress.parse(address);
        return IpPrefix.parse(prefix).contains(parsed.high(), parsed.low());
    }
}
