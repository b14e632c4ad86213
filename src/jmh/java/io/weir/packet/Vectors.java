package io.weir.packet;

import io.weir.net.Endpoint;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;

/** The packets the benchmarks work on, named by family, protocol and payload: {@code v4-tcp-1400}. */
final class Vectors {
    static final Endpoint SOURCE_4 = Endpoint.parse("127.0.0.1:40000");
    static final Endpoint DESTINATION_4 = Endpoint.parse("127.0.0.1:1080");
    static final Endpoint SOURCE_6 = Endpoint.parse("[::1]:40000");
    static final Endpoint DESTINATION_6 = Endpoint.parse("[::1]:1080");

    private Vectors() {
    }

    /** One packet at the begin of a direct buffer that ends with it. */
    static ByteBuffer packet(String name) {
        String[] parts = name.split("-");
        boolean ipv6 = parts[0].startsWith("v6");
        String from = ipv6 ? "[2001:db8::1]:49152" : "10.1.2.3:49152";
        String to = ipv6 ? "[2606:2800:220:1::1]:443" : "93.184.216.34:443";
        PacketFixtures fixture = parts[1].equals("tcp") ? PacketFixtures.tcp(from, to) : PacketFixtures.udp(from, to);
        if (parts[0].equals("v6ext")) {
            fixture.extensionHeaders(0, (byte) (parts[1].equals("tcp") ? 6 : 17), (byte) 0, (byte) 1, (byte) 4, (byte) 0, (byte) 0, (byte) 0,
                    (byte) 0);
        }
        return fixture.payloadLength(Integer.parseInt(parts[2])).buffer();
    }
}
