package io.weir.upstream;

/**
 * Why a dial did not succeed.
 *
 * @param step    what was being done: {@code connect to the proxy}, {@code authentication}, {@code CONNECT 203.0.113.5:443} …
 * @param message the whole sentence for the log, upstream and step included; never holds a secret
 */
public record DialFailure(Kind kind, String step, String message) {

    /** What the application should see of it. */
    public enum Kind {
        /** The destination refused the connection. */
        REFUSED,
        /** No route to the destination's host. */
        HOST_UNREACHABLE,
        /** No route to the destination's network. */
        NETWORK_UNREACHABLE,
        /** The upstream, or a firewall, forbids this destination. */
        PROHIBITED,
        /** The destination, or the upstream on its behalf, did not answer in time. */
        TIMED_OUT,
        /** The upstream wants other credentials. */
        AUTHENTICATION,
        /** The upstream answered something its protocol does not allow, or cannot carry this destination. */
        PROTOCOL,
        /** The upstream itself cannot be reached, or gave up in the middle. */
        UPSTREAM_DOWN,
        /** This machine is out of file descriptors, ports or memory; or the relay is full. */
        EXHAUSTED,
        /** Given up by {@code Relay.cancel} or {@code Relay.close}. */
        CANCELLED
    }

    @Override
    public String toString() {
        return message;
    }
}
