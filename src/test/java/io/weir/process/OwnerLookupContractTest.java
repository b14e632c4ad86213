package io.weir.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.testkit.Waiting;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every owner look-up promises. */
@Timeout(120)
public abstract class OwnerLookupContractTest {

    /** A flow and who owns it. */
    public record OwnedFlow(Protocol protocol, Endpoint local, Endpoint remote, Owner owner) {
    }

    /** An endpoint where connections are accepted, and who accepts them. */
    public record OwnedListener(Endpoint reached, Owner owner) {
    }

    private record Answer(OwnerQuery query, Owner owner) {
    }

    protected abstract OwnerLookup lookup();

    /** Opens a flow that the look-up has not been asked about before; it stays open until the test ends. */
    protected abstract OwnedFlow openFlow(Protocol protocol);

    /** Listens anew; it stays open until the test ends. */
    protected abstract OwnedListener openListener();

    /** Lets the look-up answer what it was asked, where it does not do so by itself. */
    protected void settle() {
    }

    protected final Owner find(OwnedFlow flow) {
        return lookup().find(flow.protocol(), flow.local().address().high(), flow.local().address().low(), flow.local().port(),
            flow.remote().address().high(), flow.remote().address().low(), flow.remote().port(), 0);
    }

    protected final Owner ask(Protocol protocol, Endpoint local, Endpoint remote) {
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        assertTrue(lookup().ask(new OwnerQuery(7, protocol, local, remote), (query, owner) -> answers.add(new Answer(query, owner))));
        settle();
        Answer answer = next(answers);
        assertEquals(new OwnerQuery(7, protocol, local, remote), answer.query());
        return answer.owner();
    }

    private static OwnerQuery question(long id, OwnedFlow flow) {
        return new OwnerQuery(id, flow.protocol(), flow.local(), flow.remote());
    }

    private static Answer next(BlockingQueue<Answer> answers) {
        return Waiting.next(answers, "an answer");
    }

    @ParameterizedTest
    @EnumSource(value = Protocol.class, names = {"TCP", "UDP"})
    void shouldNameTheOwnerWhenAsked(Protocol protocol) {
        OwnedFlow flow = openFlow(protocol);
        assertEquals(flow.owner(), ask(protocol, flow.local(), flow.remote()));
    }

    @ParameterizedTest
    @EnumSource(value = Protocol.class, names = {"TCP", "UDP"})
    void shouldFindTheOwnerAtOnceWhenItWasAskedForBefore(Protocol protocol) {
        OwnedFlow flow = openFlow(protocol);
        ask(protocol, flow.local(), flow.remote());
        assertEquals(flow.owner(), find(flow));
    }

    @ParameterizedTest
    @EnumSource(value = Protocol.class, names = {"TCP", "UDP"})
    void shouldAnswerUnknownWhenThereIsNoSuchFlow(Protocol protocol) {
        Endpoint local = Endpoint.parse("127.0.0.1:9");
        Endpoint remote = Endpoint.parse("127.0.0.1:11");
        assertEquals(null, find(new OwnedFlow(protocol, local, remote, Owner.UNKNOWN)));
        assertEquals(Owner.UNKNOWN, ask(protocol, local, remote));
    }

    @Test
    void shouldGiveEachAskerItsOwnQuestionBackWhenManyAsk() {
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        OwnedFlow[] flows = {openFlow(Protocol.TCP), openFlow(Protocol.UDP), openFlow(Protocol.TCP)};
        for (int i = 0; i < 300; i++) {
            OwnedFlow flow = flows[i % 3];
            assertTrue(lookup().ask(question(i, flow), (query, owner) -> answers.add(new Answer(query, owner))));
        }
        settle();
        boolean[] answered = new boolean[300];
        for (int i = 0; i < 300; i++) {
            Answer answer = next(answers);
            int id = (int) answer.query().id();
            assertFalse(answered[id], "answered twice: " + id);
            answered[id] = true;
            assertEquals(flows[id % 3].local(), answer.query().local());
            assertEquals(flows[id % 3].owner(), answer.owner());
        }
    }

    @Test
    void shouldRefuseFurtherQuestionsWhenTooManyAreOpenAndAnswerTheAcceptedOnes() throws InterruptedException {
        OwnedFlow flow = openFlow(Protocol.TCP);
        CountDownLatch release = new CountDownLatch(1);
        Map<Long, Integer> answers = new ConcurrentHashMap<>();
        BlockingQueue<Long> done = new LinkedBlockingQueue<>();
        long id = 0;
        while (id < 1_000_000 && lookup().ask(question(id, flow), (query, owner) -> {
            await(release);
            answers.merge(query.id(), 1, Integer::sum);
            done.add(query.id());
        })) {
            id++;
        }
        assertTrue(id > 0 && id < 1_000_000, "accepted " + id);
        release.countDown();
        settle();
        for (long i = 0; i < id; i++) {
            Waiting.next(done, "only " + i + " of " + id + " answered");
        }
        assertEquals(id, answers.size());
        assertTrue(answers.values().stream().allMatch(times -> times == 1));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldAnswerEveryAcceptedQuestionOnceWhenClosed() {
        OwnedFlow flow = openFlow(Protocol.TCP);
        Map<Long, Integer> answers = new ConcurrentHashMap<>();
        int accepted = 0;
        for (long i = 0; i < 64; i++) {
            if (lookup().ask(question(i, flow), (query, owner) -> answers.merge(query.id(), 1, Integer::sum))) {
                accepted++;
            }
        }
        lookup().close();
        assertEquals(accepted, answers.size());
        assertTrue(answers.values().stream().allMatch(times -> times == 1), answers::toString);
    }

    @Test
    void shouldNameWhoListensWhenAskedForAnEndpoint() {
        OwnedListener listener = openListener();
        assertEquals(listener.owner(), lookup().listener(listener.reached()));
        assertEquals(listener.owner(), lookup().listener(listener.reached()), "again");
    }

    @Test
    void shouldNameNobodyWhenNobodyListensThere() {
        assertEquals(Owner.UNKNOWN, lookup().listener(Endpoint.parse("127.0.0.1:9")));
        OwnedFlow flow = openFlow(Protocol.TCP);
        assertEquals(Owner.UNKNOWN, lookup().listener(flow.local()), "a connection is no listener");
    }

    @Test
    void shouldRefuseQuestionsWhenClosedAndCloseTwice() {
        lookup().close();
        lookup().close();
        Endpoint anywhere = Endpoint.parse("127.0.0.1:9");
        assertFalse(lookup().ask(new OwnerQuery(1, Protocol.TCP, anywhere, anywhere), (query, owner) -> { }));
        assertEquals(null, find(new OwnedFlow(Protocol.TCP, anywhere, anywhere, Owner.UNKNOWN)));
        assertEquals(Owner.UNKNOWN, lookup().listener(anywhere));
    }
}
