package io.weir.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ParkedPacketsTest {
    private final ByteBuffer source = ByteBuffer.allocateDirect(8192);

    private int park(ParkedPackets parked, int length) {
        return parked.park(source, 16, length, 5, 6, 7);
    }

    @Test
    void shouldKeepBytesAndWhatTheEngineKnewWhenParked() {
        ParkedPackets parked = new ParkedPackets(2, 2);
        for (int i = 0; i < 200; i++) {
            source.put(16 + i, (byte) i);
        }
        for (int length : new int[] {60, 200}) {
            int cell = park(parked, length);
            assertEquals(length, parked.length(cell));
            assertEquals(5, parked.flags(cell));
            assertEquals(6, parked.interfaceIndex(cell));
            assertEquals(7, parked.subInterfaceIndex(cell));
            assertEquals(source.slice(16, length), parked.buffer().slice(parked.offset(cell), length));
        }
    }

    @Test
    void shouldRefuseWhenCellsOfThatSizeAreTakenOrTheSizeIsTooGreat() {
        ParkedPackets parked = new ParkedPackets(2, 1);
        int first = park(parked, ParkedPackets.SMALL_BYTES);
        assertNotEquals(ParkedPackets.NONE, first);
        assertNotEquals(ParkedPackets.NONE, park(parked, 1));
        assertEquals(ParkedPackets.NONE, park(parked, 1), "small packets leave the large cells to large packets");
        assertEquals(ParkedPackets.NONE, park(parked, ParkedPackets.LARGE_BYTES + 1));
        int large = park(parked, ParkedPackets.SMALL_BYTES + 1);
        assertNotEquals(ParkedPackets.NONE, large);
        assertEquals(ParkedPackets.NONE, park(parked, ParkedPackets.LARGE_BYTES));
        assertEquals(3, parked.used());
        parked.free(large);
        assertEquals(large, park(parked, ParkedPackets.LARGE_BYTES));
        parked.free(first);
        assertEquals(first, park(parked, 40));
    }

    @Test
    void shouldKeepEveryPacketIntactWhenUsedAtRandom() {
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        ParkedPackets parked = new ParkedPackets(7, 3);
        Map<Integer, byte[]> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            if (random.nextBoolean()) {
                byte[] packet = new byte[random.nextBoolean() ? random.nextInt(1, 129) : random.nextInt(129, 2100)];
                random.nextBytes(packet);
                source.put(16, packet);
                int cell = park(parked, packet.length);
                if (cell != ParkedPackets.NONE) {
                    assertEquals(null, model.put(cell, packet), "seed " + seed + ", step " + step + ": the cell was taken");
                }
            } else if (!model.isEmpty()) {
                int cell = model.keySet().iterator().next();
                byte[] kept = new byte[parked.length(cell)];
                parked.buffer().get(parked.offset(cell), kept);
                assertEquals(ByteBuffer.wrap(model.remove(cell)), ByteBuffer.wrap(kept), "seed " + seed + ", step " + step);
                parked.free(cell);
            }
            assertEquals(model.size(), parked.used());
        }
    }
}
