package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every conversation, fed whole, byte by byte and cut at every one and every two places, goes the same way. */
class HandshakeTest {
    private static final Credentials ME = new Credentials("me", "secret");
    private static final Destination V4 = Destination.of(io.weir.net.Endpoint.parse("203.0.113.5:443"));
    private static final Destination V6 = Destination.of(io.weir.net.Endpoint.parse("[2001:db8::1]:443"));
    private static final Destination NAME = Destination.named("example.org", 443);
    private static final String SOCKS5_V4 = "050100 01 cb007105 01bb ";
    private static final String GREETING = "050100 ";
    private static final String GREETING_ME = "05020002 ";
    private static final String LOGIN = "01 02 6d65 06 736563726574 ";

    /**
     * @param answer what the upstream sends, in hex, from first to last byte
     * @param sent   what we send, in hex
     * @param result {@code DONE} and the bytes left for the tunnel, {@code WAITING}, or kind and text of the failure
     */
    private record Case(String name, UpstreamType type, Credentials credentials, Destination destination, String answer, String sent, String result) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case socks5(String name, Credentials credentials, Destination destination, String answer, String sent, String result) {
        return new Case("SOCKS5 " + name, UpstreamType.SOCKS5, credentials, destination, answer, sent, result);
    }

    private static Case socks4(String name, Credentials credentials, Destination destination, String answer, String sent, String result) {
        return new Case("SOCKS4 " + name, UpstreamType.SOCKS4A, credentials, destination, answer, sent, result);
    }

    private static Case http(String name, Credentials credentials, Destination destination, String answer, String result) {
        String target = destination.toString();
        String sent = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n"
                + (credentials == null ? "" : "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n") + "\r\n";
        return new Case("HTTP " + name, UpstreamType.HTTP, credentials, destination, hex(answer), hex(sent), result);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Stream<Case> socks5Cases() {
        return Stream.of(
            socks5("IPv4", null, V4, "0500 05000001 7f000001 1234 aabbcc", GREETING + SOCKS5_V4, "DONE aabbcc"),
            socks5("nothing glued", null, V4, "0500 05000001 7f000001 1234", GREETING + SOCKS5_V4, "DONE "),
            socks5("IPv6", null, V6, "0500 05000004 00000000000000000000000000000001 1234 68", GREETING
                + "050100 04 20010db8000000000000000000000001 01bb", "DONE 68"),
            socks5("name", null, NAME, "0500 05000003 02 6162 1234 68", GREETING + "050100 03 0b 6578616d706c652e6f7267 01bb", "DONE 68"),
            socks5("empty name in the reply", null, V4, "0500 05000003 00 1234 68", GREETING + SOCKS5_V4, "DONE 68"),
            socks5("password", ME, V4, "0502 0100 05000001 7f000001 1234 68", GREETING_ME + LOGIN + SOCKS5_V4, "DONE 68"),
            socks5("password not asked for", ME, V4, "0500 05000001 7f000001 1234", GREETING_ME + SOCKS5_V4, "DONE "),
            socks5("sloppy status version", ME, V4, "0502 0500 05000001 7f000001 1234", GREETING_ME + LOGIN + SOCKS5_V4, "DONE "),
            socks5("password refused", ME, V4, "0502 0101", GREETING_ME + LOGIN,
                "authentication: AUTHENTICATION user \"me\" refused (RFC 1929 status 1)"),
            socks5("wants a password", null, V4, "05ff", GREETING,
                "greeting: AUTHENTICATION the upstream wants authentication; set username and password"),
            socks5("wants GSSAPI", ME, V4, "05ff", GREETING_ME,
                "greeting: AUTHENTICATION the upstream takes neither \"no authentication\" nor user name and password"),
            socks5("chooses what was not offered", null, V4, "0502", GREETING,
                "greeting: PROTOCOL the upstream chose method 2, which was not offered"),
            socks5("general failure", null, V4, "0500 0501", GREETING + SOCKS5_V4, connect("HOST_UNREACHABLE general failure (SOCKS5 reply 1)")),
            socks5("ruleset", null, V4, "0500 0502", GREETING + SOCKS5_V4,
                connect("PROHIBITED not allowed by the upstream's rules (SOCKS5 reply 2)")),
            socks5("network", null, V4, "0500 0503", GREETING + SOCKS5_V4, connect("NETWORK_UNREACHABLE network unreachable (SOCKS5 reply 3)")),
            socks5("host", null, V4, "0500 0504", GREETING + SOCKS5_V4, connect("HOST_UNREACHABLE host unreachable (SOCKS5 reply 4)")),
            socks5("refused", null, V4, "0500 0505 0001", GREETING + SOCKS5_V4, connect("REFUSED connection refused (SOCKS5 reply 5)")),
            socks5("ttl", null, V4, "0500 0506", GREETING + SOCKS5_V4, connect("TIMED_OUT time to live expired (SOCKS5 reply 6)")),
            socks5("command", null, V4, "0500 0507", GREETING + SOCKS5_V4, connect("PROTOCOL the upstream knows no CONNECT (SOCKS5 reply 7)")),
            socks5("address type", null, V4, "0500 0508", GREETING + SOCKS5_V4,
                connect("NETWORK_UNREACHABLE the upstream does not carry this kind of address (SOCKS5 reply 8)")),
            socks5("unknown reply", null, V4, "0500 05fe", GREETING + SOCKS5_V4, connect("PROTOCOL unknown failure (SOCKS5 reply 254)")),
            socks5("bad address type", null, V4, "0500 05000002", GREETING + SOCKS5_V4,
                connect("PROTOCOL the upstream answered 0x02 where an address type was due")),
            socks5("another version", null, V4, "0400", GREETING, "greeting: PROTOCOL the upstream answered 0x04 where SOCKS version 5 was due"),
            socks5("an HTTP server", null, V4, hex("HTTP/1.1 400 Bad Request\r\n\r\n"), GREETING,
                "greeting: PROTOCOL the upstream answered 0x48 where SOCKS version 5 was due; does an HTTP server listen there?"),
            socks5("a TLS server", null, V4, "1503030002", GREETING,
                "greeting: PROTOCOL the upstream answered 0x15 where SOCKS version 5 was due; does it want TLS?"),
            socks5("another version in the reply", null, V4, "0500 04", GREETING + SOCKS5_V4,
                connect("PROTOCOL the upstream answered 0x04 where SOCKS version 5 was due")),
            socks5("bad status version", ME, V4, "0502 07", GREETING_ME + LOGIN,
                "authentication: PROTOCOL the upstream answered 0x07 where RFC 1929 version 1 was due"),
            socks5("cut in the greeting", null, V4, "05", GREETING, "WAITING greeting"),
            socks5("cut in the status", ME, V4, "0502 01", GREETING_ME + LOGIN, "WAITING authentication"),
            socks5("cut in the reply", null, V4, "0500 05000001 7f0000", GREETING + SOCKS5_V4, "WAITING CONNECT 203.0.113.5:443"),
            socks5("absurd name cut", null, V4, "0500 05000003 ff 6162", GREETING + SOCKS5_V4, "WAITING CONNECT 203.0.113.5:443"));
    }

    private static String connect(String failure) {
        return "CONNECT 203.0.113.5:443: " + failure;
    }

    static Stream<Case> socks4Cases() {
        String request = "0401 01bb cb007105 00";
        return Stream.of(
            socks4("IPv4", null, V4, "005a 1234 7f000001 68", request, "DONE 68"),
            socks4("user", new Credentials("me", ""), V4, "005a 1234 7f000001", "0401 01bb cb007105 6d65 00", "DONE "),
            socks4("name", null, NAME, "005a 0000 00000000 68", "0401 01bb 00000001 00 6578616d706c652e6f7267 00", "DONE 68"),
            socks4("sloppy version", null, V4, "045a 0000 00000000", request, "DONE "),
            socks4("IPv6", null, V6, "005a 0000 00000000", "",
                "CONNECT [2001:db8::1]:443: NETWORK_UNREACHABLE SOCKS4 cannot carry an IPv6 address; use type = \"socks5\""),
            socks4("0.0.0.9", null, Destination.of(io.weir.net.Endpoint.parse("0.0.0.9:1")), "", "",
                "CONNECT 0.0.0.9:1: NETWORK_UNREACHABLE SOCKS4 cannot carry an address in 0.0.0.0/24"),
            socks4("rejected", null, V4, "005b", request, connect("REFUSED rejected or failed (SOCKS4 reply 91)")),
            socks4("no identd", null, V4, "005c", request, connect("AUTHENTICATION the upstream found no identd here (SOCKS4 reply 92)")),
            socks4("other identd", null, V4, "005d", request, connect("AUTHENTICATION identd names another user (SOCKS4 reply 93)")),
            socks4("unknown", null, V4, "0000", request, connect("PROTOCOL unknown failure (SOCKS4 reply 0)")),
            socks4("a SOCKS5 server", null, V4, "05ff", request, connect("PROTOCOL the upstream answered 0x05 where a SOCKS4 reply was due")),
            socks4("cut", null, V4, "005a 0000 000000", request, "WAITING CONNECT 203.0.113.5:443"));
    }

    static Stream<Case> httpCases() {
        return Stream.of(
            http("200", null, V4, "HTTP/1.1 200 Connection established\r\n\r\nhello", "DONE " + hex("hello")),
            http("204 with fields", ME, V4, "HTTP/1.1 204 No\r\nVia: x\r\nContent-Length: 5\r\n\r\nhello", "DONE " + hex("hello")),
            http("chunked means nothing", null, V4, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", "DONE " + hex("5\r\n")),
            http("HTTP/1.0, bare LF, no reason", null, V6, "HTTP/1.0 200\n\nx", "DONE 78"),
            http("name", null, NAME, "HTTP/1.1 200 \r\nA: b\r\n\r\n", "DONE "),
            http("interim answers", null, V4, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx",
                "DONE 78"),
            http("407 without credentials", null, V4, "HTTP/1.1 407 Auth\r\n", connect(
                "AUTHENTICATION the upstream wants authentication; set username and password (HTTP status 407 \"Auth\")")),
            http("407", ME, V4, "HTTP/1.1 407 Auth\r\n", connect("AUTHENTICATION user \"me\" refused (HTTP status 407 \"Auth\")")),
            http("403", null, V4, "HTTP/1.1 403 Filtered\r\n",
                connect("PROHIBITED not allowed by the upstream's rules (HTTP status 403 \"Filtered\")")),
            http("502", null, V4, "HTTP/1.1 502 Bad Gateway\r\n",
                connect("REFUSED the upstream could not connect (HTTP status 502 \"Bad Gateway\")")),
            http("503", null, V4, "HTTP/1.1 503\r\n", connect("REFUSED the upstream could not connect (HTTP status 503)")),
            http("504", null, V4, "HTTP/1.1 504 T\r\n", connect("TIMED_OUT the destination did not answer the upstream (HTTP status 504 \"T\")")),
            http("404", null, V4, "HTTP/1.1 404 N\r\n", connect("HOST_UNREACHABLE host not found (HTTP status 404 \"N\")")),
            http("302", null, V4, "HTTP/1.1 302 Found\r\n", connect("PROTOCOL the upstream opens no tunnel (HTTP status 302 \"Found\")")),
            http("reason is cut and cleaned", null, V4, "HTTP/1.1 400 \u00e9" + "x".repeat(200) + "\r\n",
                connect("PROTOCOL the upstream opens no tunnel (HTTP status 400 \"" + "x".repeat(60) + "\")")),
            http("101", null, V4, "HTTP/1.1 101 Switching\r\n", connect("PROTOCOL the upstream's answer has no HTTP status we know")),
            http("999", null, V4, "HTTP/1.1 999 X\r\n", connect("PROTOCOL the upstream's answer has no HTTP status we know")),
            http("short line", null, V4, "HTTP/1.1 20\r\n", connect("PROTOCOL the upstream answered 0x0d where an HTTP/1.1 status line was due")),
            http("four digits", null, V4, "HTTP/1.1 2000\r\n", connect("PROTOCOL the upstream answered 0x30 where an HTTP/1.1 status line was due")),
            http("HTTP/2", null, V4, "HTTP/2 200\r\n", connect("PROTOCOL the upstream answered 0x32 where an HTTP/1.1 status line was due")),
            http("text after CR", null, V4, "HTTP/1.1 200 a\rb\n",
                connect("PROTOCOL the upstream answered 0x62 where an HTTP/1.1 status line was due")),
            http("a SOCKS server", null, V4, "\5\377", connect("PROTOCOL the upstream answered 0x05 where an HTTP/1.1 status line was due")),
            http("cut in the fields", null, V4, "HTTP/1.1 200 OK\r\nA: b\r\n", "WAITING CONNECT 203.0.113.5:443"));
    }

    @ParameterizedTest
    @MethodSource({"socks5Cases", "socks4Cases", "httpCases"})
    void shouldGoTheSameWayWhereverTheStreamIsCut(Case given) {
        byte[] answer = bytes(given.answer);
        List<String> due = List.of(given.sent.replace(" ", ""), given.result);
        assertEquals(due, run(given, answer), "whole");
        int[] everyByte = new int[answer.length];
        for (int i = 0; i < answer.length; i++) {
            everyByte[i] = i;
        }
        assertEquals(due, run(given, answer, everyByte), "byte by byte");
        for (int first = 0; first <= answer.length; first++) {
            for (int second = first; second <= answer.length; second++) {
                assertEquals(due, run(given, answer, first, second), "cut at " + first + " and " + second);
            }
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static List<String> run(Case given, byte[] answer, int... cuts) {
        Upstream upstream = new Upstream("office", given.type, "10.1.2.3", 1080, given.credentials);
        Handshake handshake = Handshake.with(upstream, given.destination);
        ByteBuf out = Unpooled.buffer();
        Handshake.Progress progress = handshake.begin(out);
        int from = 0;
        StringBuilder left = new StringBuilder();
        for (int i = 0; i <= cuts.length; i++) {
            int to = i == cuts.length ? answer.length : cuts[i];
            ByteBuf in = Unpooled.wrappedBuffer(answer, from, to - from);
            if (progress == Handshake.Progress.WAITING) {
                progress = handshake.received(in, out);
            }
            if (progress != Handshake.Progress.WAITING) {
                left.append(HexFormat.of().formatHex(answer, from + in.readerIndex(), to));
            }
            from = to;
        }
        String result = switch (progress) {
            case DONE -> "DONE " + left;
            case WAITING -> "WAITING " + handshake.step();
            case FAILED -> handshake.step() + ": " + handshake.kind() + " " + handshake.detail();
        };
        return List.of(io.netty.buffer.ByteBufUtil.hexDump(out), result);
    }

    @Test
    void shouldEndWithinBoundsWhenTheUpstreamSendsGarbage() {
        SplittableRandom random = new SplittableRandom(20_240_601);
        for (int round = 0; round < 20_000; round++) {
            UpstreamType type = UpstreamType.values()[random.nextInt(3)];
            Upstream upstream = new Upstream("office", type, "10.1.2.3", 1080, type == UpstreamType.SOCKS4A || random.nextBoolean() ? null : ME);
            byte[] garbage = garbage(random, type);
            String whole = outcome(upstream, garbage, garbage.length);
            String pieces = outcome(upstream, garbage, 1 + random.nextInt(7));
            assertEquals(whole, pieces, "seed 20240601, round " + round);
        }
    }

    /** Random bytes after a beginning that is right, so that each state meets them. */
    private static byte[] garbage(SplittableRandom random, UpstreamType type) {
        byte[] good = switch (type) {
            case SOCKS5 -> bytes("0500 05000003 04 61626364 1234");
            case SOCKS4A -> bytes("005a 0000 00000000");
            case HTTP -> "HTTP/1.1 200 OK\r\nVia: x\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        };
        byte[] bytes = new byte[random.nextInt(80)];
        random.nextBytes(bytes);
        System.arraycopy(good, 0, bytes, 0, Math.min(random.nextInt(good.length + 1), bytes.length));
        return bytes;
    }

    private static String outcome(Upstream upstream, byte[] bytes, int piece) {
        Handshake handshake = Handshake.with(upstream, V4);
        ByteBuf out = Unpooled.buffer();
        Handshake.Progress progress = handshake.begin(out);
        int used = 0;
        for (int from = 0; from < bytes.length && progress == Handshake.Progress.WAITING; from += piece) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes, from, Math.min(piece, bytes.length - from));
            progress = handshake.received(in, out);
            used = from + in.readerIndex();
        }
        return progress + " after " + used + " " + handshake.kind() + " " + handshake.detail() + " " + handshake.step() + out.readableBytes();
    }

    @Test
    void shouldFailWhenAnHttpHeaderHasNoEnd() {
        Handshake handshake = Handshake.with(new Upstream("office", UpstreamType.HTTP, "10.1.2.3", 1080, null), V4);
        ByteBuf out = Unpooled.buffer();
        handshake.begin(out);
        byte[] header = ("HTTP/1.1 200 OK\r\n" + "A: bbbbbbbbbb\r\n".repeat(3000)).getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf in = Unpooled.wrappedBuffer(header);
        assertEquals(Handshake.Progress.FAILED, handshake.received(in, out));
        assertEquals("the upstream's header is longer than 32768 bytes", handshake.detail());
        assertEquals(32769, in.readerIndex());
    }
}
