package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** SOCKS4 CONNECT for IPv4 addresses, its extension SOCKS4a for names; neither can say an IPv6 address. */
final class Socks4Handshake extends Handshake {
    private static final int VERSION = 4;
    private static final int COMMAND_CONNECT = 1;
    private static final int GRANTED = 90;
    /** Bytes of a reply after its code: port and address, without meaning for CONNECT. */
    private static final int IGNORED_BYTES = 6;
    /** 0.0.0.x with x ≠ 0 announces a name. */
    private static final int NAME_FOLLOWS = 1;

    private enum Due {
        VERSION, CODE, IGNORED
    }

    private Due due = Due.VERSION;
    private int bytesLeft = IGNORED_BYTES;

    Socks4Handshake(Upstream upstream, Destination destination) {
        super(upstream, destination);
    }

    @Override
    Progress begin(ByteBuf out) {
        int address = NAME_FOLLOWS;
        if (destination.name() == null) {
            if (!destination.address().isIpv4()) {
                return fail(DialFailure.Kind.NETWORK_UNREACHABLE, "SOCKS4 cannot carry an IPv6 address; use type = \"socks5\"");
            }
            address = destination.address().ipv4Bits();
            if (address >>> 8 == 0) {
                return fail(DialFailure.Kind.NETWORK_UNREACHABLE, "SOCKS4 cannot carry an address in 0.0.0.0/24");
            }
        }
        out.writeByte(VERSION).writeByte(COMMAND_CONNECT).writeShort(destination.port()).writeInt(address);
        if (upstream.credentials() != null) {
            out.writeBytes(upstream.credentials().username().getBytes(StandardCharsets.UTF_8));
        }
        out.writeByte(0);
        if (destination.name() != null) {
            ByteBufUtil.writeAscii(out, destination.name());
            out.writeByte(0);
        }
        return Progress.WAITING;
    }

    @Override
    Progress take(int octet, ByteBuf out) {
        switch (due) {
            case VERSION -> {
                // 0 by the protocol; 4 is met in practice
                if (octet != 0 && octet != VERSION) {
                    return unexpected(octet, "a SOCKS4 reply");
                }
                due = Due.CODE;
            }
            case CODE -> {
                if (octet != GRANTED) {
                    return refused(octet);
                }
                due = Due.IGNORED;
            }
            case IGNORED -> {
                if (--bytesLeft == 0) {
                    return Progress.DONE;
                }
            }
        }
        return Progress.WAITING;
    }

    private Progress refused(int code) {
        String number = " (SOCKS4 reply " + code + ")";
        return switch (code) {
            case 91 -> fail(DialFailure.Kind.REFUSED, "rejected or failed" + number);
            case 92 -> fail(DialFailure.Kind.AUTHENTICATION, "the upstream found no identd here" + number);
            case 93 -> fail(DialFailure.Kind.AUTHENTICATION, "identd names another user" + number);
            default -> fail(DialFailure.Kind.PROTOCOL, "unknown failure" + number);
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
