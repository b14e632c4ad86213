/**
 * Capture files: pcap and pcapng, read and written, and the engine that replays them.
 */
package io.weir.capture;
