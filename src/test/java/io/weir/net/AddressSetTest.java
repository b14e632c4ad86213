package io.weir.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressSetTest {

    @ParameterizedTest
    @CsvSource({"0.0.0.0/0, 0.0.0.0, true", "0.0.0.0/0, 255.255.255.255, true", "0.0.0.0/0, ::, false", "0.0.0.0/0, ::fffe:ffff:ffff, false",
        "0.0.0.0/0, ::1:0:0:0, false", "0.0.0.0/0, 2001:db8::1, false", "::/0, ::, true", "::/0, ::fffe:ffff:ffff, true", "::/0, ::1:0:0:0, true",
        "::/0, ffff::, true", "::/0, 0.0.0.0, false", "::/0, 10.0.0.1, false", "::/0, 255.255.255.255, false", "::/80, ::1, true",
        "::/80, 10.0.0.1, false", "::/80, ::1:0:0:0, false", "::1-2001::, 10.0.0.1, false", "::1-2001::, ::2, true", "::1-2001::, ::1:0:0:0, true",
        "::1-2001::, ::, false", "::1-2001::, 2001::1, false", "10.0.0.5-10.0.0.9, 10.0.0.4, false", "10.0.0.5-10.0.0.9, 10.0.0.5, true",
        "10.0.0.5-10.0.0.9, 10.0.0.9, true", "10.0.0.5-10.0.0.9, 10.0.0.10, false", "10.0.0.5, 10.0.0.5, true", "10.0.0.5, 10.0.0.6, false",
        "::1, ::1, true", "::1, 0.0.0.1, false"})
    void shouldContainItsOwnFamilyOnly(String item, String address, boolean contained) {
        assertEquals(contained, AddressSet.parse(List.of(item)).contains(IpAddress.parse(address)));
    }

    @Test
    void shouldHaveNothingWhenItIsEmpty() {
        AddressSet empty = AddressSet.parse(List.of());
        assertTrue(empty.isEmpty());
        assertFalse(empty.contains(0, 0));
        assertEquals(List.of(), empty.ranges());
    }

    @Test
    void shouldJoinRangesWhenTheyOverlapOrTouchInOneFamily() {
        AddressSet set = AddressSet.parse(List.of("10.128.0.0/9", "10.0.0.0/9", "10.1.0.0-10.2.0.0", "255.255.255.255", "::1:0:0:0",
                "::fffe:ffff:ffff", "0.0.0.0"));
        assertEquals("[::fffe:ffff:ffff-::fffe:ffff:ffff, 0.0.0.0-0.0.0.0, 10.0.0.0-10.255.255.255, 255.255.255.255-255.255.255.255, "
                + "::1:0:0:0-::1:0:0:0]", set.ranges().stream().map(range -> range.first() + "-" + range.last()).toList().toString());
        assertEquals(AddressSet.parse(List.of("10.0.0.0/8")), AddressSet.parse(List.of("10.128.0.0/9", "10.0.0.0/9")));
        assertEquals(AddressSet.parse(List.of("10.0.0.0/8")).hashCode(), AddressSet.parse(List.of("10.128.0.0/9", "10.0.0.0/9")).hashCode());
        assertNotEquals(AddressSet.parse(List.of("10.0.0.0/8")), AddressSet.parse(List.of("10.0.0.0/9")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "10.0.0.1-", "-10.0.0.1", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "::1-10.0.0.1", "10.0.0.0/8-11.0.0.0/8",
        "10.0.0.1-10.0.0.2-3", "::2-::1", "10.0.0.0/99", "all"})
    void shouldRefuseWhatIsNoItem(String item) {
        assertThrows(IllegalArgumentException.class, () -> AddressSet.parse(List.of("10.0.0.1", item)));
    }

    @Test
    void shouldAgreeWithItsPrefixesOneByOne() {
        long seed = 99;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            List<IpPrefix> prefixes = new ArrayList<>();
            List<String> items = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                boolean ipv4 = random.nextBoolean();
                IpAddress base = ipv4 ? IpAddress.ofIpv4(random.nextInt(64) << 26 | random.nextInt(4)) : new IpAddress(random.nextInt(3),
                        random.nextLong());
                prefixes.add(new IpPrefix(base, ipv4 ? random.nextInt(33) : random.nextInt(129)));
                items.add(prefixes.get(prefixes.size() - 1).toString());
            }
            AddressSet set = AddressSet.parse(items);
            for (int i = 0; i < 20; i++) {
                IpAddress address = random.nextBoolean() ? IpAddress.ofIpv4(random.nextInt(64) << 26 | random.nextInt(4))
                        : new IpAddress(random.nextInt(3), random.nextInt(3) == 0 ? random.nextInt(0x10000) * 0x1_0000_0000L : random.nextLong());
                boolean expected = prefixes.stream().anyMatch(prefix -> prefix.contains(address.high(), address.low()));
                assertEquals(expected, set.contains(address), "seed " + seed + ": " + items + " " + address);
            }
        }
    }
}
