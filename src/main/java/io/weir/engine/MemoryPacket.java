package io.weir.engine;

/**
 * A packet that went into or came out of a {@link MemoryEngine}.
 *
 * @param flags       bits of {@link PacketFlags}
 * @param disposition with what it left the batch; null: fed, or injected by itself (a built or formerly parked packet)
 */
public record MemoryPacket(byte[] bytes, int flags, int interfaceIndex, int subInterfaceIndex, Disposition disposition) {
}
