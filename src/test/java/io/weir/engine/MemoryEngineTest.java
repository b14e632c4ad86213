package io.weir.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryEngineTest extends EngineContractTest {
    private static final int FLAGS = PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;

    @Override
    protected Wire openWire() {
        MemoryEngine engine = new MemoryEngine(256);
        return new Wire() {
            @Override
            public Engine engine() {
                return engine;
            }

            @Override
            public void send(int marker) {
                assertTrue(engine.feed(packet(marker), FLAGS, 3, 0));
            }

            @Override
            public byte[] packet(int marker) {
                return datagram(marker);
            }

            @Override
            public Integer arrived(long timeoutNs) throws InterruptedException {
                MemoryPacket packet = engine.take(timeoutNs);
                return packet == null ? null : ByteBuffer.wrap(packet.bytes()).getInt(28);
            }

            @Override
            public boolean live() {
                return true;
            }

            @Override
            public void close() {
                engine.close();
            }
        };
    }

    private static byte[] datagram(int marker) {
        ByteBuffer packet = ByteBuffer.allocate(32);
        packet.putInt(0x45000020).putInt(0).putShort((short) 0x4011).putShort((short) 0).putInt(0x0a000001).putInt(0x0a000002);
        packet.putShort((short) 4000).putShort((short) 9).putShort((short) 12).putShort((short) 0).putInt(marker);
        return packet.array();
    }

    @Test
    void shouldRefuseAndCountWhenFull() {
        try (MemoryEngine engine = new MemoryEngine(2)) {
            assertTrue(engine.feed(datagram(1), FLAGS, 0, 0));
            assertTrue(engine.feed(datagram(2), FLAGS, 0, 0));
            assertFalse(engine.feed(datagram(3), FLAGS, 0, 0));
            assertEquals(1, engine.refused());
        }
    }

    @Test
    void shouldTellHowPacketLeftWhenTaken() throws Exception {
        try (MemoryEngine engine = new MemoryEngine(8)) {
            PacketBatch batch = engine.newBatch();
            engine.feed(datagram(1), FLAGS, 4, 2);
            engine.receive(batch, 0);
            batch.disposition(0, Disposition.RELEASE_FLOW);
            engine.inject(batch);
            MemoryPacket packet = engine.take(0);
            assertEquals(Disposition.RELEASE_FLOW, packet.disposition());
            assertEquals(FLAGS, packet.flags());
            assertEquals(4, packet.interfaceIndex());
            assertEquals(2, packet.subInterfaceIndex());
        }
    }
}
