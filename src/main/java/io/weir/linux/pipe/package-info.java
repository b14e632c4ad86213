/**
 * Kernel pipes on Linux: how much one holds, on which splicing depends.
 */
package io.weir.linux.pipe;
