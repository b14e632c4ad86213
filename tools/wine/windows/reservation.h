/*
 * reservation.h - SIO_ACQUIRE_, SIO_ASSOCIATE_ and SIO_RELEASE_PORT_RESERVATION, which Wine 8 answers with WSAEOPNOTSUPP.
 *
 * WSAIoctl and bind of the loaded ws2_32.dll are made to come by here first (Wine's ws2_32 cannot be replaced by a file: its Linux half
 * belongs to its name). As on Windows: a block belongs to the process; a socket associated with it gets a port of it from bind to port
 * 0, or the one it names; a socket that is not associated is refused such a port with WSAEACCES, in other processes too.
 */
#ifndef RESERVATION_H
#define RESERVATION_H

#include <stdint.h>

/* INET_PORT_RESERVATION_INSTANCE, whose members the compiler's header only has for C++; the start is in network byte order. */
typedef struct { uint16_t start, count; uint64_t token; } port_block;

void reservation_install(void);
#endif
