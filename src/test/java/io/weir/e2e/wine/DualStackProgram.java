package io.weir.e2e.wine;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Run on the Windows JVM: sockets of both families by the selector Weir's relay uses, as clients and behind one wildcard listener. */
final class DualStackProgram {
    private DualStackProgram() {
    }

    /** Arguments: web servers; prints what each says to {@code /who}, then how a listener on the wildcard address saw both families. */
    public static void main(String[] servers) throws Exception {
        for (String server : servers) {
            System.out.println(ask(server));
        }
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(0)); Selector selector = Selector.open()) {
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            for (String loopback : new String[] {"127.0.0.1", "::1"}) {
                try (SocketChannel client = SocketChannel.open(new InetSocketAddress(loopback, listener.socket().getLocalPort()))) {
                    selector.select(10_000);
                    selector.selectedKeys().clear();
                    try (SocketChannel accepted = listener.accept()) {
                        boolean same = accepted.getRemoteAddress().equals(client.getLocalAddress());
                        System.out.println(same ? "accepted " + loopback : accepted.getRemoteAddress() + " is not " + client.getLocalAddress());
                    }
                }
            }
        }
    }

    private static String ask(String server) throws Exception {
        try (SocketChannel channel = SocketChannel.open(); Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(server, 80));
            channel.register(selector, SelectionKey.OP_CONNECT);
            selector.select(10_000);
            channel.finishConnect();
            channel.keyFor(selector).cancel();
            selector.selectNow();
            channel.configureBlocking(true);
            channel.write(ByteBuffer.wrap("GET /who HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            InputStream in = Channels.newInputStream(channel);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            in.transferTo(answer);
            return answer.toString(StandardCharsets.US_ASCII).replaceFirst("(?s).*\r\n\r\n", "").strip();
        }
    }
}
