package io.weir.filter;

/** WinDivert layers, with the values of {@code WINDIVERT_LAYER} in windivert.h. */
public enum Layer {
    NETWORK, NETWORK_FORWARD, FLOW, SOCKET, REFLECT;

    /** The numeric value of the layer in {@code WINDIVERT_ADDRESS} and {@code WinDivertOpen}. */
    public int value() {
        return ordinal();
    }

    /** Do packets (and not only events) exist at this layer? */
    public boolean carriesPackets() {
        return this == NETWORK || this == NETWORK_FORWARD;
    }
}
