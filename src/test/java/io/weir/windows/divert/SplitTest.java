package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import io.weir.filter.Layer;
import io.weir.metrics.Counters;
import io.weir.testkit.PacketFixtures;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever bytes come, every one of them goes back, with the records that came with them. */
class SplitTest {
    private final FakeDriver driver = new FakeDriver();
    private final WinDivertBatch batch = new WinDivertBatch();

    private static byte[] randomPacket(SplittableRandom random) {
        String[] ends = random.nextBoolean() ? new String[] {"10.0.0.1:1", "203.0.113.2:2"} : new String[] {"[2001:db8::1]:1", "[2001:db8::2]:2"};
        byte[] packet = (random.nextBoolean() ? PacketFixtures.tcp(ends[0], ends[1]) : PacketFixtures.udp(ends[0], ends[1]))
            .payloadLength(random.nextInt(60)).bytes();
        if (random.nextInt(5) == 0) {
            packet[random.nextInt(6)] = (byte) random.nextInt(256); // version, lengths: what the split reads
        }
        return packet;
    }

    private void received(byte[] bytes, int records) {
        batch.prepare(0);
        new Pointer(batch.packetsAt()).write(0, bytes, 0, bytes.length);
        for (int i = 0; i < records; i++) {
            byte[] record = FakeDriver.networkRecord(WinDivertAddress.OUTBOUND, i, 0);
            new Pointer(batch.recordAt(i)).write(0, record, 0, record.length);
        }
        new Pointer(batch.receivedAt()).setInt(0, bytes.length);
        new Pointer(batch.recordBytesAt()).setInt(0, records * WinDivertAddress.BYTES);
        batch.split(1);
    }

    @Test
    void shouldLoseNoByteAndNoRecordWhateverComes() {
        Counters counters = new Counters();
        DivertHandle handle = DivertHandle.open(driver, KernelFilter.compile(driver, "true", Layer.NETWORK), 1, 0);
        PacketSender sender = new PacketSender(handle, false, counters, new Refusals(counters, text -> { }));
        for (long seed = 1; seed <= 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int records = 1 + random.nextInt(12);
            for (int i = 0; i < records; i++) {
                bytes.writeBytes(randomPacket(random));
            }
            received(bytes.toByteArray(), records);
            String message = "seed " + seed;
            assertTrue(batch.count() + batch.restRecords() == records, message);
            int at = 0;
            for (int i = 0; i < batch.count(); i++) {
                assertEquals(at, batch.offset(i), message);
                assertEquals(i, batch.interfaceIndex(i), message);
                at += batch.length(i);
            }
            assertEquals(bytes.size() - at, batch.restBytes(), message);
            driver.sends.clear();
            sender.send(batch);
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            driver.sent().forEach(sent -> back.writeBytes(sent.packet()));
            // behind the last record's packet nothing belongs to anybody
            byte[] expected = batch.count() == records ? Arrays.copyOf(bytes.toByteArray(), at) : bytes.toByteArray();
            assertArrayEquals(expected, back.toByteArray(), message);
        }
    }
}
