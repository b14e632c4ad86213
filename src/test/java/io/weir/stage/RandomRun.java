package io.weir.stage;

import io.weir.engine.PacketFlags;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import io.weir.rules.RuleSet;
import io.weir.testkit.PacketFixtures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One random sequence of packets and events, from few endpoints so that they meet; the relay answers sometimes sensibly, sometimes not. */
final class RandomRun {
    private static final long MS = 1_000_000L;
    private static final int[] FLAGS = {2, 2, 2, 16, 16, 24, 17, 4, 20, 18, 0, 41};
    private static final List<Owner> OWNERS = List.of(Owner.UNKNOWN, new Owner(1, 1, "/usr/bin/curl", "curl", "0"),
            new Owner(2, 1, "/usr/bin/wget", "wget", "0"), new Owner(0, 0, "", "", "1000"));

    private final SplittableRandom random;
    private final Workshop workshop;
    private final RuleSet rules;
    /** What the relay was told a connection will look like: local and peer. */
    private final Map<Long, Endpoint[]> tuples = new HashMap<>();
    private int linesRead;
    private long nowNs = -5_000 * MS; // System.nanoTime may be negative
    private long packets;

    RandomRun(long seed, Workshop workshop, RuleSet rules) {
        random = new SplittableRandom(seed);
        this.workshop = workshop;
        this.rules = rules;
    }

    static Redirect redirect(long seed) {
        List<Endpoint> both = new ArrayList<>(Workshop.LOOPBACK);
        both.addAll(Workshop.WILDCARD);
        return switch ((int) (seed % 3)) {
            case 0 -> Workshop.loopback();
            case 1 -> Workshop.reflect();
            default -> new Redirect(RedirectShape.LOOPBACK, both, 1);
        };
    }

    long packets() {
        return packets;
    }

    void step() {
        nowNs += random.nextInt(50) == 0 ? random.nextInt(70_000) * MS : random.nextInt(300) == 0 ? 8_000_000 * MS : random.nextInt(40) * MS;
        workshop.relayIsFull = random.nextInt(20) == 0;
        workshop.lookupIsFull = random.nextInt(20) == 0;
        workshop.engine.refuses = random.nextInt(20) == 0;
        if (random.nextInt(4) == 0) {
            workshop.knownOwners.put(Endpoint.of(0, 0xffff_0a00_0002L, 40_000 + random.nextInt(6)), OWNERS.get(random.nextInt(4)));
        } else if (random.nextInt(4) == 0) {
            workshop.knownOwners.clear();
        }
        switch (random.nextInt(10)) {
            case 0 -> workshop.tick(nowNs - random.nextInt(5)); // a slot may be a little older than the one before it
            case 1, 2, 3 -> control();
            default -> batch();
        }
        readDials();
    }

    private void batch() {
        List<byte[]> bytes = new ArrayList<>();
        List<Integer> flags = new ArrayList<>();
        int count = random.nextInt(1, 9);
        for (int i = 0; i < count; i++) {
            bytes.add(packet());
            flags.add(random.nextInt(30) == 0 ? 0 : PacketFlags.OUTBOUND | (random.nextInt(4) == 0 ? 0 : PacketFlags.IP_CHECKSUM_VALID
                    | PacketFlags.TRANSPORT_CHECKSUM_VALID));
        }
        packets += count;
        workshop.packets(nowNs, bytes, flags);
    }

    private byte[] packet() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            byte[] rubbish = new byte[random.nextInt(1, 200)];
            random.nextBytes(rubbish);
            return rubbish;
        }
        boolean ipv4 = random.nextInt(4) > 0;
        String source = ipv4 ? "10.0.0.2:" : "[2001:db8:1::2]:";
        Endpoint from = Endpoint.parse(source + (40_000 + random.nextInt(6)));
        Endpoint to = Endpoint.parse((ipv4 ? "203.0.113." + random.nextInt(1, 5) : "[2001:db8:2::1]") + ":" + random.nextInt(80, 84));
        if (kind < 4) {
            return PacketFixtures.udp(from, to).payloadLength(random.nextInt(1800)).bytes();
        }
        Endpoint[] tuple = kind < 10 && !tuples.isEmpty() ? tuples.get(new ArrayList<>(tuples.keySet()).get(random.nextInt(tuples.size()))) : null;
        PacketFixtures packet = tuple == null ? PacketFixtures.tcp(from, to) : PacketFixtures.tcp(tuple[0], tuple[1]);
        boolean fragment = random.nextInt(50) == 0 && tuple == null && ipv4;
        return packet.flags(FLAGS[random.nextInt(FLAGS.length)]).sequence(random.nextInt(3)).acknowledgment(random.nextInt(3))
                .payloadLength(random.nextInt(3) == 0 ? random.nextInt(1500) : 0).fragment(fragment ? 0x2000 : 0).bytes();
    }

    private void control() {
        List<Long> ids = workshop.ids();
        long id = ids.isEmpty() ? 1 : random.nextInt(5) == 0 ? random.nextLong()
                : ids.get(ids.size() - 1 - random.nextInt(Math.min(ids.size(), 12)));
        switch (random.nextInt(17)) {
            case 16 -> socketClosed();
            case 0, 1, 2, 3, 4, 5 -> workshop.control(nowNs, new ControlEvent.Dialed(id));
            case 6, 7 -> dialFailed(id);
            case 8, 9 -> sessionEnded(id);
            case 10, 11, 12 -> {
                if (workshop.asked.containsKey(id)) {
                    OwnerQuery query = random.nextBoolean() ? workshop.asked.remove(id) : workshop.asked.get(id);
                    workshop.control(nowNs, new ControlEvent.OwnerFound(query, OWNERS.get(random.nextInt(4))));
                }
            }
            case 13 -> workshop.control(nowNs, new ControlEvent.NewRules(random.nextInt(3) == 0 ? RuleSet.of(List.of()) : rules));
            case 14 -> workshop.control(nowNs, new ControlEvent.NewRedirect(redirect(random.nextInt(3))));
            default -> workshop.control(nowNs, new ControlEvent.Query(random.nextInt(80) - 5, random.nextInt(40), (slice, next) -> { }));
        }
    }

    private void socketClosed() {
        Endpoint local = Endpoint.parse("10.0.0.2:" + (40_000 + random.nextInt(6)));
        Endpoint remote = Endpoint.parse("203.0.113." + random.nextInt(1, 5) + ":" + random.nextInt(80, 84));
        workshop.control(nowNs, new ControlEvent.SocketClosed(random.nextBoolean() ? Protocol.TCP : Protocol.UDP, local, remote, random.nextInt(3)));
    }

    /** The relay fails orders it has, late or not; or nonsense comes. */
    private void dialFailed(long id) {
        boolean nobodys = !workshop.ids().contains(id);
        if (nobodys || workshop.ordered.contains(id)) {
            Refusal refusal = Refusal.values()[random.nextInt(Refusal.values().length)];
            workshop.control(nowNs, new ControlEvent.DialFailed(id, refusal, "failed"));
        }
    }

    /** The relay ends sessions, and only those; it does not know the others. */
    private void sessionEnded(long id) {
        if (workshop.openedFlows.get(id) == Outcome.RELAYED) {
            workshop.control(nowNs, new ControlEvent.SessionEnded(id, random.nextInt(100), random.nextInt(100), "closed"));
        }
    }

    private void readDials() {
        for (; linesRead < workshop.lines.size(); linesRead++) {
            String line = workshop.lines.get(linesRead);
            if (line.startsWith("dial ") && !line.endsWith("full")) {
                String[] words = line.split(" +");
                tuples.put(workshop.id(words[1]), new Endpoint[] {Endpoint.parse(words[words.length - 1]), Endpoint.parse(words[words.length - 3])});
                if (tuples.size() > 40) {
                    tuples.clear();
                }
            }
        }
    }

    /** Lets every deadline pass. */
    void drain() {
        workshop.lead = 0;
        for (int turn = 0; turn < 3000; turn++) {
            nowNs += 10_000 * MS;
            workshop.tick(nowNs);
        }
    }
}
