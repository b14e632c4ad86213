package io.weir.filter;

/**
 * The facts of a WINDIVERT_ADDRESS a filter can ask for: of a packet, or of a flow, socket or handle event. Mutable and reusable; addresses
 * are 128-bit numbers (IPv4 as ::ffff:a.b.c.d), everything unset is zero.
 */
public final class AddressData {
    public Layer layer = Layer.NETWORK;
    public int event;
    public long timestamp;
    public boolean outbound;
    public boolean loopback;
    public boolean impostor;
    public boolean ipv6;
    public int interfaceIndex;
    public int subInterfaceIndex;
    public long endpointId;
    public long parentEndpointId;
    public int processId;
    public long localHigh;
    public long localLow;
    public long remoteHigh;
    public long remoteLow;
    public int localPort;
    public int remotePort;
    public int protocol;
    public int handleLayer;
    public int handlePriority;
}
