package io.weir.alternatives;

import java.util.HashMap;
import java.util.Map;

/** A flow table as one writes it first: a HashMap by a record. Lost because each look-up makes a key and follows four references. */
public final class RecordKeyTable {
    private record Key(int protocol, long sourceHigh, long sourceLow, int sourcePort,
                       long destinationHigh, long destinationLow, int destinationPort) {
    }

    private final Map<Key, Integer> flows = new HashMap<>();

    public void put(int protocol, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort,
                    int flow) {
        flows.put(new Key(protocol, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort), flow);
    }

    public int find(int protocol, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        Integer flow = flows.get(new Key(protocol, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort));
        return flow == null ? -1 : flow;
    }
}
