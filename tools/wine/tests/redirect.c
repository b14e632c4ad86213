/* redirect.c - the two redirect shapes in their simplest form: IPv4, one client address, a relay in this process. */
#include "api.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OWN_FIRST = 50000, OWN_LAST = 50999, NAT_FIRST = 20000 };       /* the relay's own source ports are not diverted */

typedef struct { BYTE used, local[4], remote[4]; unsigned client_port, remote_port, index, sub_index; } translation;
typedef struct { SOCKET from, to; } direction;

static translation translations[65536];  /* reflect: by client port; loopback: by NAT port */
static int by_loopback, wanted_port;
static unsigned relay_port;              /* any free one: Wine does not share a port that TIME_WAIT still holds */

/* ---- the relay ---- */
static DWORD WINAPI copy(void *argument)
{
    direction d = *(direction *)argument;
    char *bytes = malloc(1 << 18);
    int n;
    while ((n = recv(d.from, bytes, 1 << 18, 0)) > 0)
        for (int done = 0, sent; done < n; done += sent)
            if ((sent = send(d.to, bytes + done, n - done, 0)) <= 0) { n = 0; break; }
    shutdown(d.to, SD_SEND);
    free(bytes);
    free(argument);
    return 0;
}

static SOCKET socket_of_own_range(void)
{
    static LONG next = OWN_FIRST;
    for (;;) {
        SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
        LONG port = InterlockedIncrement(&next);
        struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((u_short)port)};
        if (port > OWN_LAST) next = OWN_FIRST;
        else if (!bind(s, (void *)&own, sizeof own)) return s;
        closesocket(s);
    }
}

static direction *both(SOCKET from, SOCKET to)
{
    direction *d = malloc(sizeof *d);
    *d = (direction){from, to};
    return d;
}

static DWORD WINAPI serve(void *argument)
{
    SOCKET client = (SOCKET)argument, upstream = socket_of_own_range();
    struct sockaddr_in peer, target = {.sin_family = AF_INET};
    int size = sizeof peer;
    getpeername(client, (void *)&peer, &size);
    translation *t = &translations[ntohs(peer.sin_port)];
    memcpy(&target.sin_addr, t->remote, 4);
    target.sin_port = htons(t->remote_port);
    printf("relay: accepted %s:%u, its target port %u\n", inet_ntoa(peer.sin_addr), ntohs(peer.sin_port), t->remote_port);
    fflush(stdout);
    if (connect(upstream, (void *)&target, sizeof target)) {
        printf("relay: upstream %d\n", WSAGetLastError());
    } else {
        HANDLE up = CreateThread(NULL, 0, copy, both(client, upstream), 0, NULL);
        copy(both(upstream, client));
        WaitForSingleObject(up, INFINITE);
    }
    closesocket(client);
    closesocket(upstream);
    return 0;
}

static DWORD WINAPI accept_all(void *listener)
{
    for (SOCKET c; (c = accept((SOCKET)listener, NULL, NULL)) != INVALID_SOCKET;) CloseHandle(CreateThread(NULL, 0, serve, (void *)c, 0, NULL));
    return 0;
}

static void start_relay(void)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    int size = sizeof own;
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    if (by_loopback) own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(s, (void *)&own, sizeof own) || listen(s, SOMAXCONN) || getsockname(s, (void *)&own, &size)) {
        printf("listen: %d\n", WSAGetLastError());
        exit(1);
    }
    relay_port = ntohs(own.sin_port);
    CloseHandle(CreateThread(NULL, 0, accept_all, (void *)s, 0, NULL));
}

/* ---- the packets ---- */
static void to_client(BYTE *p, BYTE *t, divert_address *a, const translation *n)
{
    memcpy(p + 12, n->remote, 4);
    memcpy(p + 16, n->local, 4);
    write16(t, n->remote_port);
    write16(t + 2, n->client_port);
    a->u.net.ifidx = n->index;
    a->u.net.subifidx = n->sub_index;
    a->bits &= ~OUTBOUND;
}

static void to_relay(BYTE *p, BYTE *t, divert_address *a)
{
    static const BYTE localhost[4] = {127, 0, 0, 1};
    static unsigned nat_port[65536], next = NAT_FIRST;
    unsigned client = read16(t), key = client;
    if (by_loopback && !nat_port[client]) nat_port[client] = next++;
    if (by_loopback) key = nat_port[client];
    translation *n = &translations[key];
    *n = (translation){.used = 1, .client_port = client, .remote_port = read16(t + 2), .index = a->u.net.ifidx,
                       .sub_index = a->u.net.subifidx};
    memcpy(n->local, p + 12, 4);
    memcpy(n->remote, p + 16, 4);
    write16(t, key);
    write16(t + 2, relay_port);
    if (by_loopback) {
        memcpy(p + 12, localhost, 4);
        memcpy(p + 16, localhost, 4);
        a->u.net.ifidx = 1;
        a->u.net.subifidx = 0;
    } else {
        memcpy(p + 12, n->remote, 4);
        memcpy(p + 16, n->local, 4);
        a->bits &= ~OUTBOUND;
    }
}

static int rewrite(BYTE *p, divert_address *a)
{
    BYTE *t = p + (p[0] & 15) * 4;
    if (read16(t) == relay_port && translations[read16(t + 2)].used) to_client(p, t, a, &translations[read16(t + 2)]);
    else if (read16(t + 2) == (unsigned)wanted_port) to_relay(p, t, a);
    else return 0;
    return 1;
}

void redirect(int loopback, int port)
{
    static BYTE bytes[1 << 20];
    static divert_address a[BATCH_MAX];
    char filter[512];
    unsigned long packets = 0, calls = 0;
    unsigned long long total = 0;
    by_loopback = loopback;
    wanted_port = port;
    start_relay();
    snprintf(filter, sizeof filter,
             "outbound and tcp and ((!loopback and tcp.DstPort == %d and (tcp.SrcPort < %d or tcp.SrcPort > %d)) or (%s and tcp.SrcPort == %u))",
             port, OWN_FIRST, OWN_LAST, loopback ? "loopback" : "!loopback", relay_port);
    open_tested(filter, LAYER_NETWORK, 0);
    for (UINT length, size; size = sizeof a, WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 0, a, &size, NULL); calls++) {
        UINT count = size / sizeof *a, at = 0;
        for (UINT k = 0, own; k < count; k++, at += own) {
            own = read16(bytes + at + 2);
            if (rewrite(bytes + at, &a[k])) WinDivertHelperCalcChecksums(bytes + at, own, &a[k], 0);
        }
        if (!WinDivertSendEx(tested, bytes, length, NULL, 0, a, size, NULL)) printf("send: %lu\n", GetLastError());
        packets += count;
        total += length;
    }
    close_tested(packets, total, calls);
}
