package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.app.Weir;
import io.weir.config.SettingsReader;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import io.weir.testkit.Haste;
import io.weir.testkit.PlainPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole of Weir over a driver that will not do what it is told: it stops in time all the same, and every packet is accounted for. */
@Timeout(180)
class StopTest {
    private static final int PACKETS = 2000;
    /** Ten and more where each step had a time of its own; milliseconds where nothing hangs. */
    private static final long SOON_MS = 8_000;

    @TempDir
    private Path folder;
    private Path file;
    private final FakeDriver driver = new FakeDriver();

    @BeforeEach
    void writeConfiguration() throws IOException {
        file = folder.resolve("weir.toml");
        write("inline");
    }

    private void write(String threads) throws IOException {
        Files.writeString(file, """
            [redirect]
            mode = "loopback"

            [pipeline]
            threads = "%s"

            [[rule]]
            name = "silence"
            protocol = "udp"
            port = "9"
            action = "drop"
            """.formatted(threads));
    }

    private Weir weir() {
        return new Weir(SettingsReader.read(file).settings(), new PlainPlatform((scope, counters) -> new DivertDriver(driver, driver).engine(FakeEngine.SETTINGS, scope, counters)) {
            @Override
            public long stopWithinMs() {
                return 3_500;
            }

            @Override
            public boolean refuseByResetOnly() {
                return true;
            }
        });
    }

    /** Every other one is to a port whose packets a rule drops. */
    private Thread traffic() {
        Thread sending = new Thread(() -> {
            for (int i = 0; i < PACKETS; i++) {
                byte[] packet = FakeEngine.datagram(i);
                packet[22] = 0;
                packet[23] = (byte) (i % 2 == 0 ? 9 : 10);
                driver.capture(packet, FakeDriver.networkRecord(FakeEngine.LOOKS_OUTBOUND, 5, 1));
                if (i % 50 == 0) {
                    Thread.yield();
                }
            }
        });
        sending.start();
        return sending;
    }

    private void check(Weir weir) {
        Counters counters = weir.counters();
        long counted = counters.get(Counter.PACKETS_IN_DOUBT);
        for (DropReason reason : DropReason.values()) {
            counted += counters.get(reason);
        }
        assertEquals(driver.taken(), driver.injected.size() + counted, () -> driver.injected.size() + " of " + driver.taken() + " went out");
        assertEquals(PACKETS, driver.taken() + driver.putBack.size() + driver.queued());
        assertEquals(List.of(), driver.events(), "events are left");
        assertEquals(1, driver.calls.stream().filter("close"::equals).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "fused", "staged"})
    void shouldStopInTimeWhenTheDriverRefusesToStopCapturing(String threads) throws Exception {
        write(threads);
        driver.shutdownError = 6;
        Weir weir = weir();
        assertTrue(weir.start());
        Thread sending = traffic();
        long startNs = System.nanoTime();
        weir.close();
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        sending.join();
        assertNull(weir.awaitEnd());
        check(weir);
        assertTrue(tookMs < SOON_MS || tookMs < SOON_MS * Haste.slowness(), () -> "took " + tookMs + " ms");
    }

    @Test
    void shouldAccountForEveryPacketWhenReceivingFailsForGood() throws Exception {
        Weir weir = weir();
        assertTrue(weir.start());
        Thread sending = traffic();
        driver.failReceives(1450, WinDivertEngine.MOST_FAILURES);
        assertEquals("receiving from the WinDivert driver failed: Windows has no memory for it (error 1450, ERROR_NO_SYSTEM_RESOURCES)",
            weir.awaitEnd().getMessage());
        weir.close();
        sending.join();
        check(weir);
    }
}
