package io.weir.linux.sniff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The program, run by a small machine of the test's own (the kernel runs it in {@link SniffEngineTest}). */
class FirstPacketProgramTest {
    private static final int OUTGOING = 4;
    private static final int ETHERNET = 1;
    private static final int TCP4 = 20;
    private static final int TCP6 = 40;

    private static boolean lets(byte[] packet, int packetType, int hardwareType) {
        ByteBuffer program = FirstPacketProgram.instructions().order(ByteOrder.nativeOrder());
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        int a = 0;
        int x = 0;
        for (int at = 0; ; ) {
            int base = at++ * FirstPacketProgram.INSTRUCTION_BYTES;
            int k = program.getInt(base + 4);
            boolean test;
            switch (program.getShort(base)) {
                case 0x20, 0x28, 0x30 -> {
                    if (k == -0x1000 + 4) {
                        a = packetType;
                    } else if (k == -0x1000 + 28) {
                        a = hardwareType;
                    } else {
                        a = program.getShort(base) == 0x28 ? bytes.getShort(k) & 0xffff : bytes.get(k) & 0xff;
                    }
                    continue;
                }
                case 0x50 -> {
                    a = bytes.get(x + k) & 0xff;
                    continue;
                }
                case (short) 0xb1 -> {
                    x = 4 * (bytes.get(k) & 0xf);
                    continue;
                }
                case 0x54 -> {
                    a &= k;
                    continue;
                }
                case 0x15 -> test = a == k;
                case 0x45 -> test = (a & k) != 0;
                case 0x06 -> {
                    return k > 0;
                }
                default -> throw new AssertionError("instruction " + at);
            }
            at += program.get(base + (test ? 2 : 3)) & 0xff;
        }
    }

    private static boolean lets(byte[] packet) {
        return lets(packet, OUTGOING, ETHERNET);
    }

    private static byte[] tcp(boolean ipv4, int flags) {
        return ipv4 ? PacketFixtures.tcp("10.0.0.2:40000", "203.0.113.5:80").flags(flags).bytes()
            : PacketFixtures.tcp("[2001:db8::2]:40000", "[2001:db8::5]:80").flags(flags).bytes();
    }

    @Test
    void shouldLetThroughWhatOpensAConnectionAndNothingLater() {
        for (boolean ipv4 : new boolean[] {true, false}) {
            for (int flags = 0; flags < 256; flags++) {
                boolean opens = (flags & (PacketFixtures.SYN | PacketFixtures.ACK | PacketFixtures.RST)) == PacketFixtures.SYN;
                byte[] packet = tcp(ipv4, 0);
                packet[(ipv4 ? TCP4 : TCP6) + 13] = (byte) flags;
                assertEquals(opens, lets(packet), "flags " + flags);
            }
        }
    }

    @Test
    void shouldLetThroughDatagramsOfBothFamilies() {
        assertEquals(true, lets(PacketFixtures.udp("10.0.0.2:40000", "203.0.113.5:443").payloadLength(20).bytes()));
        assertEquals(true, lets(PacketFixtures.udp("[2001:db8::2]:40000", "[2001:db8::5]:443").payloadLength(20).bytes()));
    }

    @Test
    void shouldFindTheFlagsBehindIpOptions() {
        byte[] plain = tcp(true, PacketFixtures.SYN);
        byte[] packet = new byte[plain.length + 8];
        System.arraycopy(plain, 0, packet, 0, 20);
        System.arraycopy(plain, 20, packet, 28, plain.length - 20);
        packet[0] = 0x47;
        assertEquals(true, lets(packet));
        packet[28 + 13] = (byte) PacketFixtures.ACK;
        assertEquals(false, lets(packet));
    }

    @Test
    void shouldLeaveOutEverythingElse() {
        byte[] syn = tcp(true, PacketFixtures.SYN);
        assertEquals(false, lets(syn, 0, ETHERNET), "arrives here");
        assertEquals(false, lets(syn, OUTGOING, 772), "loopback");
        byte[] fragment = syn.clone();
        fragment[7] = 1;
        assertEquals(false, lets(fragment), "a later fragment");
        assertEquals(false, lets(PacketFixtures.icmp("10.0.0.2", "203.0.113.5", 8, 0).payload(new byte[8]).bytes()), "ICMP");
        byte[] arp = syn.clone();
        arp[0] = 0;
        assertEquals(false, lets(arp), "no IP");
    }

    @Test
    void shouldLeaveItToUsWhatIsBehindExtensionHeaders() {
        byte[] packet = tcp(false, PacketFixtures.ACK);
        for (int header : new int[] {0, 43, 44, 51, 60, 135}) {
            packet[6] = (byte) header;
            assertEquals(true, lets(packet), "next header " + header);
        }
        packet[6] = 58;
        assertEquals(false, lets(packet), "ICMPv6");
    }
}
