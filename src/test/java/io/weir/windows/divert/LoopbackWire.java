package io.weir.windows.divert;

import io.weir.engine.Engine;
import io.weir.engine.EngineContractTest;
import io.weir.filter.Layer;
import io.weir.metrics.Counters;
import io.weir.testkit.PacketFixtures;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A {@link WinDivertEngine} over the stand-in driver between two sockets of this process: real datagrams over loopback. */
final class LoopbackWire implements EngineContractTest.Wire {
    final Counters counters = new Counters();
    final DatagramSocket server;
    final DatagramSocket client;
    final WinDivertEngine engine;

    LoopbackWire() throws IOException {
        server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.setReceiveBufferSize(1 << 20);
        client = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        DivertFiles files = DivertFiles.verified(Path.of(System.getProperty("weir.bed.standin")), true);
        WinDivertLibrary library = DirectWinDivert.load(files.library());
        files.close();
        KernelFilter filter = KernelFilter.compile(library, "outbound and loopback and udp.DstPort == " + server.getLocalPort(), Layer.NETWORK);
        DivertHandle handle = DivertHandle.open(library, filter, DivertSettings.DEFAULT_PRIORITY, 0);
        engine = new WinDivertEngine(new DirectKernel32(), handle, false, false, counters);
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public void send(int marker) throws IOException {
        byte[] payload = ByteBuffer.allocate(4).putInt(marker).array();
        client.send(new DatagramPacket(payload, payload.length, server.getLocalSocketAddress()));
    }

    @Override
    public byte[] packet(int marker) {
        return PacketFixtures.udp("127.0.0.1:" + client.getLocalPort(), "127.0.0.1:" + server.getLocalPort())
            .payload(ByteBuffer.allocate(4).putInt(marker).array()).bytes();
    }

    @Override
    public Integer arrived(long timeoutNs) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        server.setSoTimeout((int) Math.max(1, timeoutNs / 1_000_000));
        try {
            server.receive(packet);
        } catch (SocketTimeoutException nothing) {
            return null;
        }
        return ByteBuffer.wrap(packet.getData()).getInt(0);
    }

    @Override
    public boolean live() {
        return true;
    }

    @Override
    public void close() {
        engine.close();
        client.close();
        server.close();
    }
}
