package io.weir.capture;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Owners as the capture's comments tell them ({@link OwnerComment}): {@link #find} always knows the answer, be it {@link Owner#UNKNOWN}. The
 * engine tells it of each packet before it hands the packet out; used by the thread that receives. Remembers the latest
 * {@value #LIMIT} flows.
 */
public final class CapturedOwners implements OwnerLookup {
    private static final int LIMIT = 1 << 17;

    private record Flow(int protocol, Endpoint local, Endpoint remote) {
    }

    private final Map<Flow, Owner> owners = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Flow, Owner> eldest) {
            return size() > LIMIT;
        }
    };

    void tell(int protocol, Endpoint local, Endpoint remote, Owner owner) {
        owners.put(new Flow(protocol, local, remote), owner);
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                      long beginning) {
        Flow flow = new Flow(protocol.number(), Endpoint.of(localHigh, localLow, localPort), Endpoint.of(remoteHigh, remoteLow, remotePort));
        return owners.getOrDefault(flow, Owner.UNKNOWN);
    }

    /** Answers before it returns, on the asking thread. */
    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        answers.found(query, owners.getOrDefault(new Flow(query.protocol().number(), query.local(), query.remote()), Owner.UNKNOWN));
        return true;
    }

    @Override
    public void close() {
        owners.clear();
    }
}
