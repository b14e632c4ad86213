/**
 * TCP connections on event loops ({@link io.weir.upstream.Wire}), and the dials that make them: directly, through SOCKS5, SOCKS4a or HTTP CONNECT.
 */
package io.weir.upstream;
