package io.weir.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.net.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfTestTest {
    private static final long MS = 1_000_000;

    private final List<Integer> patience = new ArrayList<>();
    private long nowNs = -5;

    /** What becomes of each connection in turn; the last one stands for all that follow. */
    private SelfTest test(SelfTest.Connector... fates) {
        return new SelfTest((destination, timeoutMs) -> {
            patience.add(timeoutMs);
            return fates[Math.min(patience.size(), fates.length) - 1].connect(destination, timeoutMs);
        }, () -> nowNs);
    }

    /** The relay dials so long after the connection began. */
    private Endpoint dial(SelfTest test, Endpoint destination, long afterMs) {
        nowNs += afterMs * MS;
        return test.instead(destination);
    }

    private Socket arrive(SelfTest test, Endpoint destination) throws IOException {
        Endpoint target = dial(test, destination, 1);
        return new Socket(InetAddress.getByAddress(target.address().bytes()), target.port());
    }

    private Socket vanish(int timeoutMs) throws IOException {
        nowNs += timeoutMs * MS;
        throw new SocketTimeoutException();
    }

    @Test
    void shouldWorkWhenTheConnectionComesBack() {
        SelfTest[] test = new SelfTest[1];
        test[0] = test((destination, timeoutMs) -> arrive(test[0], destination));
        assertEquals(SelfTest.Outcome.WORKS, test[0].run().outcome());
        assertEquals(List.of(2000, 2000), patience, "IPv4, then IPv6");
    }

    @Test
    void shouldFailAtOnceWhenTheRelayHasDialedAndNothingArrives() {
        SelfTest[] test = new SelfTest[1];
        test[0] = test((destination, timeoutMs) -> {
            dial(test[0], destination, 200);
            return vanish(timeoutMs);
        });
        assertEquals(new SelfTest.Result(SelfTest.Outcome.FAILS, "no answer within 2 s"), test[0].run());
        assertEquals(List.of(2000), patience);
    }

    @Test
    void shouldTryAgainWithMorePatienceWhenTheMachineIsSlow() {
        SelfTest[] test = new SelfTest[1];
        test[0] = test((destination, timeoutMs) -> vanish(timeoutMs), (destination, timeoutMs) -> {
            dial(test[0], destination, 600);
            return vanish(timeoutMs);
        }, (destination, timeoutMs) -> arrive(test[0], destination));
        assertEquals(SelfTest.Outcome.WORKS, test[0].run().outcome());
        assertEquals(List.of(2000, 4000, 8000, 2000), patience);
    }

    @Test
    void shouldFailInTheEndWhenTheRelayIsNeverAsked() {
        SelfTest test = test((destination, timeoutMs) -> vanish(timeoutMs));
        assertEquals(new SelfTest.Result(SelfTest.Outcome.FAILS, "no answer within 8 s"), test.run());
        assertEquals(List.of(2000, 4000, 8000), patience);
    }

    @Test
    void shouldTryTheOtherFamilyWhenThereIsNoRoute() {
        SelfTest[] test = new SelfTest[1];
        test[0] = test((destination, timeoutMs) -> {
            throw new NoRouteToHostException();
        }, (destination, timeoutMs) -> arrive(test[0], destination));
        assertEquals(SelfTest.Outcome.WORKS, test[0].run().outcome());
        assertEquals(2, patience.size());
    }

    @Test
    void shouldSayThatOnlyIpv4WorksWhenNothingArrivesOverIpv6() {
        SelfTest[] test = new SelfTest[1];
        test[0] = test((destination, timeoutMs) -> arrive(test[0], destination), (destination, timeoutMs) -> {
            dial(test[0], destination, 200);
            return vanish(timeoutMs);
        });
        assertEquals(new SelfTest.Result(SelfTest.Outcome.ONLY_IPV4, "over IPv6: no answer within 2 s"), test[0].run());
    }

    @Test
    void shouldBeContentWithIpv4WhenIpv6IsRefused() {
        SelfTest[] test = new SelfTest[1];
        test[0] = test((destination, timeoutMs) -> arrive(test[0], destination), (destination, timeoutMs) -> {
            throw new ConnectException("Permission denied: connect");
        });
        assertEquals(SelfTest.Outcome.WORKS, test[0].run().outcome());
        assertEquals(2, patience.size());
    }

    @Test
    void shouldFailWhenTheConnectionIsRefused() {
        SelfTest test = test((destination, timeoutMs) -> {
            throw new ConnectException("Connection refused");
        });
        assertEquals(new SelfTest.Result(SelfTest.Outcome.FAILS, "the connection was refused"), test.run());
        assertEquals(1, patience.size());
    }
}
