import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A Windows JVM without preferIPv4Stack: blocking and selected TCP, connected and unconnected UDP, and a listener for both families. */
public final class DualStack {
    private static final int ECHO = 9100;
    private static final int DATAGRAMS = 9101;
    private static final int TIMEOUT_MS = 60_000;

    public static void main(String[] servers) throws IOException {
        for (String server : servers) {
            blocking(server);
            selected(server);
            datagrams(server, false);
            datagrams(server, true);
        }
        for (String own : new String[] {"127.0.0.1", "::1", "203.0.113.2", "2001:db8:1::2"}) {
            listens(own);
        }
    }

    private static void blocking(String server) throws IOException {
        try (Socket socket = new Socket(server, ECHO)) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            expect("blocking TCP to " + server, "hello", new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));
        }
    }

    private static void selected(String server) throws IOException {
        try (Selector selector = Selector.open(); SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(server, ECHO));
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            expect("select for connect to " + server, 1, selector.select(TIMEOUT_MS));
            channel.finishConnect();
            channel.write(ByteBuffer.wrap(new byte[3]));
            key.interestOps(SelectionKey.OP_READ);
            selector.selectedKeys().clear();
            expect("select for read from " + server, 1, selector.select(TIMEOUT_MS));
            expect("selected TCP to " + server, 3, channel.read(ByteBuffer.allocate(10)));
        }
    }

    private static void datagrams(String server, boolean connected) throws IOException {
        InetSocketAddress to = new InetSocketAddress(server, DATAGRAMS);
        try (DatagramChannel channel = DatagramChannel.open(); Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            if (connected) {
                channel.connect(to);
            }
            channel.send(ByteBuffer.wrap(new byte[7]), to);
            selector.select(TIMEOUT_MS);
            ByteBuffer back = ByteBuffer.allocate(10);
            expect("UDP from " + server, to, channel.receive(back));
            expect("UDP from " + server, 7, back.position());
        }
    }

    private static void listens(String own) throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress(0)); ServerSocket listener = channel.socket();
             SocketChannel client = SocketChannel.open(new InetSocketAddress(own, listener.getLocalPort()));
             SocketChannel accepted = channel.accept()) {
            expect("accepted at " + own, client.getLocalAddress(), accepted.getRemoteAddress());
        }
    }

    private static void expect(String what, Object wanted, Object got) {
        System.out.println(what + ": " + got);
        if (!wanted.equals(got)) {
            throw new AssertionError(what + ": " + got + ", wanted " + wanted);
        }
    }
}
