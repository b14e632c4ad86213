/* sockdiag.h - the sockets of this namespace as the kernel knows them. */
#ifndef SOCKDIAG_H
#define SOCKDIAG_H
#include "packet.h"
#include "protocol.h"

enum { SOCKETS_MAX = 16384 };

int sockdiag_open(void);                 /* 0 or -1 */

/* The descriptor that becomes readable when a socket was destroyed, and the cookies of those sockets, one by one; 0: no more now. */
int sockdiag_destroyed_fd(void);
uint64_t sockdiag_destroyed(void);

/* The cookie of the socket a packet belongs to; 0: none. */
uint64_t sockdiag_find(const uint8_t *packet, const packet_view *view, int outbound);

/* All sockets of TCP and UDP, SOCKETS_MAX at most, without their owners; stays until the next call. */
const socket_row *sockdiag_all(int *count);
#endif
