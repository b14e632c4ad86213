/*
 * events.h - FLOW and SOCKET events.
 *
 * CONNECT, ACCEPT, ESTABLISHED are made from the first packets of a flow, CLOSE and DELETED from the kernel's messages about destroyed
 * sockets, BIND and LISTEN by looking at the bound sockets again and again (only for handles with the knob EVENT_BINDS).
 */
#ifndef EVENTS_H
#define EVENTS_H
#include "packet.h"

/* Looks at a packet as the socket layer of its side would; 1 = a handle blocks this connect or accept. */
int events_watch(const uint8_t *packet, const packet_view *view, int outbound, int loopback);

/* Reads the kernel's messages about destroyed sockets. */
void events_sockets_destroyed(void);

/* Looks for newly bound sockets, if a handle wants them; returns in how many ms to come again, or -1. */
int events_look_at_bound(void);
#endif
