package io.weir.linux.nfqueue;

import io.weir.testkit.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Says who it is by one byte, then sends back what it gets until the other side has finished. */
final class EchoServer implements AutoCloseable {
    private final NetworkNamespace namespace;
    private final ServerSocketChannel listener;
    private final byte greeting;

    EchoServer(NetworkNamespace namespace, String address, int port, char greeting) throws Exception {
        this.namespace = namespace;
        this.greeting = (byte) greeting;
        listener = namespace.call(() -> ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getByName(address), port), 1024));
        namespace.newThread(this::accept).start();
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                Thread thread = new Thread(() -> serve(connection), "echo");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private void serve(SocketChannel connection) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
        try (connection) {
            connection.write(buffer.put(greeting).flip());
            while (connection.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    connection.write(buffer);
                }
            }
        } catch (IOException e) {
            return; // the other side has gone
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
