/**
 * The flow table and what hangs on it: {@code FlowTable}, {@code Flow}, {@code Translation}, {@code PortPool}, {@code TimerWheel},
 * {@code EvictionOrder}, {@code ParkedPackets}. Everything here is bounded, has one writing thread and is told the time.
 */
package io.weir.flow;
