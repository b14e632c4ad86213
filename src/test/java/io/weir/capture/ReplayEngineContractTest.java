package io.weir.capture;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.EngineContractTest;
import io.weir.net.AddressSet;
import io.weir.testkit.PacketFixtures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** The replay engine keeps the contract of all engines, on a capture of what the test sends. */
class ReplayEngineContractTest extends EngineContractTest {

    @Override
    protected Wire openWire() {
        return new CaptureWire();
    }

    private static final class CaptureWire implements Wire {
        private final CaptureFiles file = CaptureFiles.pcap(ByteOrder.BIG_ENDIAN, true, 101);
        private final Queue<byte[]> arrived = new ArrayDeque<>();
        private ReplayEngine engine;

        @Override
        public Engine engine() {
            if (engine == null) {
                try {
                    engine = new ReplayEngine(CaptureReader.open(new ByteArrayInputStream(file.bytes()), "sent"), AddressSet.parse(List.of()),
                            this::arrive);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            return engine;
        }

        private void arrive(ReplayedPacket packet) {
            if (packet.disposition() != Disposition.WITHHOLD) {
                arrived.add(packet.bytes());
            }
        }

        @Override
        public void send(int marker) {
            file.record(1, marker, packet(marker));
        }

        @Override
        public byte[] packet(int marker) {
            return PacketFixtures.udp("10.0.0.1:5000", "10.0.0.2:6000").payload(ByteBuffer.allocate(4).putInt(marker).array()).bytes();
        }

        @Override
        public Integer arrived(long timeoutNs) {
            byte[] packet = arrived.poll();
            return packet == null ? null : ByteBuffer.wrap(packet).getInt(28);
        }

        @Override
        public boolean live() {
            return false;
        }

        @Override
        public void close() {
            engine().close();
        }
    }
}
