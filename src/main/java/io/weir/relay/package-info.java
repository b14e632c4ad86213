/**
 * The local listener redirected connections arrive at, and the sessions that join them to an upstream.
 */
package io.weir.relay;
