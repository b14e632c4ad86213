package io.weir.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails a test class that let a Netty buffer become garbage unreleased. Needs {@code -Dio.netty.leakDetection.level=paranoid}. */
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
    private static final int ROUNDS = 5;

    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            leaks.add(event.getFormattedMessage());
        }
    };

    @Override
    public void beforeAll(ExtensionContext context) {
        if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        }
        collect(); // what others left is not ours
        listener.setName("leak watch");
        listener.start();
        ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(listener);
    }

    private static void collect() {
        for (int round = 0; round < ROUNDS; round++) { // a leak is reported by the first allocation after its collection
            System.gc();
            System.runFinalization();
            PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
            PooledByteBufAllocator.DEFAULT.compositeDirectBuffer().release();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        collect();
        ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).detachAppender(listener);
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaks, the first: " + leaks.peek());
        }
    }
}
