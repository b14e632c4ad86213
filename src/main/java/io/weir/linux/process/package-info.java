/**
 * Owners on Linux: sock_diag, /proc.
 */
package io.weir.linux.process;
