package io.weir.linux.nfqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.AddressSet;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchesTest {
    private static final long SEED = 20261121;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.0.0.0/8                 | -d 10.0.0.0/8",
        "1.2.3.4                    | -d 1.2.3.4/32",
        "1.2.3.4-1.2.3.5            | -d 1.2.3.4/31",
        "1.2.3.5-1.2.3.6            | -m iprange --dst-range 1.2.3.5-1.2.3.6",
        "128.0.0.0-255.255.255.255  | -d 128.0.0.0/1",
        "0.0.0.0/0                  | ''",
        "0.0.0.0-255.255.255.254    | -m iprange --dst-range 0.0.0.0-255.255.255.254"})
    void shouldWriteOneMatchWhenRangeIsOfIpv4(String range, String match) {
        assertEquals(List.of(match), Matches.destinations(AddressSet.parse(List.of(range)), AddressFamily.IPV4));
        assertEquals(List.of(), Matches.destinations(AddressSet.parse(List.of(range)), AddressFamily.IPV6));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "::/0                       | ''",
        "2000::/3                   | -d 2000::/3",
        "2001:db8::/32              | -d 2001:db8::/32",
        "2001:db8::1                | -d 2001:db8::1/128",
        "fe80::-fe80::ffff:ffff:ffff:ffff | -d fe80::/64",
        "fe80::-fe80:0:0:1:ffff:ffff:ffff:ffff | -d fe80::/63",
        "::5-fbff::                 | -m iprange --dst-range ::5-fbff::"})
    void shouldWriteOneMatchWhenRangeIsOfIpv6(String range, String match) {
        assertEquals(List.of(match), Matches.destinations(AddressSet.parse(List.of(range)), AddressFamily.IPV6));
        assertEquals(List.of(), Matches.destinations(AddressSet.parse(List.of(range)), AddressFamily.IPV4));
    }

    @Test
    void shouldMatchEverythingWhenSetIsAbsentAndNothingWhenItIsEmpty() {
        assertEquals(List.of(""), Matches.destinations(null, AddressFamily.IPV4));
        assertEquals(List.of(), Matches.destinations(AddressSet.parse(List.of()), AddressFamily.IPV4));
    }

    @Test
    void shouldSayTheSameAsTheSetWhenItIsRandom() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 500; round++) {
            List<AddressSet.Range> ranges = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                ranges.add(range(random));
            }
            AddressSet set = AddressSet.of(ranges);
            List<String> items = Stream.of(AddressFamily.values())
                .flatMap(family -> Matches.destinations(set, family).stream().map(match -> item(match, family))).toList();
            assertEquals(set, AddressSet.parse(items), "seed " + SEED + ", round " + round + ": " + items);
        }
    }

    /** Often aligned to a prefix, often touching the ends of the family. */
    private static AddressSet.Range range(SplittableRandom random) {
        boolean ipv4 = random.nextBoolean();
        long mask = ipv4 ? (1L << random.nextInt(33)) - 1 : random.nextInt(4) == 0 ? -1L : (1L << random.nextInt(64)) - 1;
        long low = random.nextInt(5) == 0 ? 0 : random.nextLong();
        low = ipv4 ? low & 0xffff_ffffL | IpAddress.MAPPED_PREFIX : low;
        long high = ipv4 ? 0 : random.nextLong() | 0x2000_0000_0000_0000L;
        long first = random.nextInt(3) > 0 ? low & ~mask : low;
        return new AddressSet.Range(new IpAddress(high, first), new IpAddress(high, first | mask));
    }

    private static String item(String match, AddressFamily family) {
        return match.isEmpty() ? family == AddressFamily.IPV4 ? "0.0.0.0/0" : "::/0" : match.substring(match.lastIndexOf(' ') + 1);
    }

    @Test
    void shouldCountRangesTwiceWhenPortsAreSplit() {
        assertEquals(List.of(""), Matches.ports(null, "dports"));
        assertEquals(List.of(""), Matches.ports(PortSet.parse("0-65535"), "dports"));
        assertEquals(List.of("-m multiport --dports 80,443,8000:8100"), Matches.ports(PortSet.parse("80,443,8000-8100"), "dports"));
        assertEquals(List.of("-m multiport --sports 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29"),
            Matches.ports(PortSet.parse("1,3,5,7,9,11,13,15,17,19,21,23,25,27,29"), "sports"));
        assertEquals(List.of("-m multiport --dports 1:2,4:5,7:8,10:11,13:14,16:17,19:20", "-m multiport --dports 22:23,25"),
            Matches.ports(PortSet.parse("1-2,4-5,7-8,10-11,13-14,16-17,19-20,22-23,25"), "dports"));
    }

    @Test
    void shouldSayTheSameAsThePortsWhenTheyAreRandom() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 50; round++) {
            PortSet set = PortSet.parse(Integer.toString(random.nextInt(65536)));
            for (int i = random.nextInt(60); i > 0; i--) {
                int first = random.nextInt(65536);
                set = set.union(PortSet.parse(first + "-" + Math.min(65535, first + random.nextInt(3))));
            }
            PortSet read = null;
            for (String match : Matches.ports(set, "dports")) {
                String list = match.substring(match.lastIndexOf(' ') + 1);
                assertTrue(list.split("[,:]").length <= 15, () -> "too long for multiport: " + match);
                PortSet part = PortSet.parse(list.replace(':', '-'));
                read = read == null ? part : read.union(part);
            }
            assertEquals(set, read, "seed " + SEED + ", round " + round);
        }
    }
}
