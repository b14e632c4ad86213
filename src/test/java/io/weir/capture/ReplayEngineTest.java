package io.weir.capture;

import static io.weir.testkit.PacketFixtures.ACK;
import static io.weir.testkit.PacketFixtures.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import io.weir.testkit.PacketFixtures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayEngineTest {
    private static final AddressSet NOT_KNOWN = AddressSet.parse(List.of());
    private static final long SECOND = 1_000_000_000L;
    private static final String APPLICATION = "10.0.0.5:49152";
    private static final String SERVER = "93.184.216.34:443";

    private final List<ReplayedPacket> results = new ArrayList<>();

    private ReplayEngine engine(byte[] file, AddressSet local) throws IOException {
        return new ReplayEngine(CaptureReader.open(new ByteArrayInputStream(file), "test.pcap"), local, results::add);
    }

    private static CaptureFiles capture() {
        return CaptureFiles.pcap(ByteOrder.LITTLE_ENDIAN, true, 101);
    }

    private static PacketFixtures tcp(String from, String to, int flags) {
        return PacketFixtures.tcp(from, to).flags(flags);
    }

    /** What the flags of each packet of the file say, O for outbound, I for inbound, L for loopback. */
    private String directions(AddressSet local, PacketFixtures... packets) throws IOException {
        CaptureFiles file = capture();
        for (PacketFixtures packet : packets) {
            file.record(1, 0, packet.bytes());
        }
        try (ReplayEngine engine = engine(file.bytes(), local)) {
            PacketBatch batch = engine.newBatch();
            StringBuilder seen = new StringBuilder();
            while (engine.receive(batch, SECOND) >= 0) {
                for (int i = 0; i < batch.count(); i++) {
                    seen.append(batch.has(i, PacketFlags.LOOPBACK) ? "L" : batch.has(i, PacketFlags.OUTBOUND) ? "O" : "I");
                }
            }
            return seen.toString();
        }
    }

    @Test
    void shouldTakeTheSenderOfTheFirstSynForTheApplication() throws IOException {
        assertEquals("OIOI", directions(NOT_KNOWN, tcp(APPLICATION, SERVER, SYN), tcp(SERVER, APPLICATION, SYN | ACK), tcp(APPLICATION, SERVER, ACK),
                tcp(SERVER, APPLICATION, ACK)));
        assertEquals("IO", directions(NOT_KNOWN, tcp(SERVER, APPLICATION, SYN | ACK), tcp(APPLICATION, SERVER, ACK)));
        assertEquals("OI", directions(NOT_KNOWN, tcp(SERVER, APPLICATION, ACK), tcp(APPLICATION, SERVER, ACK)),
                "the first packet's, for want of a SYN");
        assertEquals("OIO", directions(NOT_KNOWN, tcp(SERVER, APPLICATION, ACK), tcp(APPLICATION, SERVER, ACK), tcp(APPLICATION, SERVER, SYN)));
    }

    @Test
    void shouldTakeTheFirstSenderForTheApplicationWhenThereIsNoHandshake() throws IOException {
        assertEquals("OIO", directions(NOT_KNOWN, PacketFixtures.udp(APPLICATION, SERVER), PacketFixtures.udp(SERVER, APPLICATION),
                PacketFixtures.udp(APPLICATION, SERVER)));
        assertEquals("OI", directions(NOT_KNOWN, PacketFixtures.icmp("10.0.0.5", "10.0.0.9", 8, 0), PacketFixtures.icmp("10.0.0.9", "10.0.0.5", 0,
                0)));
        assertEquals("OI", directions(NOT_KNOWN, PacketFixtures.udp("[2001:db8::9]:5", "[2001:db8::1]:5"), PacketFixtures.udp("[2001:db8::1]:5",
                "[2001:db8::9]:5")));
    }

    @Test
    void shouldLetPacketsWithoutPortsFollowTheFlowBetweenTheirAddresses() throws IOException {
        assertEquals("IIO", directions(NOT_KNOWN, tcp(SERVER, APPLICATION, SYN | ACK), PacketFixtures.icmp("93.184.216.34", "10.0.0.5", 3, 3),
                PacketFixtures.udp("10.0.0.5:0", "93.184.216.34:0").fragment(5)));
    }

    @Test
    void shouldGoByTheLocalAddressesWhenTheyAreGiven() throws IOException {
        AddressSet local = AddressSet.parse(List.of("93.184.216.34", "2001:db8::/64"));
        assertEquals("IOO", directions(local, tcp(APPLICATION, SERVER, SYN), tcp(SERVER, APPLICATION, SYN | ACK),
                PacketFixtures.udp("[2001:db8::1]:1", "[2001:db9::1]:1")));
        assertEquals("OI", directions(local, tcp("1.1.1.1:1", "2.2.2.2:2", SYN), tcp("2.2.2.2:2", "1.1.1.1:1", SYN | ACK)),
                "neither is ours: guessed");
    }

    @Test
    void shouldShowLoopbackAsOutbound() throws IOException {
        assertEquals("LLLI", directions(AddressSet.parse(List.of("10.0.0.5")), tcp("127.0.0.1:1", "127.0.0.2:2", SYN), tcp("[::1]:1", "[::1]:2", SYN),
                tcp("10.0.0.5:1", "10.0.0.5:2", SYN), tcp(SERVER, APPLICATION, ACK)));
    }

    @Test
    void shouldBelieveTheFileWhenItTellsTheDirection() throws IOException {
        CaptureFiles file = CaptureFiles.pcapng(ByteOrder.BIG_ENDIAN).describe(101, 0);
        byte[] packet = PacketFixtures.udp(APPLICATION, SERVER).bytes();
        file.enhanced(0, 1, packet, packet.length, file.option(2, 1)).enhanced(0, 1, packet, packet.length, file.option(2, 2));
        try (ReplayEngine engine = engine(file.bytes(), NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            assertEquals(2, engine.receive(batch, SECOND));
            assertFalse(batch.has(0, PacketFlags.OUTBOUND));
            assertTrue(batch.has(1, PacketFlags.OUTBOUND));
        }
    }

    @Test
    void shouldRunOnTheTimeOfTheCapture() throws IOException {
        byte[] packet = PacketFixtures.udp(APPLICATION, SERVER).bytes();
        byte[] file = capture().record(100, 0, packet).record(100, 0, packet).record(99, 5, packet).record(100, 7, packet).record(103, 0,
                packet).bytes();
        try (ReplayEngine engine = engine(file, NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            List<String> receives = new ArrayList<>();
            for (int count = engine.receive(batch, SECOND); count >= 0; count = engine.receive(batch, SECOND)) {
                receives.add(count + "@" + batch.receivedNs());
                assertEquals(engine.nowNs(), batch.receivedNs());
            }
            assertEquals(List.of("3@100000000000", "1@100000000007", "0@101000000007", "0@102000000007", "1@103000000000"), receives);
        }
    }

    @Test
    void shouldNeverRunBackwardsWhenTheCaptureDoes() throws IOException {
        byte[] packet = PacketFixtures.udp(APPLICATION, SERVER).bytes();
        CaptureFiles file = capture();
        for (int i = 0; i < ReplayBatch.CAPACITY; i++) {
            file.record(100, 0, packet);
        }
        try (ReplayEngine engine = engine(file.record(99, 0, packet).bytes(), NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            assertEquals(ReplayBatch.CAPACITY, engine.receive(batch, SECOND));
            assertEquals(1, engine.receive(batch, SECOND));
            assertEquals(100 * SECOND, batch.receivedNs());
        }
    }

    @Test
    void shouldJumpOverAGapWhenItIsVeryLong() throws IOException {
        byte[] packet = PacketFixtures.udp(APPLICATION, SERVER).bytes();
        try (ReplayEngine engine = engine(capture().record(0, 0, packet).record(4_000_000_000L, 0, packet).bytes(), NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            assertEquals(1, engine.receive(batch, 1));
            int empty = 0;
            while (engine.receive(batch, 1) == 0) {
                empty++;
            }
            assertEquals(1000, empty);
            assertEquals(1, batch.count());
            assertEquals(4_000_000_000L * SECOND, batch.receivedNs());
        }
    }

    @Test
    void shouldSayWhichChecksumsHold() throws IOException {
        PacketFixtures good = PacketFixtures.tcp(APPLICATION, SERVER);
        byte[] file = capture().record(1, 0, good.bytes()).record(1, 0, good.badTransportChecksum().bytes()).record(1, 0,
                good.badIpChecksum().bytes())
                .record(1, 0, new byte[50]).bytes();
        try (ReplayEngine engine = engine(file, NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            assertEquals(4, engine.receive(batch, SECOND));
            int both = PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;
            assertEquals(both, batch.flags(0) & both);
            assertEquals(PacketFlags.IP_CHECKSUM_VALID, batch.flags(1) & both);
            assertEquals(0, batch.flags(2) & both);
            assertEquals(0, batch.flags(3) & both);
        }
    }

    @Test
    void shouldTellWhatBecameOfEachPacket() throws IOException {
        PacketFixtures packet = PacketFixtures.udp(APPLICATION, SERVER).payload("abc");
        byte[] file = capture().record(7, 1, packet.bytes(), 9000).record(7, 1, packet.trailing(new byte[9]).bytes()).record(7, 1,
                packet.bytes()).bytes();
        try (ReplayEngine engine = engine(file, NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            assertEquals(2, engine.receive(batch, SECOND));
            batch.disposition(0, Disposition.MODIFIED);
            batch.buffer().put(batch.offset(0) + 28, (byte) 'A');
            batch.disposition(1, Disposition.WITHHOLD);
            engine.inject(batch);
            ByteBuffer built = PacketFixtures.tcp(SERVER, APPLICATION).buffer();
            assertTrue(engine.inject(built, 0, 40, false, 0, 0));
        }
        assertEquals(List.of(2L, 3L, 0L), results.stream().map(ReplayedPacket::number).toList(), "the first was cut short");
        assertEquals(Arrays.asList(Disposition.MODIFIED, Disposition.WITHHOLD, null), results.stream().map(ReplayedPacket::disposition).toList());
        assertEquals(List.of(true, true, false), results.stream().map(ReplayedPacket::outbound).toList());
        assertEquals(7_000_000_001L, results.get(0).timeNs());
        assertEquals(31, results.get(0).bytes().length, "padding is not replayed");
        assertEquals('A', results.get(0).bytes()[28]);
        assertArrayEquals(PacketFixtures.tcp(SERVER, APPLICATION).bytes(), results.get(2).bytes());
    }

    @Test
    void shouldKnowTheOwnersThatTheCommentsName() throws IOException {
        Owner curl = new Owner(12, 34, "/usr/bin/curl", "curl", "me");
        CaptureFiles file = CaptureFiles.pcapng(ByteOrder.BIG_ENDIAN).describe(101, 0);
        byte[] reply = tcp(SERVER, APPLICATION, SYN | ACK).bytes();
        file.enhanced(0, 1, reply, reply.length, file.option(1, OwnerComment.print(curl)));
        try (ReplayEngine engine = engine(file.bytes(), NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            assertEquals(Owner.UNKNOWN, find(engine, Protocol.TCP));
            assertEquals(1, engine.receive(batch, SECOND));
            assertEquals(curl, find(engine, Protocol.TCP));
            assertEquals(Owner.UNKNOWN, find(engine, Protocol.UDP));
            List<Owner> answers = new ArrayList<>();
            OwnerQuery query = new OwnerQuery(1, Protocol.TCP, Endpoint.parse(APPLICATION), Endpoint.parse(SERVER));
            assertTrue(engine.owners().ask(query, (asked, owner) -> answers.add(owner)));
            assertEquals(List.of(curl), answers);
        }
    }

    private static Owner find(ReplayEngine engine, Protocol protocol) {
        Endpoint local = Endpoint.parse(APPLICATION);
        Endpoint remote = Endpoint.parse(SERVER);
        return engine.owners().find(protocol, local.address().high(), local.address().low(), local.port(), remote.address().high(),
                remote.address().low(), remote.port(), 0);
    }

    @Test
    void shouldHandOutWhatIsBeforeTheTearAndThenSayWhereItIs() throws IOException {
        byte[] packet = PacketFixtures.udp(APPLICATION, SERVER).bytes();
        CaptureFiles file = capture().record(1, 0, packet).record(1, 0, packet);
        int torn = file.length();
        byte[] bytes = Arrays.copyOf(file.record(1, 0, packet).bytes(), torn + 20);
        try (ReplayEngine engine = engine(bytes, NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            assertEquals(2, engine.receive(batch, SECOND));
            EngineException thrown = assertThrows(EngineException.class, () -> engine.receive(batch, SECOND));
            assertTrue(thrown.getMessage().contains("test.pcap: at byte " + torn), thrown.getMessage());
            assertThrows(EngineException.class, () -> engine.receive(batch, SECOND), "and again");
        }
    }

    @Test
    void shouldNotOverfillABatchWhenManyPacketsHaveOneTime() throws IOException {
        CaptureFiles file = capture();
        byte[] large = PacketFixtures.udp(APPLICATION, SERVER).payloadLength(60_000).bytes();
        byte[] small = PacketFixtures.udp(APPLICATION, SERVER).bytes();
        for (int i = 0; i < 10; i++) {
            file.record(1, 0, large);
        }
        for (int i = 0; i < 200; i++) {
            file.record(1, 0, small);
        }
        try (ReplayEngine engine = engine(file.bytes(), NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            int packets = 0;
            for (int count = engine.receive(batch, SECOND); count >= 0; count = engine.receive(batch, SECOND)) {
                assertTrue(count > 0 && count <= batch.capacity());
                packets += count;
                engine.inject(batch);
            }
            assertEquals(210, packets);
            assertEquals(10 * large.length + 200 * small.length, results.stream().mapToInt(result -> result.bytes().length).sum());
        }
    }

    @Test
    void shouldReturnZeroOnceWhenWoken() throws IOException {
        try (ReplayEngine engine = engine(capture().record(1, 0, PacketFixtures.udp(APPLICATION, SERVER).bytes()).bytes(), NOT_KNOWN)) {
            PacketBatch batch = engine.newBatch();
            engine.wakeup();
            engine.wakeup();
            assertEquals(0, engine.receive(batch, SECOND));
            assertEquals(1, engine.receive(batch, SECOND));
            assertEquals(Engine.SHUT_DOWN, engine.receive(batch, SECOND));
        }
    }
}
