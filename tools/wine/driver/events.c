/* events.c - FLOW and SOCKET events. */
#include "events.h"
#include "clock.h"
#include "filter.h"
#include "handle.h"
#include "owners.h"
#include "sockdiag.h"
#include <string.h>

enum { FLOWS = 8192, PROBES = 8, BOUND_MAX = 1024, BOUND_MS = 50, TUPLE_SIZE = 37 };    /* local .. proto of the record */

/* next: of those whose cookies fall together */
typedef struct flow { uint64_t cookie; divert_address address; int established, blocked; int64_t used_at; struct flow *next; } flow;

static flow flows[FLOWS];
static flow *by_cookie[FLOWS];

/* Returns 1 when a SOCKET handle without SNIFF matched: the operation is to be blocked. */
static int announce(divert_address a, int layer, int event)
{
    int block = 0;
    a.layer = layer;
    a.event = event;
    a.timestamp = clock_ticks();
    for (int k = 0; k < handle_count; k++) {
        handle *h = handles[k];
        int sniffed = h->flags & FLAG_SNIFF || event == EVENT_CLOSE;
        if (h->layer != layer || h->shut) continue;
        a.bits = (a.bits & ~SNIFFED) | (sniffed ? SNIFFED : 0);
        if (!filter_matches(h->filter, NULL, 0, &a)) continue;
        for (int n = event == EVENT_CLOSE && h->knobs.event_twice ? 2 : 1; n && !(h->flags & FLAG_DROP); n--)
            handle_deliver_event(h, &a, NULL, 0);
        handle_flush(h);
        if (!sniffed) block = 1;
    }
    return block;
}

static uint32_t big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static void to_words(const uint8_t *address, int v6, uint32_t *words)
{
    for (int w = 0; v6 && w < 4; w++) words[3 - w] = big_endian(address + 4 * w);
    if (v6) return;
    words[0] = big_endian(address);
    words[1] = 0xffff;
    words[2] = words[3] = 0;
}

/* ---- flows ---- */
static divert_address describe(const uint8_t *packet, const packet_view *view, int outbound, int loopback)
{
    divert_address a = {.bits = (outbound ? OUTBOUND : 0) | (loopback ? LOOPBACK : 0) | (view->v6 ? IPV6 : 0)};
    unsigned source = packet_source_port(packet, view), destination = packet_destination_port(packet, view);
    uint32_t words[4];                                                 /* the record is packed: its words may lie askew */
    to_words(outbound ? view->source : view->destination, view->v6, words);
    memcpy(a.u.sock.local, words, sizeof words);
    to_words(outbound ? view->destination : view->source, view->v6, words);
    memcpy(a.u.sock.remote, words, sizeof words);
    a.u.sock.lport = outbound ? source : destination;
    a.u.sock.rport = outbound ? destination : source;
    a.u.sock.proto = view->protocol;
    return a;
}

/* The flow of this tuple, or the slot to put it in with *known = 0. */
static flow *find(const divert_address *a, int *known)
{
    const uint8_t *tuple = (const uint8_t *)a + offsetof(divert_address, u.sock.local);
    uint32_t hash = 2166136261u;
    flow *oldest = NULL;
    for (int i = 0; i < TUPLE_SIZE; i++) hash = (hash ^ tuple[i]) * 16777619u;
    for (int k = 0; k < PROBES; k++) {
        flow *f = &flows[(hash + k) % FLOWS];
        *known = f->used_at && !memcmp((const uint8_t *)&f->address + offsetof(divert_address, u.sock.local), tuple, TUPLE_SIZE);
        if (*known) return f;
        if (!oldest || f->used_at < oldest->used_at) oldest = f;
    }
    return oldest;
}

static void remember(flow *f)
{
    flow **head = &by_cookie[f->cookie % FLOWS];
    f->next = *head;
    *head = f;
}

static void forget(flow *f)
{
    flow **at = &by_cookie[f->cookie % FLOWS];
    if (!f->used_at) return;
    while (*at != f) at = &(*at)->next;
    *at = f->next;
    f->used_at = 0;
}

static void establish(flow *f)
{
    f->established = 1;
    announce(f->address, LAYER_FLOW, EVENT_ESTABLISHED);
}

static int begin(flow *f, divert_address a, const uint8_t *packet, const packet_view *view, int outbound)
{
    uint64_t cookie = sockdiag_find(packet, view, outbound);
    if (!cookie && !outbound) return 0;                                /* nobody listens */
    a.u.sock.endpoint = cookie;
    if (cookie) a.u.sock.pid = owners_ask(cookie);
    forget(f);
    *f = (flow){.cookie = cookie, .address = a, .used_at = clock_ticks()};
    remember(f);
    f->blocked = announce(a, LAYER_SOCKET, outbound ? EVENT_CONNECT : EVENT_ACCEPT);
    if (view->protocol == UDP && !f->blocked) establish(f);
    return f->blocked;
}

int events_watch(const uint8_t *packet, const packet_view *view, int outbound, int loopback)
{
    int known, udp = view->protocol == UDP;
    if (!view->transport || (!udp && view->protocol != TCP)) return 0;
    if (!handles_want(LAYER_SOCKET) && !handles_want(LAYER_FLOW)) return 0;
    divert_address a = describe(packet, view, outbound, loopback);
    flow *f = find(&a, &known);
    int first = udp || packet_is_syn(packet, view);
    if (known) {
        f->used_at = clock_ticks();
        if (!first && !f->established && (f->address.bits & OUTBOUND) == (a.bits & OUTBOUND)) establish(f);
        return f->blocked;
    }
    if (!first || (!outbound && udp)) return 0;                        /* no ACCEPT is made up for datagrams that arrive */
    return begin(f, a, packet, view, outbound);
}

/* ---- sockets that are bound and listen ---- */
static struct { uint64_t cookie; divert_address address; int seen; } bound[BOUND_MAX];
static int bound_count;

static void announce_bound(const socket_row *s)
{
    divert_address a = {.bits = OUTBOUND | (s->v6 ? IPV6 : 0)};
    uint32_t words[4];
    to_words(s->address, s->v6, words);
    memcpy(a.u.sock.local, words, sizeof words);
    a.u.sock.endpoint = s->cookie;
    a.u.sock.lport = s->port;
    a.u.sock.proto = s->protocol;
    a.u.sock.pid = owners_ask(s->cookie);
    announce(a, LAYER_SOCKET, EVENT_BIND);
    if (s->protocol == TCP) announce(a, LAYER_SOCKET, EVENT_LISTEN);
    bound[bound_count].cookie = s->cookie;
    bound[bound_count].address = a;
    bound[bound_count++].seen = 1;
}

/* What listens (TCP) or is bound and not connected (UDP). */
static int list_bound(socket_row *list)
{
    int all, count = 0;
    const socket_row *rows = sockdiag_all(&all);
    for (int k = 0; k < all && count < BOUND_MAX; k++)
        if (rows[k].state == (rows[k].protocol == TCP ? LINUX_LISTENING : LINUX_CLOSED)) list[count++] = rows[k];
    return count;
}

int events_look_at_bound(void)
{
    static socket_row list[BOUND_MAX];
    int wanted = 0;
    for (int k = 0; k < handle_count; k++) wanted |= handles[k]->layer == LAYER_SOCKET && handles[k]->knobs.event_binds;
    if (!wanted) { bound_count = 0; return -1; }
    int count = list_bound(list);
    for (int k = 0; k < bound_count; k++) bound[k].seen = 0;
    for (int i = 0; i < count; i++) {
        int k = 0;
        while (k < bound_count && bound[k].cookie != list[i].cookie) k++;
        if (k < bound_count) bound[k].seen = 1;
        else if (bound_count < BOUND_MAX) announce_bound(&list[i]);
    }
    for (int k = bound_count - 1; k >= 0; k--) {
        if (bound[k].seen) continue;
        announce(bound[k].address, LAYER_SOCKET, EVENT_CLOSE);
        bound[k] = bound[--bound_count];
    }
    return BOUND_MS;
}

void events_sockets_destroyed(void)
{
    for (uint64_t cookie; (cookie = sockdiag_destroyed());)
        for (flow *f = by_cookie[cookie % FLOWS], *next; f; f = next) {
            next = f->next;
            if (f->cookie != cookie) continue;
            if (f->established) announce(f->address, LAYER_FLOW, EVENT_DELETED);
            announce(f->address, LAYER_SOCKET, EVENT_CLOSE);
            forget(f);
        }
}
