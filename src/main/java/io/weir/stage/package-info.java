/**
 * Decode, decide, rewrite, inject: plain objects over one batch; declares the port to the relay.
 */
package io.weir.stage;
