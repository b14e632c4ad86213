package io.weir.windows.divert;

import io.weir.engine.EngineException;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.testkit.Waiting;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Writes down what it is told, one text for each. */
final class SocketRecord implements SocketListener {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    volatile String thread;

    private void add(String what, int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                     int processId, long timestamp) {
        thread = Thread.currentThread().getName();
        told.add(what + " " + protocol + " " + new Endpoint(new IpAddress(localHigh, localLow), localPort) + " "
            + new Endpoint(new IpAddress(remoteHigh, remoteLow), remotePort) + " pid " + processId + " at " + timestamp);
    }

    @Override
    public void connected(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int processId,
                          long timestamp) {
        add("connected", protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, processId, timestamp);
    }

    @Override
    public void closed(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int processId,
                       long timestamp) {
        add("closed", protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, processId, timestamp);
    }

    @Override
    public void perhapsLost() {
        told.add("perhaps lost");
    }

    @Override
    public void failed(EngineException why) {
        told.add("failed: " + why.getMessage());
    }

    /** The next one; waits for it. */
    String next() {
        return Waiting.next(told, "an event");
    }

    int waiting() {
        return told.size();
    }
}
