/*
 * sockets.h - which Wine process owns a local endpoint, from Wine's own handle tables.
 *
 * Wine 8 fills the process ids of its TCP table from what Linux processes hold. A TCP socket is held by the wineserver alone until it is
 * connected and used, so that a connecting socket, a listener and an accepted socket show process id 0. The handle tables know better.
 */
#ifndef SOCKETS_H
#define SOCKETS_H
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

/* Reads the sockets of all Wine processes, keeping what it knew. One caller at a time. */
void sockets_refresh(void);

/* The owner as of the last refresh; 0 = no Wine process. An exact address wins over a wildcard one. `address` has 4 or 16 bytes; an
 * IPv4 address mapped into IPv6 is taken for the IPv4 address. The port is in host order. */
DWORD sockets_owner(int tcp, int v6, const BYTE *address, UINT port);
#endif
