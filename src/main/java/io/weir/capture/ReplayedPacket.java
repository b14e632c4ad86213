package io.weir.capture;

import io.weir.engine.Disposition;

/**
 * What became of a packet in a replay, or a packet that Weir would have sent.
 *
 * @param number      its number in the capture file, from 1; 0 for a packet of Weir's own (built, or parked and released)
 * @param timeNs      time of the replay when it was given back, in nanoseconds since 1970
 * @param bytes       as given back
 * @param disposition with what it was given back; null for a packet of Weir's own
 */
public record ReplayedPacket(long number, long timeNs, byte[] bytes, boolean outbound, Disposition disposition) {
}
