/* inject.c - putting packets back into the stack through raw sockets. */
#define _GNU_SOURCE
#include "inject.h"
#include "clock.h"
#include "statistics.h"
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int raw4, raw6, segmenting;

int inject_open(int segment)
{
    int on = 1, mark = INJECT_MARK, large = 64 << 20;
    segmenting = segment;
    raw4 = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
    raw6 = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
    if (raw4 < 0 || raw6 < 0) return -1;
    for (int k = 0; k < 2; k++) {
        int fd = k ? raw6 : raw4;
        if (setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof mark)) return -1;
        setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
    }
    return setsockopt(raw4, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
}

int inject_is_local(const packet_view *view)
{
    static struct { int v6; uint8_t address[16]; } own[128];
    static int count;
    static int64_t read_at;
    if (!read_at || clock_ticks() - read_at > TICKS_PER_SECOND) {
        struct ifaddrs *list;
        if (getifaddrs(&list)) return 0;
        read_at = clock_ticks();
        count = 0;
        for (struct ifaddrs *x = list; x && count < 128; x = x->ifa_next) {
            int family = x->ifa_addr ? x->ifa_addr->sa_family : AF_UNSPEC;
            if (family != AF_INET && family != AF_INET6) continue;
            own[count].v6 = family == AF_INET6;
            if (family == AF_INET6) memcpy(own[count++].address, &((struct sockaddr_in6 *)x->ifa_addr)->sin6_addr, 16);
            else memcpy(own[count++].address, &((struct sockaddr_in *)x->ifa_addr)->sin_addr, 4);
        }
        freeifaddrs(list);
    }
    for (int k = 0; k < count; k++)
        if (own[k].v6 == view->v6 && !memcmp(own[k].address, view->destination, view->v6 ? 16 : 4)) return 1;
    return 0;
}

/* 0 or a negative errno. */
static int send_raw(const uint8_t *packet, const packet_view *view, uint32_t interface)
{
    struct sockaddr_in to4 = {.sin_family = AF_INET};
    struct sockaddr_in6 to6 = {.sin6_family = AF_INET6};
    ssize_t sent;
    if (view->v6) {
        memcpy(&to6.sin6_addr, view->destination, 16);
        if (IN6_IS_ADDR_LINKLOCAL(&to6.sin6_addr)) to6.sin6_scope_id = interface;
        sent = sendto(raw6, packet, view->length, 0, (void *)&to6, sizeof to6);
    } else {
        memcpy(&to4.sin_addr, view->destination, 4);
        sent = sendto(raw4, packet, view->length, 0, (void *)&to4, sizeof to4);
    }
    return sent < 0 ? -errno : 0;
}

static int mtu_of(uint32_t interface)
{
    struct ifreq request = {0};
    if (!if_indextoname(interface, request.ifr_name) || ioctl(raw4, SIOCGIFMTU, &request)) return 1500;
    return request.ifr_mtu;
}

/* Does what a network card does with a large send: cuts a TCP packet to the MTU. */
static int send_segments(const uint8_t *packet, const packet_view *view, uint32_t interface)
{
    enum { FIN_PSH = 9 };
    static uint8_t part[PACKET_MAX];
    uint32_t sequence;
    if (view->protocol != TCP || !view->transport) return -EMSGSIZE;
    int headers = view->transport + (packet[view->transport + 12] >> 4) * 4, room = mtu_of(interface) - headers, count;
    if (headers > view->length || room <= 0) return -EMSGSIZE;
    memcpy(&sequence, packet + view->transport + 4, 4);
    for (int at = headers; at < view->length; at += count) {
        packet_view v = *view;
        count = view->length - at < room ? view->length - at : room;
        memcpy(part, packet, headers);
        memcpy(part + headers, packet + at, count);
        v.length = headers + count;
        v.source = part + (view->source - packet);
        v.destination = part + (view->destination - packet);
        uint16_t length = htons(v.v6 ? v.length - 40 : v.length);
        uint32_t here = htonl(ntohl(sequence) + at - headers);
        memcpy(part + (v.v6 ? 4 : 2), &length, 2);
        memcpy(part + v.transport + 4, &here, 4);
        if (at + count < view->length) part[v.transport + 13] &= ~FIN_PSH;
        packet_fill_sums(part, &v);
        int error = send_raw(part, &v, interface);
        if (error) return error;
    }
    return 0;
}

void inject_packet(const divert_address *address, const uint8_t *packet, const packet_view *view)
{
    int error = 0;
    if (!(address->bits & OUTBOUND)) {
        if (!view->v6 && view->destination[0] == 127) return;          /* Windows: accepted, then vanishes */
        if (!inject_is_local(view)) error = -EHOSTUNREACH;             /* would leave through a real interface */
    }
    if (!error) error = send_raw(packet, view, address->u.net.ifidx);
    if (error == -EMSGSIZE && segmenting) error = send_segments(packet, view, address->u.net.ifidx);
    if (error) {
        statistics.failed++;
        fprintf(stderr, "divertd: injection of %d bytes failed: %s\n", view->length, strerror(-error));
    } else {
        statistics.injected++;
    }
}

void inject_refusal(const uint8_t *packet, const packet_view *view)
{
    uint8_t reset[60];
    packet_view v;
    if (view->protocol != TCP || !view->transport) return;
    packet_reset_for(packet, view, reset, &v);
    send_raw(reset, &v, 0);
}
