package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes are those of a little-endian machine; the addresses lie in them in network order. */
class DiagMessageTest {
    private static final HexFormat HEX = HexFormat.of();

    private static String request(Protocol protocol, String local, String remote, int interfaceIndex) {
        ByteBuffer buffer = ByteBuffer.allocate(DiagMessage.REQUEST_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        Endpoint from = Endpoint.parse(local);
        Endpoint to = Endpoint.parse(remote);
        DiagMessage.writeRequest(buffer, 0x01020304, protocol, from.address().high(), from.address().low(), from.port(),
            to.address().high(), to.address().low(), to.port(), interfaceIndex);
        return HEX.formatHex(buffer.array());
    }

    @Test
    void shouldAskForTheLocalEndAsSourceWhenTheProtocolIsTcp() {
        assertEquals("48000000" + "1400" + "0100" + "04030201" + "00000000"  // nlmsghdr: length 72, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, sequence
            + "02" + "06" + "00" + "00" + "ffffffff"                         // AF_INET, TCP, all states
            + "04d2" + "01bb"                                                // ports 1234, 443
            + "0a000001" + "000000000000000000000000"
            + "c0a80102" + "000000000000000000000000"
            + "00000000" + "ffffffffffffffff",                               // any interface, no cookie
            request(Protocol.TCP, "10.0.0.1:1234", "192.168.1.2:443", 0));
    }

    @Test
    void shouldAskForTheRemoteEndAsSourceWhenTheProtocolIsUdp() {
        assertEquals("48000000" + "1400" + "0100" + "04030201" + "00000000"
            + "02" + "11" + "00" + "00" + "ffffffff"
            + "0035" + "04d2"
            + "c0a80102" + "000000000000000000000000"
            + "0a000001" + "000000000000000000000000"
            + "00000000" + "ffffffffffffffff",
            request(Protocol.UDP, "10.0.0.1:1234", "192.168.1.2:53", 0));
    }

    @Test
    void shouldWriteAllSixteenBytesWhenTheFlowIsIpv6() {
        assertEquals("48000000" + "1400" + "0100" + "04030201" + "00000000"
            + "0a" + "06" + "00" + "00" + "ffffffff"
            + "04d2" + "01bb"
            + "20010db8000000000000000000000001"
            + "20010db80001000000000000000000ff"
            + "07000000" + "ffffffffffffffff",
            request(Protocol.TCP, "[2001:db8::1]:1234", "[2001:db8:1::ff]:443", 7));
    }

    private static ByteBuffer answer(int type, int state, int user, int inode) {
        ByteBuffer buffer = ByteBuffer.allocate(96).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(0, 88).putShort(4, (short) type).putInt(8, 5);
        buffer.put(16, (byte) 2).put(17, (byte) state);
        buffer.putLong(60, 0x1122334455667788L).putInt(80, user).putInt(84, inode);
        return buffer;
    }

    @Test
    void shouldReadInodeUserAndCookieFromAnAnswer() {
        ByteBuffer synSent = answer(20, 2, 1000, 0xfffffff0);
        assertTrue(DiagMessage.answers(synSent, 88, 5));
        assertTrue(DiagMessage.namesSocket(synSent, 88, false));
        assertEquals(0xfffffff0L, DiagMessage.inode(synSent));
        assertEquals(1000, DiagMessage.user(synSent));
        assertEquals(0x1122334455667788L, DiagMessage.cookie(synSent));
    }

    @Test
    void shouldNotTakeAnAnswerToAnotherQuestion() {
        assertFalse(DiagMessage.answers(answer(20, 1, 0, 9), 88, 6));
        assertFalse(DiagMessage.answers(answer(20, 1, 0, 9), 8, 5));
    }

    @Test
    void shouldNameNoSocketWhenTheAnswerIsAnErrorAListenerOrTooShortOrWithoutInode() {
        assertFalse(DiagMessage.namesSocket(answer(2, 0, 0, 9), 36, false), "NLMSG_ERROR");
        assertFalse(DiagMessage.namesSocket(answer(20, 10, 0, 9), 88, false), "LISTEN");
        assertFalse(DiagMessage.namesSocket(answer(20, 1, 0, 9), 87, false), "cut short");
        assertFalse(DiagMessage.namesSocket(answer(20, 6, 0, 0), 88, false), "TIME_WAIT has no inode");
    }

    @Test
    void shouldNameOnlyAListenerWhenThatIsAskedFor() {
        assertTrue(DiagMessage.namesSocket(answer(20, 10, 0, 9), 88, true));
        assertFalse(DiagMessage.namesSocket(answer(20, 1, 0, 9), 88, true), "ESTABLISHED");
    }
}
