package io.weir.linux.sniff;

import io.weir.net.IpAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/** The addresses of this machine, read again when an unknown one turns up, at most once a second: what carries others was forwarded. */
final class LocalAddresses {
    private static final long REFRESH_NS = 1_000_000_000L;

    private final Supplier<Set<IpAddress>> source;
    private Set<IpAddress> addresses;
    private long readNs;

    LocalAddresses(Supplier<Set<IpAddress>> source, long nowNs) {
        this.source = source;
        addresses = source.get();
        readNs = nowNs;
    }

    static Set<IpAddress> ofThisMachine() {
        Set<IpAddress> out = new HashSet<>();
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress address : each.getInterfaceAddresses()) {
                    out.add(IpAddress.ofBytes(address.getAddress().getAddress()));
                }
            }
        } catch (SocketException noInterfaces) {
            return Set.of();
        }
        return out;
    }

    boolean contains(long high, long low, long nowNs) {
        IpAddress address = new IpAddress(high, low);
        if (addresses.contains(address)) {
            return true;
        }
        if (nowNs - readNs < REFRESH_NS) {
            return false;
        }
        readNs = nowNs;
        addresses = source.get();
        return addresses.contains(address);
    }
}
