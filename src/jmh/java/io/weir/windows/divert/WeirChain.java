package io.weir.windows.divert;

import io.weir.engine.CaptureScope;
import io.weir.engine.PacketFlags;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.OnFailure;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import io.weir.stage.ControlEvent;
import io.weir.stage.FlowLog;
import io.weir.stage.FlowReport;
import io.weir.stage.Redirect;
import io.weir.stage.RedirectShape;
import io.weir.stage.RelayPort;
import io.weir.stage.Slot;
import io.weir.stage.StageSettings;
import io.weir.stage.Stages;
import io.weir.testkit.NoOwners;
import io.weir.testkit.PacketFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The real engine and the real stages on one thread, as the fused wiring runs them, with so many open flows; only the driver is a recording. */
final class WeirChain {
    private static final int OUTBOUND = PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;
    private static final int RELAY_LISTENERS = 5; // more flows than ports

    final List<RedirectedFlow> flows = new ArrayList<>();
    final RecordedDriver driver = new RecordedDriver();
    private final WinDivertEngine engine;
    final WinDivertBatch batch;
    private final Slot slot = new Slot();
    private final Stages stages;
    private final long openedNs = System.nanoTime();
    private RecordedTraffic traffic;

    WeirChain(int count) {
        Counters counters = new Counters();
        CaptureScope scope = new CaptureScope(List.of(), null, List.of(), List.of(), false);
        engine = new DivertDriver(driver, driver).engine(new DivertSettings(DivertSettings.DEFAULT_PRIORITY, false, null), scope, counters);
        batch = (WinDivertBatch) engine.newBatch();
        RuleSet rules = RuleSet.of(List.of(new Rule("all", Condition.ALWAYS, Action.proxy("office"), OnFailure.BLOCK)));
        List<Endpoint> relay = IntStream.range(0, RELAY_LISTENERS).mapToObj(i -> Endpoint.parse("127.0.0.1:" + (7001 + i))).toList();
        stages = new Stages(StageSettings.DEFAULT, settings(), rules, new Redirect(RedirectShape.LOOPBACK, relay, 1), new NoOwners(),
                (query, owner) -> { }, new Relay(), new Silence(), engine, counters, 1);
        for (int i = 0; i < count; i++) {
            Endpoint application = Endpoint.of(0, 0xffff_0a00_0002L + i / 60_000, 5000 + i % 60_000);
            Endpoint destination = Endpoint.of(0, 0xffff_cb00_7105L + i % 200, 443);
            one(PacketFixtures.tcp(application, destination).flags(PacketFixtures.SYN).bytes());
            slot.control(new ControlEvent.Dialed(i + 1), openedNs);
            run();
            one(PacketFixtures.tcp(application, destination).flags(PacketFixtures.ACK).bytes());
        }
    }

    /** Windows has one loopback address to give. */
    private static FlowSettings settings() {
        FlowSettings usual = FlowSettings.DEFAULT;
        return new FlowSettings(usual.maximumFlows(), usual.parkedSyns(), usual.parkedDatagrams(), usual.parkedPerFlow(),
                PortSet.parse("8192-32767"), 1, usual.portRestNs(), usual.finishedNs(), usual.resetNs(), usual.idleNs(), usual.dialNs(),
                usual.acceptNs(), usual.refusedMemoryNs(), usual.droppedMemoryNs(), usual.udpIdleNs());
    }

    private void one(byte[] packet) {
        batch.buffer().put(0, packet);
        batch.clear(openedNs);
        batch.add(0, packet.length, OUTBOUND, 7, 0);
        slot.packets(batch, openedNs);
        run();
    }

    private void run() {
        stages.decode(slot);
        stages.decide(slot);
        stages.rewrite(slot);
        stages.inject(slot);
        slot.clear();
    }

    void replay(RecordedTraffic next) {
        traffic = next;
        driver.replay(next, batch);
    }

    /** The next turn, of whomever, begins with the recording's first batch. */
    void rewind() {
        traffic.rewind();
    }

    /** Receives a batch, takes it through the stages and sends it. @return packets */
    int turn() {
        int packets = engine.receive(batch, 0);
        slot.packets(batch, batch.receivedNs());
        run();
        return packets;
    }

    private final class Relay implements RelayPort {
        @Override
        public boolean dial(long flowId, Endpoint application, Endpoint destination, String upstream, Endpoint peer, Endpoint local) {
            flows.add(new RedirectedFlow(application, destination, peer, local));
            return true;
        }

        @Override
        public void cancel(long flowId) {
            throw new IllegalStateException("a flow was given up");
        }
    }

    private static final class Silence implements FlowLog {
        @Override
        public void opened(FlowReport flow) {
            // not of interest
        }

        @Override
        public void ended(FlowReport flow) {
            throw new IllegalStateException("a flow ended");
        }
    }
}
