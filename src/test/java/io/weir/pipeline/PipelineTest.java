package io.weir.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.RingBuffer;
import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.MemoryEngine;
import io.weir.engine.MemoryPacket;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.stage.ControlEvent;
import io.weir.testkit.Haste;
import io.weir.testkit.Waiting;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same promises in every wiring. */
@Timeout(120)
class PipelineTest {
    private static final long PATIENCE_NS = Waiting.PATIENCE_NS;
    private final MemoryEngine engine = new MemoryEngine(100_000);
    private final Counters counters = new Counters();
    private final RecordingWork work = new RecordingWork(engine);
    private final AtomicReference<Throwable> fatal = new AtomicReference<>();
    private Pipeline pipeline;

    private void start(Threads threads) {
        pipeline = new Pipeline(engine, work, new PipelineSettings(threads, 4, 64), counters, fatal::set, System::nanoTime);
        pipeline.start();
    }

    @AfterEach
    void close() {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    private void feed(int from, int to) {
        for (int number = from; number < to; number++) {
            assertTrue(engine.feed(ByteBuffer.allocate(20).putInt(0, number).array(), 0, 1, 0));
        }
    }

    private List<Integer> take(int count) throws InterruptedException {
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemoryPacket packet = engine.take(PATIENCE_NS);
            assertNotNull(packet, "only " + i + " of " + count + " packets came out");
            out.add(ByteBuffer.wrap(packet.bytes()).getInt());
        }
        return out;
    }

    private static List<Integer> numbers(int from, int to) {
        List<Integer> out = new ArrayList<>();
        for (int number = from; number < to; number++) {
            out.add(number);
        }
        return out;
    }

    private void await(Predicate<Pipeline> condition) {
        Waiting.until("the condition of this test", () -> condition.test(pipeline));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldKeepTheOrderOfPackets(Threads threads) throws InterruptedException {
        start(threads);
        feed(0, 20_000);
        assertEquals(numbers(0, 20_000), take(20_000));
        assertEquals(20_000, counters.get(Counter.PACKETS_RECEIVED));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldLoseNoPacketWhenClosed(Threads threads) throws InterruptedException {
        start(threads);
        feed(0, 5_000);
        pipeline.close();
        assertEquals(numbers(0, 5_000), take(5_000));
        assertFalse(pipeline.offer(RecordingWork.event(1)), "a closed pipeline took an event");
        pipeline.close();
    }

    /** The engine is closed next: no thread may still be using it. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldEndItsThreadsWhenTheEngineCannotShutDownCleanly(Threads threads) {
        AtomicBoolean failed = new AtomicBoolean();
        Engine failing = (Engine) Proxy.newProxyInstance(Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (self, method, arguments) -> {
            Object result = method.invoke(engine, arguments);
            if (method.getName().equals("shutdown") && failed.compareAndSet(false, true)) {
                throw new EngineException("the rules could not be removed", "Remove them by hand.");
            }
            return result;
        });
        pipeline = new Pipeline(failing, work, new PipelineSettings(threads, 4, 64), counters, fatal::set, System::nanoTime);
        pipeline.start();
        assertThrows(EngineException.class, pipeline::close);
        pipeline.threads().forEach(thread -> assertFalse(thread.isAlive(), thread.getName() + " still runs"));
    }

    /** Else the receiving thread would sleep on to its next tick before it looks into the outbox. */
    @ParameterizedTest
    @EnumSource(names = {"FUSED", "STAGED"})
    void shouldWakeTheReceiverOnceWhenEventsBeginToWait(Threads threads) {
        AtomicInteger wakeups = new AtomicInteger();
        Engine counting = (Engine) Proxy.newProxyInstance(Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (self, method, arguments) -> {
            if (method.getName().equals("wakeup")) {
                wakeups.incrementAndGet();
            }
            return method.invoke(engine, arguments);
        });
        CountDownLatch goOn = new CountDownLatch(1);
        work.also = (stage, slot) -> {
            try {
                goOn.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        };
        pipeline = new Pipeline(counting, work, new PipelineSettings(threads, 4, 64), counters, fatal::set, System::nanoTime);
        pipeline.start();
        Outbox outbox = pipeline.outbox(1000);
        try {
            for (int number = 0; number < 200; number++) {
                assertTrue(outbox.send(RecordingWork.event(number)));
            }
            assertTrue(counters.get(Counter.CONTROL_EVENTS_DELAYED) > 0, "the ring was never full");
            assertEquals(1, wakeups.get());
        } finally {
            goOn.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldLetPacketsGoUnchangedWhenAStageThrows(Threads threads) throws InterruptedException {
        for (Stage failing : Stage.values()) {
            work.also = (stage, slot) -> {
                if (stage == Stage.DECODE && slot.batch() != null) {
                    slot.batch().disposition(0, Disposition.RELEASE_FLOW);
                }
                if (stage == failing && slot.batch() != null && slot.batch().buffer().getInt(slot.batch().offset(0)) == 7) {
                    throw new IllegalStateException("thrown on purpose in " + failing);
                }
            };
            if (pipeline == null) {
                start(threads);
            }
            feed(7, 8);
            MemoryPacket packet = engine.take(PATIENCE_NS);
            assertEquals(Disposition.PASS, packet.disposition());
            assertArrayEquals(ByteBuffer.allocate(20).putInt(0, 7).array(), packet.bytes());
            feed(8, 9);
            assertEquals(List.of(8), take(1), "the pipeline did not go on");
        }
        assertEquals(4, counters.get(Counter.STAGE_FAILURES));
        assertNull(fatal.get());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldLetPacketsGoWhenEvenTellingOfAFailureFails(Threads threads) throws InterruptedException {
        work.also = (stage, slot) -> {
            if (stage == Stage.DECIDE && slot.batch() != null) {
                throw new OutOfMemoryError("thrown on purpose");
            }
        };
        pipeline = new Pipeline(engine, work, new PipelineSettings(threads, 4, 64), counters, problem -> {
            throw new IllegalStateException("thrown on purpose by whoever is told");
        }, System::nanoTime);
        pipeline.start();
        for (int number = 0; number < 3; number++) {
            feed(number, number + 1);
            assertEquals(List.of(number), take(1));
        }
    }

    /** As if the threads of the ring had died. */
    @Test
    void shouldGiveEverythingBackWhenNobodyWorksTheRingAnyMore() throws InterruptedException {
        RingBuffer<RingSlot> ring = RingBuffer.createMultiProducer(RingSlot::new, 4, new AdaptiveWait(1));
        Failures failures = new Failures(counters, fatal::set);
        BatchPool pool = new BatchPool(8, engine::newBatch);
        Consumers gone = Consumers.fused(ring, new SlotRunner(work, pool, failures), failures);
        feed(0, 1000);
        new Receiver(engine, ring, pool, gone, failures, counters, System::nanoTime).run();
        int received = (int) counters.get(Counter.PACKETS_RECEIVED);
        assertTrue(counters.get(Counter.BATCHES_RECEIVED) > 4, "the ring was never full");
        assertEquals(numbers(0, received), take(received));
        assertNull(engine.take(0), "a packet went out twice");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldReportAFatalErrorWhenStagesKeepThrowing(Threads threads) throws InterruptedException {
        work.also = (stage, slot) -> {
            if (stage == Stage.DECIDE && slot.batch() != null) {
                throw new IllegalStateException("thrown on purpose");
            }
        };
        start(threads);
        for (int number = 0; number < Failures.LIMIT; number++) {
            assertNull(fatal.get());
            feed(number, number + 1);
            assertEquals(List.of(number), take(1));
        }
        await(ignored -> fatal.get() != null);
        assertEquals("thrown on purpose", fatal.get().getMessage());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldKeepRoomForPacketsWhenEventsFillTheRing(Threads threads) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch holding = new CountDownLatch(1);
        work.also = (stage, slot) -> {
            if (stage == Stage.DECIDE && slot.event() != null && slot.event().equals(RecordingWork.event(-1))) {
                holding.countDown();
                awaitLatch(held);
            }
        };
        start(threads);
        assertTrue(pipeline.offer(RecordingWork.event(-1)));
        awaitLatch(holding);
        List<Object> expected = new ArrayList<>(List.of(RecordingWork.event(-1)));
        Outbox outbox = pipeline.outbox(1000);
        int offered = 0;
        while (pipeline.offer(RecordingWork.event(offered))) {
            expected.add(RecordingWork.event(offered++));
        }
        assertTrue(offered >= 30 && offered < 64, offered + " events went into a ring of 64");
        for (int i = 0; i < 1000; i++) {
            assertTrue(outbox.send(RecordingWork.event(10_000 + i)));
            expected.add(RecordingWork.event(10_000 + i));
        }
        assertFalse(outbox.send(RecordingWork.event(0)), "an outbox of 1000 took one more");
        assertEquals(1, counters.get(Counter.CONTROL_EVENTS_LOST));
        feed(0, 100);
        held.countDown();
        assertEquals(numbers(0, 100), take(100));
        await(ignored -> work.seen().stream().filter(ControlEvent.class::isInstance).count() == expected.size());
        assertEquals(expected, work.seen().stream().filter(ControlEvent.class::isInstance).toList());
    }

    private static void awaitLatch(CountDownLatch latch) {
        Waiting.forLatch(latch, "nobody opened the latch");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldShowAnEventAfterThePacketsBeforeIt(Threads threads) throws InterruptedException {
        start(threads);
        List<Object> expected = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            feed(number, number + 1);
            assertEquals(List.of(number), take(1));
            assertTrue(pipeline.offer(RecordingWork.event(number)));
            expected.add(number);
            expected.add(RecordingWork.event(number));
            int wanted = expected.size();
            await(ignored -> work.seen().size() >= wanted);
        }
        assertEquals(expected, work.seen());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldTakeEventsOfSeveralThreadsEachInItsOrder(Threads threads) throws InterruptedException {
        start(threads);
        Thread[] senders = new Thread[3];
        for (int sender = 0; sender < senders.length; sender++) {
            long from = sender * 1_000_000L;
            Outbox outbox = pipeline.outbox(5_000);
            senders[sender] = new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    outbox.send(RecordingWork.event(from + i));
                }
            });
            senders[sender].start();
        }
        feed(0, 5_000);
        assertEquals(numbers(0, 5_000), take(5_000));
        for (Thread sender : senders) {
            sender.join();
        }
        await(ignored -> work.seen().size() == 20_000);
        for (int sender = 0; sender < senders.length; sender++) {
            long from = sender * 1_000_000L;
            List<ControlEvent> wanted = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                wanted.add(RecordingWork.event(from + i));
            }
            assertEquals(wanted, work.seen().stream().filter(ControlEvent.SessionEnded.class::isInstance).map(ControlEvent.SessionEnded.class::cast)
                .filter(event -> event.flowId() / 1_000_000 == from / 1_000_000).toList());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldGiveTheSameOutputForTheSameInput(Threads threads) throws InterruptedException {
        long seed = 20_261_121;
        SplittableRandom random = new SplittableRandom(seed);
        long[] state = {seed}; // only decide touches it
        work.also = (stage, slot) -> {
            if (slot.batch() == null) {
                return;
            }
            for (int i = 0; i < slot.batch().count(); i++) {
                int at = slot.batch().offset(i);
                if (stage == Stage.DECIDE) {
                    state[0] = state[0] * 6364136223846793005L + slot.batch().buffer().getInt(at);
                    slot.batch().disposition(i, state[0] < 0 ? Disposition.WITHHOLD : Disposition.MODIFIED);
                    slot.batch().buffer().putLong(at + 4, state[0]);
                } else if (stage == Stage.REWRITE) {
                    slot.batch().buffer().putInt(at, slot.batch().buffer().getInt(at) ^ 0x55);
                }
            }
        };
        start(threads);
        List<Long> expected = new ArrayList<>();
        long model = seed;
        for (int i = 0; i < 10_000; i++) {
            int number = random.nextInt();
            assertTrue(engine.feed(ByteBuffer.allocate(20).putInt(0, number).array(), 0, 1, 0));
            model = model * 6364136223846793005L + number;
            if (model >= 0) {
                expected.add((long) (number ^ 0x55) << 32 | model & 0xffff_ffffL);
            }
        }
        pipeline.close();
        List<Long> got = new ArrayList<>();
        for (MemoryPacket packet = engine.take(0); packet != null; packet = engine.take(0)) {
            ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
            got.add((long) bytes.getInt(0) << 32 | bytes.getLong(4) & 0xffff_ffffL);
        }
        assertEquals(expected, got, "seed " + seed);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldTickTenTimesASecondAndRestInBetween(Threads threads) throws Exception {
        start(threads);
        await(ignored -> work.ticks > 0);
        java.lang.management.ThreadMXBean bean = java.lang.management.ManagementFactory.getThreadMXBean();
        Haste.assertComesRight(attempt -> {
            long cpuBefore = cpuNs(bean);
            long startNs = System.nanoTime();
            int from = work.ticks;
            await(ignored -> work.ticks >= from + 8);
            double share = (double) (cpuNs(bean) - cpuBefore) / (System.nanoTime() - startNs);
            assertTrue(share < 0.03, "idle and yet " + share * 100 + " % of a CPU");
        });
        List<Long> timesNs = work.tickTimesNs();
        for (int i = 1; i < timesNs.size(); i++) {
            long apartNs = timesNs.get(i) - timesNs.get(i - 1);
            assertTrue(apartNs >= Receiver.TICK_NS, "tick " + i + " only " + apartNs + " ns after the one before");
        }
    }

    private long cpuNs(java.lang.management.ThreadMXBean bean) {
        return pipeline.threads().stream().mapToLong(thread -> bean.getThreadCpuTime(thread.getId())).sum();
    }
}
