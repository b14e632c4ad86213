package io.weir.capture;

/**
 * One record of a capture file, link-layer header included.
 *
 * @param offset         byte of the file at which its record begins
 * @param originalLength bytes it had on the wire; more than {@code data} if the capture cut it
 */
record Frame(long offset, long timeNs, int linkType, byte[] data, long originalLength, Direction direction, int interfaceIndex, String comment) {
}
