package io.weir.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.weir.process.Owner;
import io.weir.testkit.PacketFixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureWriterTest {
    private static final Owner OWNER = new Owner(4711, 987_654, "C:\\Program Files\\\"x\"\\curl \u00e9.exe", "curl \u00e9.exe", "DOMAIN\\me\nroot");

    @TempDir
    Path folder;

    @Test
    void shouldReadBackWhatWasWritten() throws IOException {
        long seed = 64;
        SplittableRandom random = new SplittableRandom(seed);
        Path file = folder.resolve("x.pcapng");
        byte[][] packets = new byte[200][];
        ByteBuffer buffer = ByteBuffer.allocateDirect(70_000);
        try (CaptureWriter writer = CaptureWriter.create(file)) {
            for (int i = 0; i < packets.length; i++) {
                PacketFixtures packet = random.nextBoolean() ? PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2") : PacketFixtures.tcp("[::1]:1",
                        "[::2]:2");
                packets[i] = packet.payloadLength(i % 50 == 0 ? 65_000 : i).bytes();
                buffer.put(i, packets[i]);
                writer.write(Long.MAX_VALUE / 200 * i, buffer, i, packets[i].length, i % 2 == 0, i % 3 == 0 ? "comment ".repeat(i) + i : null);
            }
        }
        List<CapturedPacket> read = CaptureFiles.read(Files.readAllBytes(file));
        assertEquals(packets.length, read.size());
        for (int i = 0; i < packets.length; i++) {
            CapturedPacket packet = read.get(i);
            assertArrayEquals(packets[i], packet.bytes(), "seed " + seed + ", packet " + i);
            assertEquals(Long.MAX_VALUE / 200 * i, packet.timeNs());
            assertEquals(i % 2 == 0 ? Direction.OUTBOUND : Direction.INBOUND, packet.direction());
            String comment = "comment ".repeat(i) + i;
            assertEquals(i % 3 != 0 ? "" : comment.substring(0, Math.min(1024, comment.length())), packet.comment());
        }
    }

    @Test
    void shouldCutACommentBetweenCharactersWhenItIsTooLong() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureWriter writer = new CaptureWriter(out)) {
            writer.write(0, PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").buffer(), 0, 28, true, "\u20ac".repeat(1000));
        }
        assertEquals("\u20ac".repeat(341), CaptureFiles.read(out.toByteArray()).get(0).comment());
    }

    @Test
    void shouldBeAWholeFileWhenFlushed() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaptureWriter writer = new CaptureWriter(out);
        writer.flush();
        assertEquals(0, CaptureFiles.read(out.toByteArray()).size());
        writer.write(5, PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").buffer(), 0, 28, true, OwnerComment.print(OWNER));
        writer.flush();
        assertEquals(OWNER, OwnerComment.parse(CaptureFiles.read(out.toByteArray()).get(0).comment()));
        writer.close();
    }

    @Test
    void shouldReadBackTheOwnerFromItsComment() {
        assertEquals("owner pid=7 start=9 user=\"me\" name=\"nc\" path=\"/bin/nc\"", OwnerComment.print(new Owner(7, 9, "/bin/nc", "nc", "me")));
        assertEquals(OWNER, OwnerComment.parse(OwnerComment.print(OWNER)));
        assertEquals(OWNER, OwnerComment.parse("seen by hand\n" + OwnerComment.print(OWNER) + "\nrule: browsers"));
        assertEquals(Owner.UNKNOWN, OwnerComment.parse(OwnerComment.print(Owner.UNKNOWN)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "owner", "owner pid=1", "owner pid=x start=1 user=\"\" name=\"\" path=\"\"",
            "owner pid=1 start=1 user=\"\" name=\"\" path=\"",
        "owner pid=99999999999999999999 start=1 user=\"\" name=\"\" path=\"\"", " owner pid=1 start=1 user=\"\" name=\"\" path=\"\"",
        "owner pid=1 start=1 user=\"\" name=\"\" path=\"\\\""})
    void shouldFindNoOwnerInOtherComments(String comment) {
        assertNull(OwnerComment.parse(comment));
    }
}
