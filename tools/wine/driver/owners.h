/*
 * owners.h - which Windows process owns a local endpoint.
 *
 * Linux cannot tell: until a TCP socket is connected only the wineserver holds it. So a program on the Windows side (agent.c) is asked,
 * while the packet in question waits.
 */
#ifndef OWNERS_H
#define OWNERS_H
#include "packet.h"

/* From now on the stream `fd` answers; it stays with its handle. */
void owners_answer_at(int fd);
void owners_stream_ended(int fd);

/* Process id, or 0: no Windows process, or nobody to ask. `address` has 4 or 16 bytes, the port is in host order. */
uint32_t owners_ask(int protocol, int v6, const uint8_t *address, unsigned port);
#endif
