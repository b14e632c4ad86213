/* packet.h - reading and mending IP packets. */
#ifndef PACKET_H
#define PACKET_H
#include <stdint.h>

typedef struct {
    int v6, protocol, length;            /* length: what the IP header claims, never more than what is there */
    int transport;                       /* offset of the TCP or UDP header; 0: none that can be read */
    const uint8_t *source, *destination;
} packet_view;

/* 0, or -1 for what is no whole IP packet. */
int packet_parse(const uint8_t *packet, int length, packet_view *view);

/* Ports in host order; only when view->transport. */
unsigned packet_source_port(const uint8_t *packet, const packet_view *view);
unsigned packet_destination_port(const uint8_t *packet, const packet_view *view);

/* A TCP packet with SYN and without ACK. */
int packet_is_syn(const uint8_t *packet, const packet_view *view);

/* Computes the sums of the IPv4 header and of TCP or UDP; lengths are read from the packet itself. */
void packet_fill_sums(uint8_t *packet, const packet_view *view);

/* The reset that answers a TCP packet: written to `reset` (60 bytes), described by `view`. */
void packet_reset_for(const uint8_t *packet, const packet_view *of, uint8_t *reset, packet_view *view);
#endif
