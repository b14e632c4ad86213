package io.weir.linux.process;

import java.util.HashMap;
import java.util.Map;

/** Makers of sockets as a test sets them. */
final class FakeSocketMakers implements SocketMakers {
    private record Made(int pid, long timeNs) {
    }

    private final Map<Long, Made> byCookie = new HashMap<>();
    private Made last;

    void made(long cookie, int pid, long timeNs) {
        byCookie.put(cookie, new Made(pid, timeNs));
    }

    @Override
    public boolean find(long cookie) {
        last = byCookie.get(cookie);
        return last != null;
    }

    @Override
    public int pid() {
        return last.pid();
    }

    @Override
    public long timeNs() {
        return last.timeNs();
    }

    @Override
    public void close() {
        byCookie.clear();
    }
}
