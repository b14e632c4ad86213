package io.weir.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Long streams of bytes that never repeat, and the SHA-256 of what was sent and of what arrived. */
public final class ByteStream {
    private static final int BLOCK_BYTES = 256 * 1024;

    /** How much, and its sum. */
    public record Sum(long bytes, String sha256) {
    }

    private ByteStream() {
    }

    public static Sum send(SocketChannel channel, long bytes, long seed) throws IOException {
        MessageDigest digest = sha256();
        byte[] noise = new byte[BLOCK_BYTES];
        new SplittableRandom(seed).nextBytes(noise);
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        for (long sent = 0; sent < bytes; ) {
            block.clear().put(noise);
            // the position is part of the content: a block lost, doubled or moved changes the sum
            for (int at = 0; at < BLOCK_BYTES; at += 4096) {
                block.putLong(at, sent + at);
            }
            block.flip().limit((int) Math.min(BLOCK_BYTES, bytes - sent));
            sent += block.limit();
            digest.update(block.duplicate());
            while (block.hasRemaining()) {
                channel.write(block);
            }
        }
        return new Sum(bytes, HexFormat.of().formatHex(digest.digest()));
    }

    public static Sum receive(SocketChannel channel) throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        long received = 0;
        while (channel.read(block) >= 0) {
            block.flip();
            received += block.limit();
            digest.update(block);
            block.clear();
        }
        return new Sum(received, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
