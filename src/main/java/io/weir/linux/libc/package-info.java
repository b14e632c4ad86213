/**
 * The C library as the packages of Linux call it: one mapping for all of them.
 */
package io.weir.linux.libc;
