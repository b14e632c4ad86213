/**
 * Dials a destination: directly, through SOCKS5, SOCKS4a or HTTP CONNECT.
 */
package io.weir.upstream;
