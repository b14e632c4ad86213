package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.PacketBatch;
import io.weir.metrics.Counter;
import io.weir.metrics.DropReason;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every packet the driver handed out has gone out again, was withheld by the stages, or is counted; none has gone out twice; and what was still in the
 * driver's queue at the end it put back itself.
 */
@Timeout(180)
class PacketConservationTest {
    private static final int RUNS = 30;
    private static final int STEPS = 60;
    private static final int[] SOFT = {87, 592, 1214, 1232};
    private static final int[] OF_HANDLE = {5, 6, 22, 232, 995};

    /** One run: an engine to which anything happens in any order until it is closed. */
    private static final class Run {
        private final FakeEngine fake = new FakeEngine();
        private final FakeDriver driver = fake.driver;
        private final Engine engine = fake.engine;
        private final PacketBatch[] batches = {engine.newBatch(), engine.newBatch()};
        private final SplittableRandom random;
        private int captured;
        private long withheld;
        private PacketBatch held;

        Run(SplittableRandom random) {
            this.random = random;
            driver.refusal = packet -> random.nextInt(8) == 0 ? one(SOFT) : 0;
        }

        private int one(int[] of) {
            return of[random.nextInt(of.length)];
        }

        void step() {
            switch (random.nextInt(40)) {
                case 0 -> driver.failReceives(1450, 1 + random.nextInt(2));
                case 1 -> {
                    if (driver.isPending()) {
                        driver.failPending(1450);
                    }
                }
                case 2, 3 -> driver.handleErrors.add(one(OF_HANDLE));
                default -> {
                    if (random.nextBoolean()) {
                        carry();
                    } else {
                        capture(1 + random.nextInt(random.nextInt(8) == 0 ? 300 : 4));
                    }
                }
            }
        }

        private void capture(int packets) {
            for (int i = 0; i < packets; i++) {
                fake.send(captured++);
            }
        }

        /** @return false: nothing more will come */
        private boolean carry() {
            giveBack();
            PacketBatch batch = batches[random.nextInt(2)];
            int received;
            try {
                received = engine.receive(batch, random.nextInt(4) == 0 ? 3_000_000 : 0);
            } catch (EngineException gone) {
                return false;
            }
            if (received > 0) {
                held = batch;
                if (random.nextBoolean()) {
                    giveBack();
                }
            }
            return received != Engine.SHUT_DOWN;
        }

        private void giveBack() {
            if (held != null) {
                for (int i = 0; i < held.count(); i++) {
                    Disposition disposition = Disposition.values()[random.nextInt(4)];
                    held.disposition(i, disposition);
                    withheld += disposition == Disposition.WITHHOLD ? 1 : 0;
                }
                engine.inject(held);
                held = null;
            }
        }

        void end() {
            if (random.nextInt(3) == 0) {
                driver.failReceives(1450, WinDivertEngine.MOST_FAILURES);
            }
            driver.shutdownError = random.nextInt(3) == 0 ? 6 : 0;
            if (random.nextBoolean()) { // in order: what is queued comes out first
                engine.shutdown();
                for (boolean more = true; more; ) {
                    more = carry();
                    if (random.nextInt(4) == 0) {
                        capture(1);
                    }
                }
            }
            if (random.nextBoolean()) {
                giveBack();
            }
            engine.close();
            giveBack();
        }

        void check(String run) {
            long refused = fake.counters.get(DropReason.INJECT_REFUSED);
            long tooLate = fake.counters.get(DropReason.ENGINE_CLOSED);
            long inDoubt = fake.counters.get(Counter.PACKETS_IN_DOUBT);
            assertEquals(driver.taken(), driver.injected.size() - driver.inFailedRows + withheld + refused + tooLate + inDoubt, () -> run + ": taken; "
                + driver.injected.size() + " sent, of which " + driver.inFailedRows + " in doubt, " + withheld + " withheld, " + refused + " refused, "
                + tooLate + " too late, " + inDoubt + " in doubt");
            Set<Integer> seen = new HashSet<>();
            for (byte[] packet : driver.injected) {
                assertTrue(seen.add(marker(packet)), () -> run + ": packet " + marker(packet) + " went out twice");
            }
            for (byte[] packet : driver.putBack) {
                assertTrue(seen.add(marker(packet)), () -> run + ": packet " + marker(packet) + " was put back though it was taken");
            }
            assertEquals(captured, driver.taken() + driver.putBack.size(), run);
            assertEquals(1, driver.calls.stream().filter("close"::equals).count(), run);
            assertEquals(0, driver.events().size(), run);
        }

        private static int marker(byte[] packet) {
            return ByteBuffer.wrap(packet).getInt(28);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_121, 77})
    void shouldAccountForEveryPacketWhateverFails(long seed) {
        for (int number = 0; number < RUNS; number++) {
            Run run = new Run(new SplittableRandom(seed + 1000L * number));
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
            run.end();
            run.check("seed " + seed + ", run " + number);
        }
    }
}
