package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableImageTest {
    private static final Endpoint LOCAL = Endpoint.parse("10.1.2.3:50001");
    private static final Endpoint REMOTE = Endpoint.parse("203.0.113.9:443");
    private static final Endpoint LOCAL6 = Endpoint.parse("[2001:db8:1:2:3:4:5:6]:50001");
    private static final Endpoint REMOTE6 = Endpoint.parse("[2001:db8:f:e:d:c:b:a]:443");

    private final FakeSocketTables tables = new FakeSocketTables();
    private final TableImage image = new TableImage(tables);

    @ParameterizedTest
    @EnumSource
    void shouldReadEveryFieldOfEveryKindOfRow(RowKind kind) {
        boolean ipv4 = kind.name().contains("IPV4");
        boolean tcp = kind.name().startsWith("TCP");
        Endpoint local = ipv4 ? LOCAL : LOCAL6;
        Endpoint remote = ipv4 ? REMOTE : REMOTE6;
        tables.add(kind, FakeSocketTables.LISTEN, remote, local, 1);
        tables.add(kind, FakeSocketTables.SYN_SENT, local, remote, 0xfffffff0);
        assertEquals(SocketTables.NO_ERROR, image.read(kind));
        assertEquals(2, image.rows());
        image.row(0);
        assertEquals(remote, Endpoint.of(image.localHigh(), image.localLow(), image.localPort()));
        assertEquals(1, image.process());
        image.row(1);
        assertEquals(local, Endpoint.of(image.localHigh(), image.localLow(), image.localPort()), "the upper half of a port is not zero");
        assertEquals(tcp ? remote : Endpoint.of(0, 0, 0), Endpoint.of(image.remoteHigh(), image.remoteLow(), image.remotePort()));
        assertEquals(tcp ? TableImage.SYN_SENT : 0, image.state());
        assertEquals(0xfffffff0, image.process());
        assertEquals(0, image.created());
        assertEquals(tcp ? Protocol.TCP : Protocol.UDP, kind.protocol());
        assertEquals(ipv4 ? 2 : 23, kind.family());
        assertEquals(FakeSocketTables.isModule(kind) ? tcp ? 8 : 2 : tcp ? 5 : 1, kind.tableClass());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = ".*_MODULE")
    void shouldReadWhenASocketWasMadeWhereTheTableTells(RowKind kind) {
        boolean ipv4 = kind.name().contains("IPV4");
        byte[] row = FakeSocketTables.row(kind, 5, ipv4 ? LOCAL : LOCAL6, ipv4 ? REMOTE : REMOTE6, 4, 0x01db_0000_1234_5678L);
        SocketTables one = (wanted, table, size) -> {
            table.bytes().putInt(0, 1).put(8, row);
            return SocketTables.NO_ERROR;
        };
        TableImage single = new TableImage(one);
        single.read(kind);
        single.row(0);
        assertEquals(0x01db_0000_1234_5678L, single.created());
    }

    @Test
    void shouldAskAgainWithAQuarterMoreWhenTheTableGrows() {
        for (int i = 0; i < 10_000; i++) {
            tables.add(RowKind.TCP_IPV4, FakeSocketTables.ESTABLISHED, LOCAL, REMOTE, 4);
        }
        tables.growth = 4000;
        assertEquals(SocketTables.NO_ERROR, image.read(RowKind.TCP_IPV4));
        int firstNeed = 4 + 14_000 * 24;
        int secondNeed = 4 + 18_000 * 24;
        assertEquals(List.of(65536, firstNeed * 5 / 4, secondNeed * 5 / 4), tables.capacities());
        assertEquals(22_000, image.rows());
        tables.growth = 0;
        image.read(RowKind.UDP_IPV4);
        assertEquals(secondNeed * 5 / 4, tables.capacities().get(3), "the memory is kept, and offered at once");
    }

    @Test
    void shouldGiveUpWhenATableOutgrowsEveryAttempt() {
        tables.add(RowKind.TCP_IPV4, FakeSocketTables.ESTABLISHED, LOCAL, REMOTE, 4);
        SocketTables never = (kind, table, size) -> {
            size.bytes().putInt(0, size.bytes().getInt(0) + 1);
            return SocketTables.ERROR_INSUFFICIENT_BUFFER;
        };
        TableImage unlucky = new TableImage(never);
        assertEquals(SocketTables.ERROR_INSUFFICIENT_BUFFER, unlucky.read(RowKind.TCP_IPV4));
        assertEquals(0, unlucky.rows());
    }

    @Test
    void shouldHaveNoRowsWhenTheTableCannotBeRead() {
        tables.add(RowKind.TCP_IPV4, FakeSocketTables.ESTABLISHED, LOCAL, REMOTE, 4);
        image.read(RowKind.TCP_IPV4);
        tables.error = 50;
        assertEquals(50, image.read(RowKind.TCP_IPV4));
        assertEquals(0, image.rows());
    }

    @Test
    void shouldNotReadPastTheMemoryWhenTheCountIsWrong() {
        tables.add(RowKind.TCP_IPV6, FakeSocketTables.ESTABLISHED, LOCAL6, REMOTE6, 4);
        tables.lie = 1_000_000;
        image.read(RowKind.TCP_IPV6);
        assertEquals((65536 - 4) / 56, image.rows());
        image.row(image.rows() - 1);
        assertEquals(0, image.process());
    }
}
