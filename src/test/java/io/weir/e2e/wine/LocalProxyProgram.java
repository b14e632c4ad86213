package io.weir.e2e.wine;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Run on the Windows JVM: a SOCKS5 server for one thing only, CONNECT by address. Argument: the port of 127.0.0.1 it listens on. */
final class LocalProxyProgram {
    private LocalProxyProgram() {
    }

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(arguments[0]), 50, InetAddress.getByName("127.0.0.1"))) {
            System.out.println("listening");
            while (true) {
                Socket client = listener.accept();
                new Thread(() -> serve(client)).start();
            }
        }
    }

    private static void serve(Socket client) {
        try (client; Socket server = new Socket()) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            in.readByte();
            in.skipNBytes(in.readUnsignedByte());
            client.getOutputStream().write(new byte[] {5, 0});
            in.skipNBytes(3);
            byte[] address = new byte[in.readByte() == 1 ? 4 : 16];
            in.readFully(address);
            server.connect(new InetSocketAddress(InetAddress.getByAddress(address), in.readUnsignedShort()));
            client.getOutputStream().write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            Thread up = new Thread(() -> copy(in, server));
            up.start();
            copy(server.getInputStream(), client);
            up.join();
        } catch (IOException | InterruptedException e) {
            System.out.println(e);
        }
    }

    private static void copy(InputStream from, Socket to) {
        try {
            from.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            System.out.println(e);
        }
    }
}
