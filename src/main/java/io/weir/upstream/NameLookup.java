package io.weir.upstream;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks names up with the system's resolver, which blocks: on two threads of its own, started when first needed, never on an event loop.
 * The JDK remembers answers for 30 s (failures for 10 s). Any thread.
 */
final class NameLookup implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int WAITING = 1024;

    /** Null and a message when there is no answer. */
    interface Answer {
        void found(InetAddress[] addresses, String problem);
    }

    /** What blocks. */
    interface Resolver {
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    private final Resolver resolver;
    private final ThreadPoolExecutor threads;

    NameLookup() {
        this(InetAddress::getAllByName);
    }

    NameLookup(Resolver resolver) {
        this.resolver = resolver;
        threads = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING),
                new DefaultThreadFactory("weir-names", true));
        threads.allowCoreThreadTimeOut(true);
    }

    /** The answer comes on {@code executor}. @return false when too many look-ups are waiting; no answer comes then */
    boolean find(String name, Executor executor, Answer answer) {
        try {
            threads.execute(() -> look(name, executor, answer));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void look(String name, Executor executor, Answer answer) {
        InetAddress[] found = null;
        String problem = null;
        try {
            found = resolver.resolve(name);
        } catch (UnknownHostException e) {
            problem = "no address found for " + name;
        }
        InetAddress[] addresses = found;
        String why = problem;
        try {
            executor.execute(() -> answer.found(addresses, why));
        } catch (RejectedExecutionException e) {
            return; // the loop has been shut down, and with it the dial
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
