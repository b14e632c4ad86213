package io.weir.packet;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.testkit.PacketFixtures;
import java.util.SplittableRandom;

/** Well-formed TCP and UDP packets of both families with options, extension headers, odd lengths, absent sums and trailing bytes. */
final class RandomPackets {
    private static final byte[] HOP_BY_HOP_THEN_DESTINATION = {60, 0, 1, 4, 0, 0, 0, 0, 0, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private RandomPackets() {
    }

    static PacketFixtures next(SplittableRandom random) {
        boolean ipv6 = random.nextBoolean();
        boolean tcp = random.nextBoolean();
        Endpoint source = endpoint(random, ipv6);
        Endpoint destination = endpoint(random, ipv6);
        PacketFixtures packet = tcp ? PacketFixtures.tcp(source, destination) : PacketFixtures.udp(source, destination);
        byte[] payload = new byte[random.nextInt(4) == 0 ? random.nextInt(1500) : random.nextInt(40)];
        random.nextBytes(payload);
        packet.payload(payload).sequence(random.nextInt()).flags(random.nextInt(256));
        if (random.nextInt(4) == 0) {
            if (ipv6) {
                byte[] headers = HOP_BY_HOP_THEN_DESTINATION.clone();
                headers[8] = (byte) (tcp ? 6 : 17);
                packet.extensionHeaders(0, headers);
            } else {
                packet.ipv4Options(new byte[4 * (1 + random.nextInt(10))]);
            }
        }
        if (tcp && random.nextInt(3) == 0) {
            packet.tcpOptions(new byte[4 * (1 + random.nextInt(10))]);
        }
        if (!tcp && !ipv6 && random.nextInt(8) == 0) {
            packet.withoutUdpChecksum();
        }
        if (random.nextInt(8) == 0) {
            packet.trailing(new byte[] {1, 2, 3});
        }
        return packet;
    }

    static Endpoint endpoint(SplittableRandom random, boolean ipv6) {
        byte[] address = new byte[ipv6 ? 16 : 4];
        if (random.nextInt(8) != 0) {
            random.nextBytes(address);
        } else {
            address[address.length - 1] = 1;
        }
        return new Endpoint(IpAddress.ofBytes(address), random.nextInt(16) == 0 ? random.nextInt(2) * 0xffff : random.nextInt(0x10000));
    }
}
