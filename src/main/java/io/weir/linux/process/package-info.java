/**
 * Owners on Linux, in three steps: flow to socket by an exact sock_diag query, socket to process by the kernel's watch on who makes sockets
 * (or by a search through /proc for what the watch did not see), process to image by /proc.
 */
package io.weir.linux.process;
