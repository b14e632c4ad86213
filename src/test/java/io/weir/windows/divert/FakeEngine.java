package io.weir.windows.divert;

import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineContractTest;
import io.weir.metrics.Counters;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.List;

/** A {@link WinDivertEngine} over a {@link FakeDriver}, and both ends of the wire. */
final class FakeEngine implements EngineContractTest.Wire {
    static final int LOOKS_OUTBOUND = WinDivertAddress.OUTBOUND | WinDivertAddress.CHECKSUMS;
    static final DivertSettings SETTINGS = new DivertSettings(DivertSettings.DEFAULT_PRIORITY, false, null);
    static final CaptureScope NOTHING = new CaptureScope(List.of(), null, List.of(), List.of(), false);

    final FakeDriver driver = new FakeDriver();
    final Counters counters = new Counters();
    final WinDivertEngine engine;
    private int taken;

    FakeEngine() {
        engine = new DivertDriver(driver, driver).engine(SETTINGS, NOTHING, counters);
    }

    static byte[] datagram(int marker) {
        return PacketFixtures.udp("10.0.0.1:4000", "203.0.113.2:9").payload(ByteBuffer.allocate(4).putInt(marker).array()).bytes();
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public void send(int marker) {
        driver.capture(datagram(marker), FakeDriver.networkRecord(LOOKS_OUTBOUND, 5, 1));
    }

    @Override
    public byte[] packet(int marker) {
        return datagram(marker);
    }

    @Override
    public Integer arrived(long timeoutNs) {
        List<FakeDriver.Sent> sent = driver.sent(); // sending is done when inject returns, so there is nothing to wait for
        return taken < sent.size() ? ByteBuffer.wrap(sent.get(taken++).packet()).getInt(28) : null;
    }

    @Override
    public boolean live() {
        return true;
    }

    @Override
    public void close() {
        engine.close();
    }
}
