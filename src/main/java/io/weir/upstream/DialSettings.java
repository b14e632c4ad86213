package io.weir.upstream;

/**
 * How upstreams are dialed.
 *
 * @param dialTimeoutMs a whole dial, handshake included
 * @param stepTimeoutMs one step of it: a connect, one answer of the upstream itself
 * @param socketMark    SO_MARK set before the connect (Linux); 0 = none
 */
public record DialSettings(int dialTimeoutMs, int stepTimeoutMs, int socketMark) {
}
