/**
 * The flow table and what hangs on it: translations, the port pool, timers, parked packets. One writer.
 */
package io.weir.flow;
