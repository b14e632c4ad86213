package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** RFC 1928 CONNECT with "no authentication" or the user name and password of RFC 1929; one round trip for each question. */
final class Socks5Handshake extends Handshake {
    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USERNAME_PASSWORD = 2;
    private static final int NO_ACCEPTABLE_METHOD = 0xff;
    private static final int PASSWORD_VERSION = 1;
    private static final int COMMAND_CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int DOMAIN = 3;
    private static final int IPV6 = 4;
    private static final int PORT_BYTES = 2;

    private enum Due {
        METHOD_VERSION, METHOD, STATUS_VERSION, STATUS, REPLY_VERSION, REPLY, RESERVED, ADDRESS_TYPE, NAME_LENGTH, ADDRESS
    }

    private Due due = Due.METHOD_VERSION;
    private int addressBytesLeft;

    Socks5Handshake(Upstream upstream, Destination destination) {
        super(upstream, destination);
    }

    @Override
    Progress begin(ByteBuf out) {
        if (upstream.credentials() == null) {
            out.writeByte(VERSION).writeByte(1).writeByte(NO_AUTHENTICATION);
        } else {
            out.writeByte(VERSION).writeByte(2).writeByte(NO_AUTHENTICATION).writeByte(USERNAME_PASSWORD);
        }
        return Progress.WAITING;
    }

    @Override
    Progress take(int octet, ByteBuf out) {
        return switch (due) {
            case METHOD_VERSION -> octet == VERSION ? next(Due.METHOD) : unexpected(octet, "SOCKS version 5");
            case METHOD -> method(octet, out);
            // RFC 1929 says 1; servers that repeat the SOCKS version are met in practice and mean no harm
            case STATUS_VERSION -> octet == PASSWORD_VERSION || octet == VERSION ? next(Due.STATUS) : unexpected(octet, "RFC 1929 version 1");
            case STATUS -> status(octet, out);
            case REPLY_VERSION -> octet == VERSION ? next(Due.REPLY) : unexpected(octet, "SOCKS version 5");
            case REPLY -> octet == 0 ? next(Due.RESERVED) : refused(octet);
            case RESERVED -> next(Due.ADDRESS_TYPE);
            case ADDRESS_TYPE -> addressType(octet);
            case NAME_LENGTH -> address(octet + PORT_BYTES);
            case ADDRESS -> --addressBytesLeft == 0 ? Progress.DONE : Progress.WAITING;
        };
    }

    private Progress next(Due then) {
        due = then;
        return Progress.WAITING;
    }

    private Progress method(int method, ByteBuf out) {
        if (method == NO_AUTHENTICATION) {
            return request(out);
        }
        if (method == USERNAME_PASSWORD && upstream.credentials() != null) {
            out.writeByte(PASSWORD_VERSION);
            writeText(out, upstream.credentials().username());
            writeText(out, upstream.credentials().password());
            return next(Due.STATUS_VERSION);
        }
        if (method == NO_ACCEPTABLE_METHOD) {
            return fail(DialFailure.Kind.AUTHENTICATION, upstream.credentials() == null
                    ? "the upstream wants authentication; set username and password"
                    : "the upstream takes neither \"no authentication\" nor user name and password");
        }
        return fail(DialFailure.Kind.PROTOCOL, "the upstream chose method " + method + ", which was not offered");
    }

    private static void writeText(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(bytes.length).writeBytes(bytes);
    }

    private Progress status(int status, ByteBuf out) {
        if (status == 0) {
            return request(out);
        }
        return fail(DialFailure.Kind.AUTHENTICATION, "user \"" + upstream.credentials().username() + "\" refused (RFC 1929 status " + status + ")");
    }

    private Progress request(ByteBuf out) {
        out.writeByte(VERSION).writeByte(COMMAND_CONNECT).writeByte(0);
        if (destination.name() != null) {
            out.writeByte(DOMAIN).writeByte(destination.name().length());
            ByteBufUtil.writeAscii(out, destination.name());
        } else if (destination.address().isIpv4()) {
            out.writeByte(IPV4).writeInt(destination.address().ipv4Bits());
        } else {
            out.writeByte(IPV6).writeLong(destination.address().high()).writeLong(destination.address().low());
        }
        out.writeShort(destination.port());
        return next(Due.REPLY_VERSION);
    }

    private Progress addressType(int type) {
        return switch (type) {
            case IPV4 -> address(4 + PORT_BYTES);
            case IPV6 -> address(16 + PORT_BYTES);
            case DOMAIN -> next(Due.NAME_LENGTH);
            default -> unexpected(type, "an address type");
        };
    }

    private Progress address(int bytes) {
        addressBytesLeft = bytes;
        return next(Due.ADDRESS);
    }

    /** Told at once: many servers cut a refusal short. */
    private Progress refused(int reply) {
        String number = " (SOCKS5 reply " + reply + ")";
        return switch (reply) {
            case 1 -> fail(DialFailure.Kind.HOST_UNREACHABLE, "general failure" + number);
            case 2 -> fail(DialFailure.Kind.PROHIBITED, "not allowed by the upstream's rules" + number);
            case 3 -> fail(DialFailure.Kind.NETWORK_UNREACHABLE, "network unreachable" + number);
            case 4 -> fail(DialFailure.Kind.HOST_UNREACHABLE, "host unreachable" + number);
            case 5 -> fail(DialFailure.Kind.REFUSED, "connection refused" + number);
            case 6 -> fail(DialFailure.Kind.TIMED_OUT, "time to live expired" + number);
            case 7 -> fail(DialFailure.Kind.PROTOCOL, "the upstream knows no CONNECT" + number);
            // an application with both families then tries the other one
            case 8 -> fail(DialFailure.Kind.NETWORK_UNREACHABLE, "the upstream does not carry this kind of address" + number);
            default -> fail(DialFailure.Kind.PROTOCOL, "unknown failure" + number);
        };
    }

    @Override
    String step() {
        return switch (due) {
            case METHOD_VERSION, METHOD -> "greeting";
            case STATUS_VERSION, STATUS -> "authentication";
            default -> connectStep();
        };
    }

    @Override
    boolean waitsForDestination() {
        return due.compareTo(Due.REPLY_VERSION) >= 0;
    }
}
