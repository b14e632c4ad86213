package io.weir.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {
    private record Key(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports) {
    }

    /** Every key at one of a few homes, so that runs are long, wrap around and interleave. */
    private static final class Colliding extends KeyTable {
        private final int homes;

        Colliding(int maximum, int homes) {
            super(maximum, 1);
            this.homes = homes;
        }

        @Override
        long hash(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long ports) {
            return -1 - (sourceLow + ports) % homes; // from the last place on
        }
    }

    private static Key key(SplittableRandom random, int variety) {
        return new Key(random.nextInt(2), random.nextInt(variety), random.nextInt(2), random.nextInt(2), random.nextInt(variety));
    }

    private static int get(KeyTable table, Key key) {
        return table.get(key.sourceHigh, key.sourceLow, key.destinationHigh, key.destinationLow, key.ports);
    }

    private static int put(KeyTable table, Key key, int value) {
        return table.putIfAbsent(key.sourceHigh, key.sourceLow, key.destinationHigh, key.destinationLow, key.ports, value);
    }

    private static boolean remove(KeyTable table, Key key) {
        return table.remove(key.sourceHigh, key.sourceLow, key.destinationHigh, key.destinationLow, key.ports);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 0})
    void shouldAgreeWithHashMapWhenUsedAtRandom(int homes) {
        long seed = 20_260_101L + homes;
        SplittableRandom random = new SplittableRandom(seed);
        int maximum = 700;
        KeyTable table = homes == 0 ? new KeyTable(maximum, seed) : new Colliding(maximum, homes);
        Map<Key, Integer> model = new HashMap<>();
        for (int step = 0; step < 60_000; step++) {
            Key key = key(random, step % 20_000 < 10_000 ? 12 : 40);
            String where = "seed " + seed + ", step " + step + ", " + key;
            switch (random.nextInt(3)) {
                case 0 -> {
                    Integer there = model.get(key);
                    int expected = there != null ? there : model.size() == maximum ? KeyTable.FULL : KeyTable.MISSING;
                    assertEquals(expected, put(table, key, step), where);
                    if (expected == KeyTable.MISSING) {
                        model.put(key, step);
                    }
                }
                case 1 -> assertEquals(model.remove(key) != null, remove(table, key), where);
                default -> assertEquals(model.getOrDefault(key, KeyTable.MISSING), get(table, key), where);
            }
            assertEquals(model.size(), table.size(), where);
        }
        model.forEach((key, value) -> assertEquals(value, get(table, key), "seed " + seed + ", at the end, " + key));
    }

    @Test
    void shouldFindEveryKeyWhenGrownToItsMaximum() {
        KeyTable table = new KeyTable(50_000, 7);
        int placesAtFirst = table.places();
        for (int i = 0; i < 50_000; i++) {
            assertEquals(KeyTable.MISSING, table.putIfAbsent(0, i, 0, 9, i, i));
        }
        assertEquals(KeyTable.FULL, table.putIfAbsent(0, -1, 0, 9, 0, 1));
        assertTrue(table.places() > placesAtFirst && table.places() >= 100_000, "at most half full, places " + table.places());
        for (int i = 0; i < 50_000; i++) {
            assertEquals(i, table.get(0, i, 0, 9, i));
        }
    }

    @Test
    void shouldTellKeysApartWhenOneFieldDiffers() {
        KeyTable table = new KeyTable(10, 3);
        table.putIfAbsent(1, 2, 3, 4, KeyTable.ports(6, 5, 6), 0);
        assertEquals(0, table.get(1, 2, 3, 4, KeyTable.ports(6, 5, 6)));
        assertEquals(KeyTable.MISSING, table.get(0, 2, 3, 4, KeyTable.ports(6, 5, 6)));
        assertEquals(KeyTable.MISSING, table.get(1, 0, 3, 4, KeyTable.ports(6, 5, 6)));
        assertEquals(KeyTable.MISSING, table.get(1, 2, 0, 4, KeyTable.ports(6, 5, 6)));
        assertEquals(KeyTable.MISSING, table.get(1, 2, 3, 0, KeyTable.ports(6, 5, 6)));
        assertEquals(KeyTable.MISSING, table.get(1, 2, 3, 4, KeyTable.ports(17, 5, 6)));
        assertEquals(KeyTable.MISSING, table.get(1, 2, 3, 4, KeyTable.ports(6, 0, 6)));
        assertEquals(KeyTable.MISSING, table.get(1, 2, 3, 4, KeyTable.ports(6, 5, 0)));
    }

    @Test
    void shouldPlaceKeysElsewhereWhenSeedDiffers() {
        assertNotEquals(new KeyTable(1, 1).hash(1, 2, 3, 4, 5), new KeyTable(1, 2).hash(1, 2, 3, 4, 5));
    }

    /** What a table really sees: one client address, consecutive ports, one server. */
    @Test
    void shouldSpreadKeysWhenOnlyThePortCounts() {
        KeyTable table = new KeyTable(1 << 16, 42);
        int[] perBucket = new int[1 << 12];
        for (int port = 0; port < 1 << 16; port++) {
            perBucket[(int) table.hash(0, 0xffff_0a00_0002L, 0, 0xffff_cb00_7105L, KeyTable.ports(6, port, 443)) & perBucket.length - 1]++;
        }
        List<Integer> overfull = new ArrayList<>();
        for (int count : perBucket) {
            if (count > 48) { // mean 16, standard deviation 4
                overfull.add(count);
            }
        }
        assertFalse(overfull.size() > 0, "buckets of mean 16 hold " + overfull);
    }

    @Test
    void shouldLeaveEverythingAsItIsWhenTouched() {
        KeyTable table = new KeyTable(1000, 5);
        for (int i = 0; i < 1000; i++) {
            table.touch(i, -i, i * 3L, ~i, i);
            assertEquals(KeyTable.MISSING, table.putIfAbsent(i, -i, i * 3L, ~i, i, i));
            long hash = table.touch(i, -i, i * 3L, ~i, i);
            assertEquals(i, table.get(hash, i, -i, i * 3L, ~i, i));
        }
        for (int i = 0; i < 1000; i++) {
            table.touch(i, i, i, i, i);
            assertEquals(i, table.get(i, -i, i * 3L, ~i, i));
        }
        assertEquals(1000, table.size());
    }
}
