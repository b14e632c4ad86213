/* inject.h - putting packets back into the stack through raw sockets. */
#ifndef INJECT_H
#define INJECT_H
#include "divert.h"
#include "packet.h"

#define INJECT_MARK 0x57d1u              /* firewall mark of everything injected: it is not captured again */

/* Opens the raw sockets; large segments are cut to the MTU when `segment`. 0 or -1. */
int inject_open(int segment);

/* Sends as the address says, outbound or inbound (a raw send to an address of this namespace). Counts the outcome. */
void inject_packet(const divert_address *address, const uint8_t *packet, const packet_view *view);

/* Answers the SYN of a blocked connect with a reset. */
void inject_refusal(const uint8_t *packet, const packet_view *view);

/* Is the packet for an address of this namespace? The list of addresses is at most a second old. */
int inject_is_local(const packet_view *view);
#endif
