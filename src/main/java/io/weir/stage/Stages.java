package io.weir.stage;

import io.weir.engine.Engine;
import io.weir.flow.FlowSettings;
import io.weir.flow.FlowTable;
import io.weir.flow.ParkedPackets;
import io.weir.metrics.Counters;
import io.weir.process.OwnerLookup;
import io.weir.rules.RuleSet;

/**
 * The four stages. Every slot goes through {@link #decode}, {@link #decide}, {@link #rewrite} and {@link #inject} in this order and slots stay
 * in order; each method may have a thread of its own. {@link #decide} owns every table; the others look only into the slot.
 */
public final class Stages {
    private final FlowTable<LiveFlow> table;
    private final ParkedPackets parked;
    private final Translations translations;
    private final Lifecycle lifecycle;
    private final Decode decode = new Decode();
    private final Decide decide;
    private final Rewrite rewrite = new Rewrite();
    private final Inject inject;

    /** Without sockets of our own to guard against. @see #Stages(StageSettings, FlowSettings, RuleSet, Redirect, OwnerLookup, OwnerLookup.Answers,
     * RelayPort, FlowLog, Engine, LoopGuard, Counters, long) */
    public Stages(StageSettings settings, FlowSettings flowSettings, RuleSet rules, Redirect redirect, OwnerLookup owners,
                  OwnerLookup.Answers answers, RelayPort relay, FlowLog log, Engine engine, Counters counters, long seed) {
        this(settings, flowSettings, rules, redirect, owners, answers, relay, log, engine, LoopGuard.none(), counters, seed);
    }

    /**
     * @param guard   what passes whatever the rules say
     * @param answers hands {@link ControlEvent.OwnerFound} to the ring
     * @param seed    of the flow table's hash: unpredictable, but fixed where runs must repeat
     */
    public Stages(StageSettings settings, FlowSettings flowSettings, RuleSet rules, Redirect redirect, OwnerLookup owners,
                  OwnerLookup.Answers answers, RelayPort relay, FlowLog log, Engine engine, LoopGuard guard, Counters counters, long seed) {
        PlanPool plans = new PlanPool();
        table = new FlowTable<>(flowSettings.maximumFlows(), seed, LiveFlow::new);
        parked = new ParkedPackets(flowSettings.parkedSyns(), flowSettings.parkedDatagrams());
        translations = new Translations(table, flowSettings, redirect);
        Journal journal = new Journal(log, counters);
        Output output = new Output(plans, settings.refuseByResetOnly(), counters);
        lifecycle = new Lifecycle(table, flowSettings, settings, parked, translations, relay, journal, output, counters);
        Parking parking = new Parking(parked, flowSettings.parkedPerFlow(), lifecycle, output);
        Attribution attribution = new Attribution(owners, answers, settings.ownerForLog(), counters);
        Dialer dialer = new Dialer(relay, translations, lifecycle, journal, output, settings.observing());
        Selection selection = new Selection(settings.filter(), settings.scope());
        Judge judge = new Judge(settings.ownerUnknown(), selection, guard, attribution, lifecycle, dialer, journal, counters);
        TcpFlows tcp = new TcpFlows(table, rules, lifecycle, judge, guard, parking, translations, output, counters,
            settings.observing());
        UdpFlows udp = new UdpFlows(table, rules, lifecycle, judge, guard, parking, output, settings.observing());
        Events events = new Events(table, attribution, judge, dialer, lifecycle, parking, journal, translations, tcp, udp);
        Deadlines deadlines = new Deadlines(table, lifecycle, judge, dialer, parking, output);
        decide = new Decide(lifecycle.timers(), deadlines, events, tcp, udp, new IcmpErrors(table, counters), output, counters);
        inject = new Inject(engine, plans, counters);
    }

    /** Parses every packet of the slot. */
    public void decode(Slot slot) {
        decode.decode(slot);
    }

    /** Moves the time to the slot's, carries out its event, and notes for every packet what is to be done. */
    public void decide(Slot slot) {
        decide.decide(slot);
    }

    /** Rewrites the packets that need it, in place. */
    public void rewrite(Slot slot) {
        rewrite.rewrite(slot);
    }

    /** Hands built and released packets, then the batch, to the engine. The slot can be cleared afterwards. */
    public void inject(Slot slot) {
        inject.inject(slot);
    }

    /** Instead of the remaining stages, when one has failed, the last one too: packets go back as they came, what was built is forgotten. */
    public void release(Slot slot) {
        inject.release(slot);
    }

    /** What is held at this moment, for tests that nothing is left behind: flows, tuples, parked packets, timers. */
    int[] held() {
        return new int[] {table.size(), translations.live(), parked.used(), lifecycle.timers().size()};
    }
}
