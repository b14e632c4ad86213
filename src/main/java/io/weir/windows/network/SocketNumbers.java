package io.weir.windows.network;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.channels.SocketChannel;

/**
 * The number the system knows a channel's socket by. The JDK keeps it to itself, in {@code sun.nio.ch.SelChImpl.getFDVal()}, which has been
 * the same from 17 to 25; the jar's manifest exports that package to us ({@code Add-Exports}), which counts for {@code java -jar} only.
 */
final class SocketNumbers {
    private static final Method NUMBER = find();

    private SocketNumbers() {
    }

    private static Method find() {
        try {
            Method method = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
            return method.getDeclaringClass().getModule().isExported("sun.nio.ch", SocketNumbers.class.getModule()) ? method : null;
        } catch (ClassNotFoundException | NoSuchMethodException otherJdk) {
            return null;
        }
    }

    static boolean available() {
        return NUMBER != null;
    }

    static long of(SocketChannel channel) throws IOException {
        if (NUMBER == null) {
            throw new IOException("this JDK does not tell the numbers of its sockets");
        }
        try {
            return ((Integer) NUMBER.invoke(channel)).longValue() & 0xffff_ffffL;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IOException(e);
        }
    }
}
