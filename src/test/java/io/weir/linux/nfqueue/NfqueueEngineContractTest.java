package io.weir.linux.nfqueue;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineContractTest;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.packet.PacketBuilder;
import java.net.DatagramPacket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("namespace")
class NfqueueEngineContractTest extends EngineContractTest {
    private static final int PORT = 7009;

    @TempDir
    Path folder;

    @Override
    protected Wire openWire() throws Exception {
        EngineLab lab = new EngineLab(folder);
        CaptureScope scope = new CaptureScope(List.of(new CaptureClause(Protocol.UDP, null, PortSet.parse(Integer.toString(PORT)))), null, List.of(),
            List.of(), false);
        EngineLab.Running engine = lab.engine(scope);
        DatagramChannel client = lab.datagrams(lab.here, EngineLab.HERE, 0);
        DatagramChannel server = lab.datagrams(lab.there, EngineLab.THERE, PORT);
        return new Wire() {
            @Override
            public Engine engine() {
                return engine.engine;
            }

            @Override
            public void send(int marker) throws Exception {
                client.send(ByteBuffer.allocate(4).putInt(0, marker), server.getLocalAddress());
            }

            @Override
            public byte[] packet(int marker) {
                IpAddress here = IpAddress.parse(EngineLab.HERE);
                IpAddress there = IpAddress.parse(EngineLab.THERE);
                byte[] packet = new byte[32];
                ByteBuffer payload = ByteBuffer.allocate(4).putInt(0, marker);
                PacketBuilder.udp(here.high(), here.low(), client.socket().getLocalPort(), there.high(), there.low(), PORT, payload, 0, 4,
                    ByteBuffer.wrap(packet), 0);
                return packet;
            }

            @Override
            public Integer arrived(long timeoutNs) throws Exception {
                byte[] marker = new byte[4];
                server.socket().setSoTimeout((int) (timeoutNs / 1_000_000));
                try {
                    server.socket().receive(new DatagramPacket(marker, 4));
                } catch (SocketTimeoutException e) {
                    return null;
                }
                return ByteBuffer.wrap(marker).getInt();
            }

            @Override
            public boolean live() {
                return true;
            }

            @Override
            public void close() throws Exception {
                engine.close();
                client.close();
                server.close();
                lab.close();
            }
        };
    }
}
