package io.weir.linux.process;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** Numbers of the network interfaces, read anew after a second. Look-up thread only. */
final class InterfaceNumbers {
    private static final long FRESH_NS = 1_000_000_000L;

    private List<Integer> numbers = List.of();
    private long readNs;

    List<Integer> at(long nowNs) {
        if (numbers.isEmpty() || nowNs - readNs > FRESH_NS) {
            readNs = nowNs;
            numbers = read();
        }
        return numbers;
    }

    private static List<Integer> read() {
        try {
            return NetworkInterface.networkInterfaces().map(NetworkInterface::getIndex).toList();
        } catch (SocketException e) {
            return List.of();
        }
    }
}
