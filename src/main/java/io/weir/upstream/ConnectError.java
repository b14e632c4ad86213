package io.weir.upstream;

import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/** What a failed socket call means. Numbers first: the texts follow the system's language. */
record ConnectError(DialFailure.Kind kind, String text) {
    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int EACCES = 13;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int EADDRNOTAVAIL = 99;
    private static final int ENETUNREACH = 101;
    private static final int ECONNRESET = 104;
    private static final int ENOBUFS = 105;
    private static final int ETIMEDOUT = 110;
    private static final int ECONNREFUSED = 111;
    private static final int EHOSTUNREACH = 113;

    /** @param atOnce thrown by the call itself, so by our own routing table and not by a router far away */
    static ConnectError of(Throwable cause, boolean atOnce) {
        if (cause instanceof NoRouteToHostException) {
            // Netty folds both errors into this one; the routing table says "network", ICMP mostly "host"
            return ofNumber(atOnce ? ENETUNREACH : EHOSTUNREACH, cause);
        }
        if (cause instanceof BindException) {
            return new ConnectError(DialFailure.Kind.EXHAUSTED, "no local port is free for it (" + cause.getMessage() + ")");
        }
        if (cause instanceof UnresolvedAddressException) {
            return new ConnectError(DialFailure.Kind.HOST_UNREACHABLE, "the name has no address");
        }
        for (Throwable at = cause; at != null; at = at.getCause()) {
            int number = number(at);
            if (number != 0) {
                return ofNumber(number, at);
            }
        }
        return ofText(cause);
    }

    private static int number(Throwable cause) {
        if (cause instanceof NativeIoException failure) {
            return -failure.expectedErr();
        }
        String message = cause.getMessage();
        int from = message == null || !(cause instanceof ConnectException) ? -1 : message.indexOf("error(-");
        int to = from < 0 ? -1 : message.indexOf(')', from);
        return to < 0 ? 0 : Integer.parseInt(message, from + "error(-".length(), to, 10);
    }

    private static ConnectError ofNumber(int number, Throwable cause) {
        return switch (number) {
            case ECONNREFUSED -> new ConnectError(DialFailure.Kind.REFUSED, "connection refused");
            case ECONNRESET -> new ConnectError(DialFailure.Kind.REFUSED, "connection reset");
            case EHOSTUNREACH -> new ConnectError(DialFailure.Kind.HOST_UNREACHABLE, "no route to host");
            case ENETUNREACH -> new ConnectError(DialFailure.Kind.NETWORK_UNREACHABLE, "network unreachable");
            case ETIMEDOUT -> new ConnectError(DialFailure.Kind.TIMED_OUT, "connection timed out");
            case EPERM, EACCES -> new ConnectError(DialFailure.Kind.PROHIBITED, "forbidden by this machine's firewall or policy");
            case EADDRNOTAVAIL -> new ConnectError(DialFailure.Kind.EXHAUSTED, "no local port or address is free for it");
            case EMFILE, ENFILE -> new ConnectError(DialFailure.Kind.EXHAUSTED, "no file descriptor is free; raise the limit (ulimit -n)");
            case ENOMEM, ENOBUFS -> new ConnectError(DialFailure.Kind.EXHAUSTED, "the system is out of memory for sockets");
            default -> ofText(cause);
        };
    }

    /** The JDK's own sockets tell by text only. */
    private static ConnectError ofText(Throwable cause) {
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("refused")) {
            return ofNumber(ECONNREFUSED, cause);
        }
        if (lower.contains("network is unreachable") || lower.contains("network unreachable")) {
            return ofNumber(ENETUNREACH, cause);
        }
        if (lower.contains("no route") || lower.contains("host is unreachable") || lower.contains("unreachable host")) {
            return ofNumber(EHOSTUNREACH, cause);
        }
        if (lower.contains("timed out")) {
            return ofNumber(ETIMEDOUT, cause);
        }
        if (lower.contains("too many open files")) {
            return ofNumber(EMFILE, cause);
        }
        if (lower.contains("no buffer space")) { // Windows 10055: its ports or its memory are used up
            return ofNumber(ENOBUFS, cause);
        }
        if (lower.contains("permission denied")) { // Windows 10013: its firewall
            return ofNumber(EACCES, cause);
        }
        if (lower.contains("reset")) {
            return ofNumber(ECONNRESET, cause);
        }
        return new ConnectError(DialFailure.Kind.HOST_UNREACHABLE, cause instanceof IOException ? message : cause.toString());
    }
}
