package io.weir.relay;

import io.netty.channel.unix.Errors.NativeIoException;
import io.weir.net.Endpoint;
import java.util.Locale;

/** Why a listener could not be bound, and what to do about it. */
final class BindError {
    private static final int EACCES = 13;
    private static final int EADDRINUSE = 98;

    private BindError() {
    }

    static boolean isBusy(Throwable cause) {
        return number(cause) == EADDRINUSE || textOf(cause).contains("in use");
    }

    static String text(Endpoint endpoint, Throwable cause) {
        String where = "the relay cannot listen on " + endpoint + ": ";
        if (isBusy(cause)) {
            return where + "another program uses the port; stop it, or choose another port (0 = any free one)";
        }
        if (number(cause) == EACCES || textOf(cause).contains("permission denied")) {
            return where + "the system forbids it; choose a port above 1023 or run with more rights";
        }
        return where + cause.getMessage() + "; choose an address of this machine";
    }

    private static int number(Throwable cause) {
        return cause instanceof NativeIoException failure ? -failure.expectedErr() : 0;
    }

    private static String textOf(Throwable cause) {
        return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    }
}
