package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class SocketEventsTest {
    private final FakeDriver driver = new FakeDriver();
    private final SocketRecord told = new SocketRecord();
    private final Counters counters = new Counters();
    private final SocketEvents events = new DivertDriver(driver, driver).socketEvents(FakeEngine.SETTINGS, told, counters);

    @AfterEach
    void close() {
        events.close();
    }

    /** As the driver writes it: a 128-bit number, its least significant word first. */
    static byte[] record(int event, int protocol, String local, int localPort, String remote, int remotePort, int process, long timestamp) {
        ByteBuffer out = ByteBuffer.allocate(WinDivertAddress.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0, timestamp).put(8, (byte) 3).put(9, (byte) event).put(10, (byte) 3);
        out.putInt(32, process).putShort(68, (short) localPort).putShort(70, (short) remotePort).put(72, (byte) protocol);
        words(out, 36, local);
        words(out, 52, remote);
        return out.array();
    }

    private static void words(ByteBuffer out, int at, String text) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        byte[] address = IpAddress.parse(text).bytes();
        if (address.length == 4) {
            bytes.putShort(10, (short) -1);
        }
        bytes.put(16 - address.length, address);
        for (int word = 0; word < 4; word++) {
            out.putInt(at + 4 * word, bytes.getInt(12 - 4 * word));
        }
    }

    @Test
    void shouldTellConnectsAndClosesWhenTheDriverDoes() throws Exception {
        driver.capture(new byte[0], record(4, 6, "192.0.2.1", 50_000, "203.0.113.9", 443, 4711, 1L << 40));
        driver.capture(new byte[0], record(7, 17, "2001:db8::1", 65_535, "2001:db8:1:2:3:4:5:6", 53, 12, 7));
        assertEquals("connected 6 192.0.2.1:50000 203.0.113.9:443 pid 4711 at 1099511627776", told.next());
        assertEquals("closed 17 [2001:db8::1]:65535 [2001:db8:1:2:3:4:5:6]:53 pid 12 at 7", told.next());
        assertEquals("weir-sockets", told.thread);
        assertEquals(2, counters.get(Counter.SOCKET_EVENTS));
    }

    @Test
    void shouldTakeNoNoticeOfOtherEvents() throws Exception {
        driver.capture(new byte[0], record(5, 6, "0.0.0.0", 80, "::", 0, 4, 1));
        driver.capture(new byte[0], record(4, 6, "192.0.2.1", 1, "203.0.113.9", 2, 3, 4));
        assertEquals("connected 6 192.0.2.1:1 203.0.113.9:2 pid 3 at 4", told.next());
    }

    @Test
    void shouldSayThatEventsMayBeLostWhenTheQueueWasFull() throws Exception {
        byte[] event = record(4, 6, "192.0.2.1", 1, "203.0.113.9", 2, 3, 4);
        synchronized (driver) {
            for (int i = 0; i < DivertHandle.MOST_QUEUE_LENGTH; i++) {
                driver.capture(new byte[0], event);
            }
        }
        int connected = 0;
        String next = told.next();
        while (!"perhaps lost".equals(next)) {
            assertTrue(next.startsWith("connected"), next);
            connected++;
            next = told.next();
        }
        assertTrue(connected > 15_000, () -> "told while the queue was being emptied");
        assertEquals(1, counters.get(Counter.SOCKET_QUEUE_FULL));
    }

    @Test
    void shouldNotCryWolfWhenEventsComeSteadily() throws Exception {
        byte[] event = record(4, 6, "192.0.2.1", 1, "203.0.113.9", 2, 3, 4);
        for (int burst = 0; burst < 80; burst++) {
            synchronized (driver) {
                for (int i = 0; i < 250; i++) {
                    driver.capture(new byte[0], event);
                }
            }
            for (int i = 0; i < 250; i++) {
                assertTrue(told.next().startsWith("connected"));
            }
        }
        assertEquals(0, counters.get(Counter.SOCKET_QUEUE_FULL));
    }

    @Test
    void shouldRetryWhenReceivingFails() throws Exception {
        driver.failReceives(1450, 3);
        driver.capture(new byte[0], record(4, 6, "192.0.2.1", 1, "203.0.113.9", 2, 3, 4));
        assertTrue(told.next().startsWith("connected"));
        assertEquals(3, counters.get(Counter.RECEIVE_FAILURES));
    }

    @Test
    void shouldSayThatItEndsWhenReceivingKeepsFailing() throws Exception {
        driver.failReceives(1450, 100);
        String end = told.next();
        assertTrue(end.startsWith("failed: receiving from the WinDivert driver failed"), end);
        assertEquals(WinDivertEngine.MOST_FAILURES, counters.get(Counter.RECEIVE_FAILURES));
    }

    @Test
    void shouldEndWithItsHandleWhenTheDriverRefusesToStop() {
        driver.shutdownError = 6;
        events.close();
        assertEquals(0, told.waiting());
        assertEquals("close", driver.calls.get(driver.calls.size() - 1));
    }

    @Test
    void shouldEndSilentlyWhenClosed() throws Exception {
        events.close();
        events.close();
        assertEquals(0, told.waiting());
        assertEquals(1, driver.calls.stream().filter("close"::equals).count());
    }
}
