package io.weir.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.UnaryOperator;

/** Scripts of small, correct proxies. A destination is dialed where {@code route} says. */
public final class ProxyScripts {

    private ProxyScripts() {
    }

    /** @param username null = no authentication */
    public static ScriptedServer.Script socks5(String username, String password, UnaryOperator<InetSocketAddress> route) {
        return client -> {
            client.expect("05");
            byte[] methods = client.read(client.read());
            int method = username == null ? 0 : 2;
            if (new String(methods, StandardCharsets.ISO_8859_1).indexOf(method) < 0) {
                client.say("05ff");
                return;
            }
            client.write(new byte[] {5, (byte) method});
            if (username != null) {
                client.expect("01");
                boolean same = text(client).equals(username) & text(client).equals(password);
                client.write(new byte[] {1, (byte) (same ? 0 : 1)});
                if (!same) {
                    return;
                }
            }
            client.expect("050100");
            InetSocketAddress destination = socks5Destination(client);
            Socket server = dial(route.apply(destination));
            client.say(server == null ? "05050001000000000000" : "05000001000000000000");
            tunnel(client, server);
        };
    }

    private static String text(Conversation client) throws IOException {
        return new String(client.read(client.read()), StandardCharsets.UTF_8);
    }

    private static InetSocketAddress socks5Destination(Conversation client) throws IOException {
        int type = client.read();
        if (type == 3) {
            return InetSocketAddress.createUnresolved(text(client), port(client));
        }
        InetAddress address = InetAddress.getByAddress(client.read(type == 1 ? 4 : 16));
        return new InetSocketAddress(address, port(client));
    }

    private static int port(Conversation client) throws IOException {
        return client.read() << 8 | client.read();
    }

    /** SOCKS4 with the 4a extension. */
    public static ScriptedServer.Script socks4a(UnaryOperator<InetSocketAddress> route) {
        return client -> {
            client.expect("0401");
            int port = port(client);
            byte[] address = client.read(4);
            client.readUntil("\0");
            boolean named = address[0] == 0 && address[1] == 0 && address[2] == 0;
            InetSocketAddress destination = named ? InetSocketAddress.createUnresolved(client.readUntil("\0").replace("\0", ""), port)
                    : new InetSocketAddress(InetAddress.getByAddress(address), port);
            Socket server = dial(route.apply(destination));
            client.say(server == null ? "005b000000000000" : "005a000000000000");
            tunnel(client, server);
        };
    }

    /** @param username null = no authentication */
    public static ScriptedServer.Script httpConnect(String username, String password, UnaryOperator<InetSocketAddress> route) {
        return client -> {
            String header = client.readUntil("\r\n\r\n");
            String pair = Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
            if (username != null && !header.contains("\r\nProxy-Authorization: Basic " + pair + "\r\n")) {
                client.write(ascii("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n"));
                return;
            }
            String target = header.substring("CONNECT ".length(), header.indexOf(" HTTP/1.1\r\n"));
            int colon = target.lastIndexOf(':');
            String host = target.substring(0, colon).replace("[", "").replace("]", "");
            int port = Integer.parseInt(target.substring(colon + 1));
            boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
            Socket server = dial(route.apply(address ? new InetSocketAddress(InetAddress.getByName(host), port)
                    : InetSocketAddress.createUnresolved(host, port)));
            client.write(ascii(server == null ? "HTTP/1.1 502 Bad Gateway\r\n\r\n" : "HTTP/1.1 200 Connection established\r\n\r\n"));
            tunnel(client, server);
        };
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Socket dial(InetSocketAddress destination) {
        Socket socket = new Socket();
        try {
            socket.connect(destination, 5000);
            return socket;
        } catch (IOException e) {
            return null;
        }
    }

    /** Copies both ways, half-closes included, until both have ended; a reset of either resets the other. */
    private static void tunnel(Conversation client, Socket server) throws IOException {
        if (server == null) {
            return;
        }
        client.socket().setSoTimeout(0);
        Thread up = new Thread(() -> copy(client.socket(), server), "proxy-up");
        up.setDaemon(true);
        up.start();
        copy(server, client.socket());
        try {
            up.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            return; // closed already
        }
    }
}
