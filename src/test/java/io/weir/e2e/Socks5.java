package io.weir.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** The server's side of a SOCKS5 handshake without authentication (RFC 1928), as good or as bad as a test wants it. */
final class Socks5 {
    private static final byte[] NO_AUTHENTICATION = {5, 0};
    private static final byte[] CONNECTED = {5, 0, 0, 1, 0, 0, 0, 0, 0, 0};

    /** Writes an answer, in whatever pieces. */
    @FunctionalInterface
    interface Answer {
        void send(Socket connection, byte[] answer) throws IOException;
    }

    private Socks5() {
    }

    /** Answers that every connect succeeded; from then on the caller is the destination. */
    static void succeed(Socket connection) throws IOException {
        succeed(connection, (to, answer) -> to.getOutputStream().write(answer));
    }

    static void succeed(Socket connection, Answer answer) throws IOException {
        InputStream in = connection.getInputStream();
        skip(in, 1);
        skip(in, in.read());
        answer.send(connection, NO_AUTHENTICATION);
        skip(in, 3);
        int kind = in.read();
        skip(in, (kind == 1 ? 4 : kind == 4 ? 16 : in.read()) + 2);
        answer.send(connection, CONNECTED);
    }

    private static void skip(InputStream in, int bytes) throws IOException {
        if (in.readNBytes(bytes).length != bytes) {
            throw new EOFException("the client left in the middle of the handshake");
        }
    }
}
