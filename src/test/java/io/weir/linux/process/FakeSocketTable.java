package io.weir.linux.process;

import io.weir.net.Protocol;
import java.util.HashMap;
import java.util.Map;

/** Sockets by local port; some only when asked for by interface. */
final class FakeSocketTable implements SocketTable {
    private record Entry(long inode, int user, int interfaceIndex) {
    }

    private final Map<Integer, Entry> byPort = new HashMap<>();
    private final Map<Integer, Entry> listeners = new HashMap<>();
    private Entry last;

    void listen(int localPort, long inode, int user) {
        listeners.put(localPort, new Entry(inode, user, 0));
    }

    void put(int localPort, long inode, int user) {
        byPort.put(localPort, new Entry(inode, user, 0));
    }

    void remove(int localPort) {
        byPort.remove(localPort);
    }

    long cookieOf(int localPort) {
        return byPort.get(localPort).inode() << 1;
    }

    @Override
    public boolean find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                        int interfaceIndex) {
        Entry entry = byPort.get(localPort);
        if (entry == null || entry.interfaceIndex() != 0 && entry.interfaceIndex() != interfaceIndex) {
            return false;
        }
        last = entry;
        return true;
    }

    @Override
    public boolean findListener(long localHigh, long localLow, int localPort) {
        last = listeners.get(localPort);
        return last != null;
    }

    @Override
    public long inode() {
        return last.inode();
    }

    @Override
    public int user() {
        return last.user();
    }

    @Override
    public long cookie() {
        return last.inode() << 1;
    }

    @Override
    public void close() {
        byPort.clear();
    }
}
