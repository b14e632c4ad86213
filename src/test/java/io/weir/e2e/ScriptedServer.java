package io.weir.e2e;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of the network side whose every answer the test writes, well-behaved or not. One thread per connection. */
public final class ScriptedServer implements AutoCloseable {
    /** What to do with one accepted connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Conversation {
        void hold(Socket connection) throws IOException;
    }

    private static final int PATIENCE_MS = 2 * Waiting.PATIENCE_MS;

    private final ServerSocketChannel listener;
    private final Conversation conversation;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final String address;

    private ScriptedServer(ServerSocketChannel listener, String address, Conversation conversation) {
        this.listener = listener;
        this.address = address;
        this.conversation = conversation;
    }

    public static ScriptedServer start(Lab lab, boolean ipv6, Conversation conversation) {
        String address = ipv6 ? Lab.SCRIPTED6 : Lab.SCRIPTED;
        try {
            ServerSocketChannel listener = lab.network().openServer(ipv6);
            listener.bind(new InetSocketAddress(InetAddress.getByName(address), 0), 4096);
            ScriptedServer server = new ScriptedServer(listener, address, conversation);
            server.thread("scripted-accept", server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends back what it hears. */
    public static ScriptedServer echo(Lab lab) {
        return start(lab, false, connection -> connection.getInputStream().transferTo(connection.getOutputStream()));
    }

    /** Says from where it was asked, once the monitor has listed it: a monitor holds nothing, and whoever has ended has no name any more. */
    public static ScriptedServer answerWhenListed(Lab lab, boolean ipv6, Weir weir) {
        AtomicInteger asked = new AtomicInteger();
        return start(lab, ipv6, connection -> {
            connection.getInputStream().read(new byte[4096]);
            weir.awaitOut(":" + connection.getLocalPort() + " ", asked.incrementAndGet());
            String peer = connection.getInetAddress().getHostAddress();
            connection.getOutputStream().write(("HTTP/1.0 200 OK\r\n\r\n" + peer).getBytes(StandardCharsets.US_ASCII));
        });
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = listener.accept();
                open.add(channel);
                accepted.incrementAndGet();
                thread("scripted-connection", () -> serve(channel));
            }
        } catch (IOException closed) {
            // the listener was closed: the test is over
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            channel.socket().setSoTimeout(PATIENCE_MS);
            conversation.hold(channel.socket());
        } catch (IOException expected) {
            // what the other side does to us is what the test looks at, on its own side
        } finally {
            open.remove(channel);
        }
    }

    public int port() {
        return listener.socket().getLocalPort();
    }

    public InetSocketAddress endpoint() {
        return new InetSocketAddress(address, port());
    }

    public String endpointText() {
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port();
    }

    public int accepted() {
        return accepted.get();
    }

    /** How many of its connections have not ended yet. */
    public int open() {
        return open.size();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (SocketChannel channel : open) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
