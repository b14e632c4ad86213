package io.weir.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the IP packets of a pcap or pcapng file, whatever its byte order, time resolution and link types. Packets that the capture cut short
 * and frames without IP are skipped and counted. Not thread-safe.
 */
public final class CaptureReader implements PacketSource {
    private static final int GZIP = 0x1f8b;

    private final CaptureInput in;
    private final FrameSource frames;
    private long packets;
    private long cutShort;
    private long withoutIp;

    private CaptureReader(CaptureInput in) throws IOException {
        this.in = in;
        var magic = in.readOrEnd(4, ByteOrder.BIG_ENDIAN, "the file", 0);
        if (magic == null) {
            throw in.damage(0, "the file is empty; a capture begins with a pcap or pcapng header");
        }
        frames = open(in, magic.getInt(0));
    }

    /** @throws CaptureException if it is no capture file, or one of a kind Weir does not read */
    public static CaptureReader open(Path file) throws IOException {
        return open(Files.newInputStream(file), file.toString());
    }

    /** Closes {@code in} when this reader is closed, or at once if it is no capture. @param name how errors call it */
    public static CaptureReader open(InputStream in, String name) throws IOException {
        try {
            return new CaptureReader(new CaptureInput(new BufferedInputStream(in, 1 << 16), name));
        } catch (IOException | RuntimeException failed) {
            in.close();
            throw failed;
        }
    }

    private static FrameSource open(CaptureInput in, int magic) throws IOException {
        if (magic == PcapngFrames.SECTION_HEADER) {
            return new PcapngFrames(in);
        }
        FrameSource pcap = PcapFrames.open(in, magic);
        if (pcap == null) {
            throw in.damage(0, magic >>> 16 == GZIP ? "the file is compressed by gzip; unpack it first"
                    : "neither pcap nor pcapng begins with " + Integer.toHexString(magic));
        }
        return pcap;
    }

    @Override
    public CapturedPacket next() throws IOException {
        while (true) {
            Frame frame = frames.next();
            if (frame == null) {
                return null;
            }
            packets++;
            int ip = LinkLayer.ipOffset(frame.linkType(), frame.data());
            if (frame.data().length < frame.originalLength()) {
                cutShort++;
            } else if (ip < 0 || ip >= frame.data().length) {
                withoutIp++;
            } else {
                return packet(frame, ip);
            }
        }
    }

    private CapturedPacket packet(Frame frame, int ip) {
        byte[] bytes = new byte[frame.data().length - ip];
        System.arraycopy(frame.data(), ip, bytes, 0, bytes.length);
        Direction direction = frame.direction() != Direction.UNKNOWN ? frame.direction() : LinkLayer.direction(frame.linkType(), frame.data());
        return new CapturedPacket(packets, frame.timeNs(), bytes, direction, frame.interfaceIndex(), frame.comment());
    }

    /** Packets skipped so far because the capture kept only their beginning (snap length). */
    public long cutShort() {
        return cutShort;
    }

    /** Frames skipped so far because they hold no IP packet (ARP and the like). */
    public long withoutIp() {
        return withoutIp;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
