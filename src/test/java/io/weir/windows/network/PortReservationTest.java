package io.weir.windows.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import io.weir.net.PortSet;
import java.io.IOException;
import java.net.BindException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PortReservationTest {
    private static final long TOKEN = 0x1122_3344_5566_7788L;
    private static final PortReservation.Trial ALL_WELL = (from, family, port) -> { };

    private final Winsock winsock = new Winsock();

    /** Gives blocks of so many ports from 50,000 on. */
    private static final class Winsock implements WinsockLibrary {
        private final List<String> calls = new ArrayList<>();
        private int most = 1 << 16;
        private int error = 10_055;

        @Override
        public int WSAStartup(int version, long data) {
            return 0;
        }

        @Override
        public long WSASocketW(int family, int type, int protocol, long information, int group, int flags) {
            calls.add("socket " + family + " " + type + " " + protocol);
            return most == 0 ? INVALID_SOCKET : 77;
        }

        @Override
        public int WSAIoctl(long socket, int code, long input, int inputBytes, long output, int outputBytes, long returned, long overlapped,
                            long completion) {
            Pointer in = new Pointer(input);
            if (code == PortReservation.SIO_ACQUIRE_PORT_RESERVATION) {
                int wanted = Short.toUnsignedInt(in.getShort(2));
                calls.add("acquire " + wanted + " from " + in.getShort(0) + ", " + inputBytes + " bytes to " + outputBytes);
                if (wanted > most) {
                    return SOCKET_ERROR;
                }
                Pointer out = new Pointer(output);
                out.setByte(0, (byte) (50_000 >> 8)); // the port is in network order
                out.setByte(1, (byte) 50_000);
                out.setShort(2, (short) wanted);
                out.setLong(8, TOKEN);
                return 0;
            }
            calls.add((code == PortReservation.SIO_RELEASE_PORT_RESERVATION ? "release " : "associate " + socket + " ")
                + Long.toHexString(in.getLong(0)) + ", " + inputBytes + " bytes");
            return error == 0 ? 0 : SOCKET_ERROR;
        }

        @Override
        public int closesocket(long socket) {
            calls.add("close " + socket);
            return 0;
        }

        @Override
        public int lastError() {
            return error;
        }
    }

    @Test
    void shouldAcquireABlockAndReleaseItOnce() throws IOException {
        winsock.error = 0;
        PortReservation reservation = PortReservation.acquire(winsock, ALL_WELL);
        assertEquals(PortSet.parse("50000-54095"), reservation.ports());
        reservation.associate(123);
        reservation.close();
        reservation.close();
        assertEquals(List.of("socket 2 1 6", "acquire 4096 from 0, 4 bytes to 16", "associate 123 1122334455667788, 8 bytes",
            "release 1122334455667788, 8 bytes", "close 77"), winsock.calls);
    }

    @Test
    void shouldTakeASmallerBlockWhenABigOneIsNotToBeHad() {
        winsock.most = 600;
        assertEquals(PortSet.parse("50000-50511"), PortReservation.acquire(winsock, ALL_WELL).ports());
    }

    @Test
    void shouldDoWithoutWhenTheSystemHasNoReservations() {
        winsock.most = 1;
        winsock.error = 10_045;
        assertNull(PortReservation.acquire(winsock, ALL_WELL));
        assertEquals("close 77", winsock.calls.get(winsock.calls.size() - 1));
        winsock.most = 0;
        assertNull(PortReservation.acquire(winsock, ALL_WELL));
    }

    @Test
    void shouldDoWithoutWhenSocketsCannotBeAssociated() {
        assertNull(PortReservation.acquire(winsock, (from, family, port) -> from.associate(5)));
        assertTrue(winsock.calls.get(2).startsWith("associate"), winsock.calls.toString());
        assertEquals("close 77", winsock.calls.get(winsock.calls.size() - 1));
    }

    @ParameterizedTest
    @EnumSource(value = StandardProtocolFamily.class, names = {"INET", "INET6"})
    void shouldDoWithoutWhenNoPortCanBeBoundThoughSocketsAreAssociated(ProtocolFamily forbidden) {
        winsock.error = 0;
        winsock.most = 128;
        Set<Integer> tried = new TreeSet<>();
        assertNull(PortReservation.acquire(winsock, (from, family, port) -> {
            if (family == forbidden) {
                tried.add(port);
                throw new BindException("Address already in use: bind");
            }
        }));
        assertEquals(Set.of(50_000, 50_063, 50_127), tried);
        assertEquals("close 77", winsock.calls.get(winsock.calls.size() - 1));
    }

    @Test
    void shouldTakeTheBlockWhenOnePortIsSomebodysOrAFamilyIsMissing() {
        winsock.most = 128;
        assertEquals(PortSet.parse("50000-50127"), PortReservation.acquire(winsock, (from, family, port) -> {
            if (family == StandardProtocolFamily.INET6) {
                throw new UnsupportedOperationException("Protocol family not supported");
            }
            if (port == 50_000) {
                throw new BindException("Address already in use: bind");
            }
        }).ports());
    }

    @Test
    void shouldSayWhichErrorAnAssociationMet() {
        PortReservation reservation = PortReservation.acquire(winsock, ALL_WELL);
        IOException refused = assertThrows(IOException.class, () -> reservation.associate(5));
        assertEquals("SIO_ASSOCIATE_PORT_RESERVATION failed with error 10055", refused.getMessage());
    }

    @Test
    void shouldKnowTheNumberOfAChannelsSocket() throws IOException {
        assertTrue(SocketNumbers.available(), "--add-exports java.base/sun.nio.ch=ALL-UNNAMED is missing");
        try (SocketChannel one = SocketChannel.open(); SocketChannel two = SocketChannel.open()) {
            assertTrue(SocketNumbers.of(one) > 0);
            assertTrue(SocketNumbers.of(one) != SocketNumbers.of(two));
        }
    }
}
