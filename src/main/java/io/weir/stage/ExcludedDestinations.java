package io.weir.stage;

import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import java.util.List;

/** Addresses, and addresses with a port, that are left alone. Asked once for each new flow; does not allocate. Immutable. */
final class ExcludedDestinations {
    private final AddressSet addresses;
    private final long[] high;
    private final long[] low;
    private final int[] port;

    ExcludedDestinations(AddressSet addresses, List<Endpoint> endpoints) {
        this.addresses = addresses;
        high = new long[endpoints.size()];
        low = new long[high.length];
        port = new int[high.length];
        for (int i = 0; i < high.length; i++) {
            high[i] = endpoints.get(i).address().high();
            low[i] = endpoints.get(i).address().low();
            port[i] = endpoints.get(i).port();
        }
    }

    boolean contains(long addressHigh, long addressLow, int addressPort) {
        for (int i = 0; i < port.length; i++) {
            if (port[i] == addressPort && low[i] == addressLow && high[i] == addressHigh) {
                return true;
            }
        }
        return addresses.contains(addressHigh, addressLow);
    }
}
