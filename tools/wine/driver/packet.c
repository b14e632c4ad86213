/* packet.c - reading and mending IP packets. */
#include "packet.h"
#include "divert.h"
#include <arpa/inet.h>
#include <string.h>

int packet_parse(const uint8_t *p, int length, packet_view *view)
{
    memset(view, 0, sizeof *view);
    if (length >= 20 && p[0] >> 4 == 4) {
        int header = (p[0] & 15) * 4, fragment = (p[6] & 0x1f) || p[7];
        *view = (packet_view){0, p[9], p[2] << 8 | p[3], fragment ? 0 : header, p + 12, p + 16};
        if (header < 20 || view->length < header) return -1;
    } else if (length >= 40 && p[0] >> 4 == 6) {                       /* behind extension headers nothing is looked for */
        *view = (packet_view){1, p[6], 40 + (p[4] << 8 | p[5]), p[6] == TCP || p[6] == UDP ? 40 : 0, p + 8, p + 24};
    } else {
        return -1;
    }
    if (view->length > length) return -1;
    if (view->length - view->transport < (view->protocol == TCP ? 20 : 8)) view->transport = 0;
    return 0;
}

unsigned packet_source_port(const uint8_t *p, const packet_view *view)
{
    return p[view->transport] << 8 | p[view->transport + 1];
}

unsigned packet_destination_port(const uint8_t *p, const packet_view *view)
{
    return p[view->transport + 2] << 8 | p[view->transport + 3];
}

int packet_is_syn(const uint8_t *p, const packet_view *view)
{
    return view->transport && view->protocol == TCP && (p[view->transport + 13] & 0x12) == 2;
}

static uint32_t add(const uint8_t *p, int count, uint32_t sum)
{
    for (; count > 1; count -= 2, p += 2) sum += p[0] << 8 | p[1];
    return count ? sum + (p[0] << 8) : sum;
}

static void put(uint8_t *at, uint32_t sum, int zero_is_none)
{
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    sum = ~sum & 0xffff;
    if (!sum && zero_is_none) sum = 0xffff;
    at[0] = sum >> 8;
    at[1] = sum;
}

void packet_fill_sums(uint8_t *p, const packet_view *view)
{
    int header = view->v6 ? 40 : (p[0] & 15) * 4;
    if (!view->v6) {
        p[10] = p[11] = 0;
        put(p + 10, add(p, header, 0), 0);
    }
    if (!view->transport || (view->protocol != TCP && view->protocol != UDP)) return;
    int length = (view->v6 ? 40 + (p[4] << 8 | p[5]) : p[2] << 8 | p[3]) - view->transport;
    uint8_t *sum = p + view->transport + (view->protocol == TCP ? 16 : 6);
    uint32_t pseudo = add(p + (view->v6 ? 8 : 12), view->v6 ? 32 : 8, view->protocol + length);
    sum[0] = sum[1] = 0;
    put(sum, add(p + view->transport, length, pseudo), view->protocol == UDP);
}

void packet_reset_for(const uint8_t *p, const packet_view *of, uint8_t *r, packet_view *view)
{
    int header = of->v6 ? 40 : 20, address = of->v6 ? 16 : 4;
    uint32_t sequence;
    memset(r, 0, 60);
    if (of->v6) { r[0] = 0x60; r[5] = 20; r[6] = TCP; r[7] = 64; }
    else { r[0] = 0x45; r[3] = 40; r[8] = 64; r[9] = TCP; }
    uint8_t *source = r + (of->v6 ? 8 : 12), *t = r + header;
    memcpy(source, of->destination, address);
    memcpy(source + address, of->source, address);
    memcpy(t, p + of->transport + 2, 2);
    memcpy(t + 2, p + of->transport, 2);
    memcpy(&sequence, p + of->transport + 4, 4);
    sequence = htonl(ntohl(sequence) + 1);
    memcpy(t + 8, &sequence, 4);
    t[12] = 0x50;
    t[13] = 0x14;                                                      /* RST and ACK */
    *view = (packet_view){of->v6, TCP, header + 20, header, source, source + address};
    packet_fill_sums(r, view);
}
