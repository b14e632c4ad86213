package io.weir.capture;

/**
 * One IP packet of a capture file.
 *
 * @param number         its place among all packets of the file, from 1 (the number Wireshark shows)
 * @param timeNs         nanoseconds since 1970
 * @param bytes          from the IP header on; link-layer padding may follow the packet
 * @param interfaceIndex place of its interface in the file, from 0
 * @param comment        empty if there is none
 */
public record CapturedPacket(long number, long timeNs, byte[] bytes, Direction direction, int interfaceIndex, String comment) {
}
