package io.weir.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    /** RFC 5952 §1–§5 and the edges of its rules. */
    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, 2001:db8::1",
        "2001:0db8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8::0:1, 2001:db8::1",
        "2001:DB8::AAAA, 2001:db8::aaaa",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "0:0:0:0:0:0:0:0, ::",
        "::, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1:0:0:4:5:6:7:8, 1::4:5:6:7:8",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "fe80::1234:5678:9abc:def0, fe80::1234:5678:9abc:def0",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::1.2.3.4, ::102:304",
        "1:2:3:4:5:6:7.8.9.10, 1:2:3:4:5:6:708:90a",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:c000:201, 192.0.2.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255"})
    void shouldPrintAsRfc5952Says(String text, String printed) {
        IpAddress address = IpAddress.parse(text);
        assertEquals(printed, address.toString());
        assertEquals(address, IpAddress.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.1.1.1", "01.2.3.4", "1.2.3.04",
        "1.2.3.-4", "+1.2.3.4", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1.2.3.4a", "\u0661.2.3.4", "1.2.3.\uff14", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "1::2::3", "::1::", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:8:",
        ":1::2", "1::2:", "12345::", "g::", "-1::", "::+1", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4", "::1.2.3",
        "::256.1.1.1", "fe80::1%eth0", "[::1]", "::1/128", "\uff11::", "example.org", "localhost", "1.2.3.4:80"})
    void shouldRefuseWhatIsNoAddress(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));
        assertEquals("\"" + text + "\" is not an IPv4 or IPv6 address", refused.getMessage());
    }

    @Test
    void shouldReadBackWhatItPrintedAndAgreeWithTheJdk() throws UnknownHostException {
        long seed = 5_952;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(4) == 0 ? 4 : 16];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i += 2) {
                if (random.nextInt(2) == 0) {
                    bytes[i] = 0;
                    bytes[i + 1] = (byte) (random.nextInt(3) == 0 ? 1 : 0);
                }
            }
            IpAddress address = IpAddress.ofBytes(bytes);
            String where = "seed " + seed + ", round " + round + ": " + address;
            assertEquals(address, IpAddress.parse(address.toString()), where);
            assertArrayEquals(InetAddress.getByName(address.toString()).getAddress(), address.bytes(), where);
            assertEquals(bytes.length == 4, address.isIpv4(), where);
            assertEquals(InetAddress.getByAddress(bytes).isLoopbackAddress(), address.isLoopback(), where);
            assertEquals(InetAddress.getByAddress(bytes).isAnyLocalAddress(), address.isUnspecified(), where);
        }
    }

    @Test
    void shouldNeverFailOtherwiseWhenTheTextIsRandom() {
        long seed = 42;
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet = "01f:.:a9%";
        for (int round = 0; round < 200_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                IpAddress address = IpAddress.parse(text.toString());
                assertEquals(address, IpAddress.parse(address.toString()), text.toString());
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().startsWith("\""), text.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 15, 17})
    void shouldRefuseBytesOfAnotherLength(int length) {
        assertThrows(IllegalArgumentException.class, () -> IpAddress.ofBytes(new byte[length]));
    }

    @Test
    void shouldOrderUnsigned() {
        String[] ascending = {"::", "::1", "::fffe:ffff:ffff", "0.0.0.0", "127.0.0.1", "128.0.0.0", "255.255.255.255", "::1:0:0:0", "7fff::",
                "8000::", "ffff::"};
        for (int i = 1; i < ascending.length; i++) {
            IpAddress lower = IpAddress.parse(ascending[i - 1]);
            IpAddress higher = IpAddress.parse(ascending[i]);
            assertTrue(lower.compareTo(higher) < 0 && higher.compareTo(lower) > 0, ascending[i]);
        }
    }

    @Test
    void shouldTellTheFamiliesApart() {
        assertTrue(IpAddress.parse("::ffff:1.2.3.4").isIpv4());
        assertFalse(IpAddress.parse("::fffe:1.2.3.4").isIpv4());
        assertFalse(IpAddress.parse("::1:ffff:102:304").isIpv4());
        assertFalse(IpAddress.parse("1::ffff:1.2.3.4").isIpv4());
        assertEquals(0x01020304, IpAddress.parse("1.2.3.4").ipv4Bits());
        assertEquals(IpAddress.parse("254.2.3.4"), IpAddress.ofIpv4(0xfe020304));
        assertFalse(IpAddress.parse("::7f00:1").isLoopback());
        assertTrue(IpAddress.parse("127.255.0.9").isLoopback());
    }
}
