package io.weir.flow;

/**
 * The two faces of a redirected flow. The application sees {@code application → destination}, the relay sees {@code peer → relay}. Immutable, so
 * that stages behind the table's owner may read it.
 *
 * @param toRelayOutbound     packets for the relay are injected into the send path (loopback shape), otherwise into the receive path (reflect)
 * @param toRelayInterface    interface they are injected on, where the platform needs one
 * @param interfaceIndex      where packets for the application are injected: the interface its SYN was captured on
 */
public record Translation(long applicationHigh, long applicationLow, int applicationPort,
                          long destinationHigh, long destinationLow, int destinationPort,
                          long peerHigh, long peerLow, int peerPort, long relayHigh, long relayLow, int relayPort,
                          boolean toRelayOutbound, int toRelayInterface, int toRelaySubInterface, int interfaceIndex, int subInterfaceIndex) {
}
