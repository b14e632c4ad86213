package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.OwnerQuery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableWalkTest {
    private static final Endpoint NOWHERE = Endpoint.parse("0.0.0.0:0");
    private static final Endpoint NOWHERE6 = Endpoint.parse("[::]:0");

    private final FakeSocketTables tables = new FakeSocketTables();
    private final TableWalk walk = new TableWalk(tables);

    private static Question question(Protocol protocol, boolean listening, String local, String remote) {
        OwnerQuery query = new OwnerQuery(1, protocol, Endpoint.parse(local), Endpoint.parse(remote));
        return new Question(query, listening, (asked, owner) -> { }, 0);
    }

    private Question asked(Protocol protocol, String local, String remote) {
        Question question = question(protocol, false, local, remote);
        assertEquals(0, walk.walk(List.of(question)));
        return question;
    }

    private int tcp(String local, String remote) {
        return asked(Protocol.TCP, local, remote).process();
    }

    private int udp(String local, String remote) {
        return asked(Protocol.UDP, local, remote).process();
    }

    private int listener(String local) {
        Question question = question(Protocol.TCP, true, local, local);
        walk.walk(List.of(question));
        return question.process();
    }

    private void tcp4(int state, String local, String remote, int pid) {
        tables.add(RowKind.TCP_IPV4, state, Endpoint.parse(local), Endpoint.parse(remote), pid);
    }

    private void tcp6(int state, String local, String remote, int pid) {
        tables.add(RowKind.TCP_IPV6, state, Endpoint.parse(local), Endpoint.parse(remote), pid);
    }

    private void udp4(String local, int pid) {
        tables.add(RowKind.UDP_IPV4, 0, Endpoint.parse(local), NOWHERE, pid);
    }

    private void udp6(String local, int pid) {
        tables.add(RowKind.UDP_IPV6, 0, Endpoint.parse(local), NOWHERE6, pid);
    }

    @Test
    void shouldCompareAllFourValuesWhenSeveralConnectFromOnePort() {
        tcp4(FakeSocketTables.SYN_SENT, "10.0.0.1:5000", "203.0.113.1:443", 11);
        tcp4(FakeSocketTables.SYN_SENT, "10.0.0.1:5000", "203.0.113.1:80", 12);
        tcp4(FakeSocketTables.SYN_SENT, "10.0.0.1:5000", "203.0.113.2:443", 13);
        tcp4(FakeSocketTables.SYN_SENT, "10.0.0.2:5000", "203.0.113.1:443", 14);
        assertEquals(11, tcp("10.0.0.1:5000", "203.0.113.1:443"));
        assertEquals(12, tcp("10.0.0.1:5000", "203.0.113.1:80"));
        assertEquals(13, tcp("10.0.0.1:5000", "203.0.113.2:443"));
        assertEquals(14, tcp("10.0.0.2:5000", "203.0.113.1:443"));
        assertEquals(0, tcp("10.0.0.3:5000", "203.0.113.1:443"));
        assertEquals(0, udp("10.0.0.1:5000", "203.0.113.1:443"), "another protocol");
    }

    @Test
    void shouldPreferTheConnectionWhenAnOldOneHasTheSameEnds() {
        tcp4(FakeSocketTables.TIME_WAIT, "10.0.0.1:5000", "203.0.113.1:443", 11);
        tcp4(FakeSocketTables.SYN_SENT, "10.0.0.1:5000", "203.0.113.1:443", 12);
        tcp4(FakeSocketTables.CLOSED, "10.0.0.1:5000", "203.0.113.1:443", 13);
        assertEquals(12, tcp("10.0.0.1:5000", "203.0.113.1:443"));
    }

    @Test
    void shouldSkipRowsWithoutAProcess() {
        tcp4(FakeSocketTables.TIME_WAIT, "10.0.0.1:5000", "203.0.113.1:443", 0);
        assertEquals(0, tcp("10.0.0.1:5000", "203.0.113.1:443"));
        udp4("10.0.0.1:53", 0);
        udp4("0.0.0.0:53", 21);
        assertEquals(21, udp("10.0.0.1:53", "203.0.113.1:9"));
    }

    @Test
    void shouldLookInTheOrderOfADualStackWhenTheFlowIsIpv4() {
        udp6("[::]:700", 1);
        assertEquals(1, udp("10.0.0.1:700", "203.0.113.1:9"));
        udp6("[::ffff:10.0.0.1]:700", 2);
        assertEquals(2, udp("10.0.0.1:700", "203.0.113.1:9"));
        udp4("0.0.0.0:700", 3);
        assertEquals(3, udp("10.0.0.1:700", "203.0.113.1:9"));
        udp4("10.0.0.1:700", 4);
        assertEquals(4, udp("10.0.0.1:700", "203.0.113.1:9"));
        assertEquals(3, udp("10.0.0.9:700", "203.0.113.1:9"));
    }

    @Test
    void shouldLookInTheIpv6TableOnlyWhenTheFlowIsIpv6() {
        udp4("0.0.0.0:700", 3);
        assertEquals(0, udp("[2001:db8::1]:700", "[2001:db8::2]:9"));
        udp6("[::]:700", 1);
        assertEquals(1, udp("[2001:db8::1]:700", "[2001:db8::2]:9"));
        udp6("[2001:db8::1]:700", 2);
        assertEquals(2, udp("[2001:db8::1]:700", "[2001:db8::2]:9"));
        tcp6(FakeSocketTables.SYN_SENT, "[2001:db8::1]:5000", "[2001:db8::2]:443", 6);
        assertEquals(6, tcp("[2001:db8::1]:5000", "[2001:db8::2]:443"));
    }

    @Test
    void shouldFindAMappedConnectionInTheIpv6Table() {
        tcp6(FakeSocketTables.SYN_SENT, "[::ffff:10.0.0.1]:5000", "[::ffff:203.0.113.1]:443", 9);
        assertEquals(9, tcp("10.0.0.1:5000", "203.0.113.1:443"));
        tcp4(FakeSocketTables.SYN_SENT, "0.0.0.0:5000", "203.0.113.1:443", 10);
        assertEquals(10, tcp("10.0.0.1:5000", "203.0.113.1:443"));
    }

    @Test
    void shouldNotChooseWhenSeveralProcessesShareAPort() {
        udp4("0.0.0.0:5353", 31);
        udp4("0.0.0.0:5353", 32);
        Question shared = asked(Protocol.UDP, "10.0.0.1:5353", "224.0.0.251:5353");
        assertEquals(0, shared.process());
        assertTrue(shared.isAmbiguous());
        udp4("10.0.0.1:5353", 33);
        Question exact = asked(Protocol.UDP, "10.0.0.1:5353", "224.0.0.251:5353");
        assertEquals(33, exact.process(), "one is bound to the very address");
        assertFalse(exact.isAmbiguous());
        udp4("10.0.0.1:5353", 33);
        assertEquals(33, udp("10.0.0.1:5353", "224.0.0.251:5353"), "one process twice is one process");
    }

    @Test
    void shouldNameTheListenerThatWouldBeReached() {
        tcp4(FakeSocketTables.LISTEN, "0.0.0.0:7890", "0.0.0.0:0", 41);
        tcp4(FakeSocketTables.ESTABLISHED, "127.0.0.1:7890", "127.0.0.1:5000", 42);
        tcp6(FakeSocketTables.LISTEN, "[::]:7891", "[::]:0", 43);
        assertEquals(41, listener("127.0.0.1:7890"));
        tcp4(FakeSocketTables.LISTEN, "127.0.0.1:7890", "0.0.0.0:0", 44);
        assertEquals(44, listener("127.0.0.1:7890"));
        assertEquals(41, listener("10.0.0.1:7890"));
        assertEquals(43, listener("[::1]:7891"));
        assertEquals(43, listener("127.0.0.1:7891"), "dual stack");
        assertEquals(0, listener("127.0.0.1:5000"), "a connection is no listener");
        assertEquals(0, tcp("127.0.0.1:7890", "0.0.0.0:0"), "a listener is no connection");
    }

    @Test
    void shouldReadEachTableOnceForManyQuestions() {
        List<Question> questions = new ArrayList<>();
        for (int port = 1; port <= 5000; port++) {
            String local = "10.0.0.1:" + port % 2500;
            tcp4(FakeSocketTables.SYN_SENT, local, "203.0.113.1:" + port, port + 1);
            questions.add(question(Protocol.TCP, false, local, "203.0.113.1:" + port));
        }
        walk.walk(questions);
        for (int i = 0; i < questions.size(); i++) {
            assertEquals(i + 2, questions.get(i).process());
        }
        assertEquals(2, tables.capacities().stream().filter(capacity -> capacity >= 4 + 5000 * 24).count(), "TCP over IPv4 and IPv6, nothing else");
        assertEquals(0, tcp("10.0.0.1:77", "203.0.113.9:1"), "nothing is left of the walk before");
    }

    @Test
    void shouldTellTheErrorWhenATableCannotBeRead() {
        tables.error = 8;
        assertEquals(8, walk.walk(List.of(question(Protocol.UDP, false, "10.0.0.1:1", "10.0.0.2:2"))));
    }
}
