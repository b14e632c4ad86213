package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstPacketTest {
    private static final List<PacketFixtures> FIRST = List.of(
        PacketFixtures.tcp("192.0.2.1:40000", "203.0.113.5:443").flags(PacketFixtures.SYN),
        PacketFixtures.tcp("192.0.2.1:40000", "203.0.113.5:80").flags(PacketFixtures.SYN),
        PacketFixtures.tcp("[2001:db8:1::1]:40000", "[2001:db8::5]:443").flags(PacketFixtures.SYN),
        PacketFixtures.udp("192.0.2.1:40000", "203.0.113.5:443").payloadLength(100),
        PacketFixtures.udp("192.0.2.1:40000", "203.0.113.5:443").payloadLength(1200));

    /** Which of these are chosen: SYN to 443, SYN to 80, SYN to 443 over IPv6, a small datagram, a big one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tcp.DstPort == 443                                   | +-+--",
        "tcp.Syn                                              | +++--",
        "not tcp.Syn                                          | +++--",
        "tcp.Syn and not tcp.Ack                              | +++--",
        "tcp.PayloadLength > 0                                | +++--",
        "not tcp.PayloadLength                                | +++--",
        "tcp.DstPort == 443 and tcp.PayloadLength > 0         | +-+--",
        "tcp.PayloadLength > 0 and tcp.DstPort == 443         | +-+--",
        "tcp.DstPort == 443 or tcp.PayloadLength > 0          | +++--",
        "(tcp.PayloadLength > 0? tcp.DstPort == 80: ipv6)     | -++--",
        "(tcp.PayloadLength > 0? false: true)                 | +++++",
        "(tcp.Syn? ipv6: false)                               | --+--",
        "tcp.Payload[0] == 0x16                               | +++--",
        "tcp.Fin and udp                                      | -----",
        "length > 1000                                        | +++-+",
        "udp.PayloadLength > 1000                             | ----+",
        "udp                                                  | ---++",
        "ip.TTL < 10                                          | -----",
        "inbound                                              | -----",
        "true                                                 | +++++",
        "false                                                | -----"})
    void shouldChooseFlowsByWhatMayStillMatch(String filter, String expected) throws FilterException {
        FirstPacket first = new FirstPacket(Filter.compile(filter, Layer.NETWORK));
        StringBuilder actual = new StringBuilder();
        for (PacketFixtures fixture : FIRST) {
            byte[] bytes = fixture.bytes();
            AddressData address = new AddressData();
            address.outbound = true;
            address.ipv6 = bytes[0] >>> 4 == 6;
            actual.append(first.selects(ByteBuffer.wrap(bytes), 0, bytes.length, address) ? '+' : '-');
        }
        assertEquals(expected, actual.toString());
    }
}
