/**
 * Views over IP packets in native buffers: total parser, checksums, rewriting, builders.
 */
package io.weir.packet;
