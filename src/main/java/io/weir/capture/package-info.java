/**
 * Capture files: reading pcap and pcapng, writing pcapng with owner comments, and the engine that replays a file.
 */
package io.weir.capture;
