package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * CONNECT over HTTP/1.1 (RFC 9110 §9.3.6) with basic authentication. Any 2xx opens the tunnel right after the header: a length or a coding
 * named there means nothing. Interim 1xx answers are skipped.
 */
final class HttpConnectHandshake extends Handshake {
    private static final int MAXIMUM_HEADER_BYTES = 32 * 1024;
    private static final int MAXIMUM_REASON = 60;
    private static final String VERSION = "HTTP/1.";
    private static final int CODE_AT = VERSION.length() + 2;
    private static final int CODE_END = CODE_AT + 3;

    private final StringBuilder reason = new StringBuilder(0);
    private boolean inStatusLine = true;
    private boolean returned;
    private int lineBytes;
    private int headerBytes;
    private int code;

    HttpConnectHandshake(Upstream upstream, Destination destination) {
        super(upstream, destination);
    }

    @Override
    Progress begin(ByteBuf out) {
        String target = destination.toString();
        ByteBufUtil.writeAscii(out, "CONNECT ");
        ByteBufUtil.writeAscii(out, target);
        ByteBufUtil.writeAscii(out, " HTTP/1.1\r\nHost: ");
        ByteBufUtil.writeAscii(out, target);
        if (upstream.credentials() != null) {
            byte[] pair = (upstream.credentials().username() + ":" + upstream.credentials().password()).getBytes(StandardCharsets.UTF_8);
            ByteBufUtil.writeAscii(out, "\r\nProxy-Authorization: Basic ");
            out.writeBytes(Base64.getEncoder().encode(pair));
        }
        ByteBufUtil.writeAscii(out, "\r\n\r\n");
        return Progress.WAITING;
    }

    @Override
    Progress take(int octet, ByteBuf out) {
        if (++headerBytes > MAXIMUM_HEADER_BYTES) {
            return fail(DialFailure.Kind.PROTOCOL, "the upstream's header is longer than " + MAXIMUM_HEADER_BYTES + " bytes");
        }
        if (octet == '\n') {
            return inStatusLine ? endOfStatusLine() : endOfField();
        }
        if (inStatusLine) {
            return statusLine(octet);
        }
        if (octet != '\r') {
            lineBytes++;
        }
        return Progress.WAITING;
    }

    private Progress statusLine(int octet) {
        int at = lineBytes++;
        boolean good;
        if (at < VERSION.length()) {
            good = octet == VERSION.charAt(at);
        } else if (at == VERSION.length()) {
            good = octet == '0' || octet == '1';
        } else if (at == VERSION.length() + 1) {
            good = octet == ' ';
        } else if (at < CODE_END) {
            good = octet >= '0' && octet <= '9';
            code = code * 10 + octet - '0';
        } else {
            good = !returned && (octet == '\r' || octet == ' ' || at > CODE_END && (octet > ' ' && octet != 0x7f || octet == '\t'));
            returned = octet == '\r';
            if (at > CODE_END && octet < 0x7f && octet >= ' ' && reason.length() < MAXIMUM_REASON) {
                reason.append((char) octet);
            }
        }
        return good ? Progress.WAITING : unexpected(octet, "an HTTP/1.1 status line");
    }

    private Progress endOfStatusLine() {
        if (lineBytes < CODE_END || code < 100 || code == 101 || code > 599) {
            return fail(DialFailure.Kind.PROTOCOL, "the upstream's answer has no HTTP status we know");
        }
        if (code >= 300) {
            return refused();
        }
        inStatusLine = false;
        returned = false;
        lineBytes = 0;
        return Progress.WAITING;
    }

    private Progress endOfField() {
        if (lineBytes > 0) {
            lineBytes = 0;
            return Progress.WAITING;
        }
        if (code >= 200) {
            return Progress.DONE;
        }
        inStatusLine = true;
        code = 0;
        reason.setLength(0);
        return Progress.WAITING;
    }

    /** Told at the end of the status line: what follows is a page for people. */
    private Progress refused() {
        String said = " (HTTP status " + code + (reason.length() > 0 ? " \"" + reason.toString().trim() + "\")" : ")");
        return switch (code) {
            case 401, 407 -> fail(DialFailure.Kind.AUTHENTICATION, upstream.credentials() == null
                    ? "the upstream wants authentication; set username and password" + said
                    : "user \"" + upstream.credentials().username() + "\" refused" + said);
            case 403 -> fail(DialFailure.Kind.PROHIBITED, "not allowed by the upstream's rules" + said);
            case 404 -> fail(DialFailure.Kind.HOST_UNREACHABLE, "host not found" + said);
            case 408, 504 -> fail(DialFailure.Kind.TIMED_OUT, "the destination did not answer the upstream" + said);
            // the protocol cannot say whether the destination refused or was not reached: a refusal makes applications try the next address
            case 500, 502, 503 -> fail(DialFailure.Kind.REFUSED, "the upstream could not connect" + said);
            default -> fail(DialFailure.Kind.PROTOCOL, "the upstream opens no tunnel" + said);
        };
    }

    @Override
    String step() {
        return connectStep();
    }

    @Override
    boolean waitsForDestination() {
        return true;
    }
}
