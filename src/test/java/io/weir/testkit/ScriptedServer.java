package io.weir.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP server on loopback whose every connection is led by a script on a thread of its own. */
public final class ScriptedServer implements AutoCloseable {
    private static final int BACKLOG = 4096;

    /** Leads one connection; it is closed when the script returns. */
    @FunctionalInterface
    public interface Script {
        void lead(Conversation conversation) throws IOException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean closed;

    public ScriptedServer(Script script) {
        this("127.0.0.1", script);
    }

    public ScriptedServer(String address, Script script) {
        this.script = script;
        try {
            listener = new ServerSocket(0, BACKLOG, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new IllegalStateException("no server on " + address, e);
        }
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                open.add(socket);
                start(() -> lead(socket));
            } catch (IOException e) {
                if (!closed) {
                    problems.add(e);
                }
            }
        }
    }

    private void lead(Socket socket) {
        try (Conversation conversation = new Conversation(socket)) {
            script.lead(conversation);
        } catch (IOException | RuntimeException | AssertionError e) {
            if (!closed) {
                problems.add(e);
            }
        } finally {
            open.remove(socket);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** {@code 127.0.0.1:port} */
    public String address() {
        String host = listener.getInetAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[::1]" : host) + ":" + port();
    }

    /** Connections so far. */
    public int accepted() {
        return accepted.get();
    }

    /** What went wrong in scripts; a test whose scripts must run through demands that it is empty. */
    public Queue<Throwable> problems() {
        return problems;
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
