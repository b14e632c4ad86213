/*
 * owners.h - which Windows process owns a socket.
 *
 * Linux cannot tell: until a TCP socket is connected only the wineserver holds it. So a program on the Windows side (agent.c) is asked,
 * while the packet in question waits.
 */
#ifndef OWNERS_H
#define OWNERS_H
#include "protocol.h"

/* From now on the stream `fd` answers; it stays with its handle. */
void owners_answer_at(int fd);
void owners_stream_ended(int fd);

/* Process id, or 0: no Windows process, or nobody to ask. */
uint32_t owners_ask(uint64_t cookie);

/* All sockets with their owners. Whoever has not accepted a connection yet owns it. Stays until the next call. */
const socket_row *owners_of_all(int *count);
#endif
