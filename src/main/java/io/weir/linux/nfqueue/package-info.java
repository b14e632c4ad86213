/**
 * The Linux engine: netlink queue, raw injection, iptables set-up and removal.
 */
package io.weir.linux.nfqueue;
