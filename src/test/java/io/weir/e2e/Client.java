package io.weir.e2e;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection of the application side that the test itself makes; Weir sees its owner as this JVM. */
public final class Client implements AutoCloseable {
    public static final String PROCESS = "java";
    private static final int CONNECT_LIMIT_MS = Waiting.PATIENCE_MS;
    private static final int READ_LIMIT_MS = Waiting.PATIENCE_MS;

    private final SocketChannel channel;

    private Client(SocketChannel channel) {
        this.channel = channel;
    }

    public static Client connect(Lab lab, InetSocketAddress to) throws IOException {
        SocketChannel channel = lab.application().openSocket(to.getAddress() instanceof java.net.Inet6Address);
        try {
            channel.socket().connect(to, CONNECT_LIMIT_MS);
            channel.socket().setSoTimeout(READ_LIMIT_MS);
            channel.socket().setTcpNoDelay(true);
            return new Client(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public static InetSocketAddress web(boolean ipv6) {
        return new InetSocketAddress(ipv6 ? Lab.WEB6 : Lab.WEB, 80);
    }

    public Socket socket() {
        return channel.socket();
    }

    public SocketChannel channel() {
        return channel;
    }

    public void send(String text) throws IOException {
        socket().getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    public String readToEnd() throws IOException {
        return new String(socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public String read(int bytes) throws IOException {
        InputStream in = socket().getInputStream();
        return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    /** Closes with a RST instead of a FIN. */
    public void abort() throws IOException {
        socket().setSoLinger(true, 0);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
