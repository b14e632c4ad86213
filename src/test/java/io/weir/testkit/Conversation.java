package io.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.HexFormat;

/** One accepted connection in the hands of a test's script: blocking calls, each at most a minute. */
public final class Conversation implements AutoCloseable {
    private static final int PATIENCE_MS = Waiting.PATIENCE_MS;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    public Conversation(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    public Socket socket() {
        return socket;
    }

    public byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("wanted " + count + " bytes, got " + bytes.length);
        }
        return bytes;
    }

    public int read() throws IOException {
        return read(1)[0] & 0xff;
    }

    /** Everything up to the end of the peer's output. */
    public byte[] readToEnd() throws IOException {
        return in.readAllBytes();
    }

    /** Up to and with the given ending. */
    public String readUntil(String ending) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(java.nio.charset.StandardCharsets.ISO_8859_1).endsWith(ending)) {
            read.write(read());
        }
        return read.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Reads as many bytes as the hex text has and demands that they are the same. */
    public Conversation expect(String hex) throws IOException {
        String due = hex.replace(" ", "");
        String got = HexFormat.of().formatHex(read(due.length() / 2));
        if (!got.equals(due)) {
            throw new IOException("expected " + due + ", got " + got);
        }
        return this;
    }

    /** Sends hex text. */
    public Conversation say(String hex) throws IOException {
        return write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    public Conversation write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Each byte in a segment of its own. */
    public Conversation writeSlowly(byte[] bytes) throws IOException {
        for (byte octet : bytes) {
            out.write(octet);
            out.flush();
        }
        return this;
    }

    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Waits for the peer's end; true = an orderly one, false = a reset. Bytes on the way are thrown away. */
    public boolean endsInOrder() throws IOException {
        try {
            byte[] waste = new byte[65536];
            while (in.read(waste) >= 0) {
                continue;
            }
            return true;
        } catch (java.net.SocketException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
