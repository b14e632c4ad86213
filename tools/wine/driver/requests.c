/* requests.c - what the program asks of its handle. */
#define _GNU_SOURCE
#include "requests.h"
#include "clock.h"
#include "filter.h"
#include "inject.h"
#include "owners.h"
#include "statistics.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_SUPPORTED = 50, INVALID_PARAMETER = 87 };

/* ---- REFLECT ---- */
static void reflect(handle *to, const handle *of, int event)
{
    divert_address a = {.timestamp = clock_ticks(), .layer = LAYER_REFLECT, .event = event, .bits = SNIFFED};
    a.u.reflect.timestamp = of->opened_at;
    a.u.reflect.pid = of->pid;
    a.u.reflect.layer = of->layer;
    a.u.reflect.flags = of->flags;
    a.u.reflect.priority = of->priority;
    if (filter_matches(to->filter, NULL, 0, &a)) handle_deliver_event(to, &a, of->filter, strlen(of->filter) + 1);
}

static void reflect_to_all(const handle *of, int event)
{
    for (int k = 0; k < handle_count; k++)
        if (handles[k]->layer == LAYER_REFLECT && handles[k] != of && !handles[k]->shut) reflect(handles[k], of, event);
}

void handle_forget(handle *h)
{
    int kept = 0;
    for (int k = 0; k < handle_count; k++)
        if (handles[k] != h) handles[kept++] = handles[k];
    handle_count = kept;
    fprintf(stderr, "divertd: pid %u closed layer %d: added %lu taken %lu overflowed %lu expired %lu\n", h->pid, h->layer,
            h->queue.added, h->queue.taken, h->queue.overflowed, h->queue.expired);
    reflect_to_all(h, EVENT_HANDLE_CLOSE);
}

/* ---- opening ---- */
static void set_knobs(handle *h, char *text)
{
    char *save;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) knobs_set(&h->knobs, line);
    h->queue.cap = h->knobs.queue_length;
}

static void insert(handle *h)
{
    static unsigned opened;
    int k = handle_count++;
    h->rank = ((int64_t)(h->priority + PRIORITY_MAX) << 16) | (opened++ & 0xffff);
    for (; k > 0 && handles[k - 1]->rank < h->rank; k--) handles[k] = handles[k - 1];
    handles[k] = h;
}

static uint32_t open_handle(handle *h, const open_request *o, const char *filter)
{
    h->layer = o->layer;
    h->priority = o->priority;
    h->flags = o->flags;
    h->pid = o->pid;
    h->opened_at = clock_ticks();
    if (h->layer == LAYER_FORWARD) return NOT_SUPPORTED;
    if (handle_count == HANDLES_MAX || !filter_compile(filter, h->layer, h->filter)) return INVALID_PARAMETER;
    if (h->filter[0] != '@') snprintf(h->filter, sizeof h->filter, "%s", filter);
    insert(h);
    h->open = 1;
    fprintf(stderr, "divertd: pid %u opened layer %d priority %d flags %#lx: %s\n", h->pid, h->layer, h->priority, (long)h->flags, filter);
    for (int k = 0; h->layer == LAYER_REFLECT && k < handle_count; k++)
        if (handles[k] != h) reflect(h, handles[k], EVENT_HANDLE_OPEN);
    reflect_to_all(h, EVENT_HANDLE_OPEN);
    return 0;
}

static int on_open(handle *h, uint8_t *body, size_t size)
{
    open_request o;
    if (h->open || size < sizeof o + 2 || body[size - 1]) return -1;
    memcpy(&o, body, sizeof o);
    if (o.knobs < 1 || o.knobs >= size - sizeof o || body[sizeof o + o.knobs - 1]) return -1;
    set_knobs(h, (char *)body + sizeof o);
    uint32_t error = open_handle(h, &o, (char *)body + sizeof o + o.knobs);
    handle_tell(h, OPEN, &error, sizeof error);
    return 0;
}

/* ---- the rest ---- */
static int on_send(handle *h, uint8_t *body, size_t size)
{
    divert_address a;
    packet_view view;
    if (!h->open || size <= sizeof a) return -1;
    memcpy(&a, body, sizeof a);
    a.timestamp = clock_ticks();
    a.layer = a.event = 0;
    a.bits |= IP_SUM | TCP_SUM | UDP_SUM;                              /* the DLL has filled them */
    if (packet_parse(body + sizeof a, size - sizeof a, &view)) return 0;
    if (!handles_offer(&a, body + sizeof a, view.length, h->rank)) inject_packet(&a, body + sizeof a, &view);
    return 0;
}

static int on_statistics(handle *h)
{
    char text[HANDLES_MAX * 160];
    int n = snprintf(text, sizeof text, "seen %lu diverted %lu injected %lu failed %lu handed-back %lu\n", statistics.seen,
                     statistics.diverted, statistics.injected, statistics.failed, statistics.handed_back);
    for (int k = 0; k < handle_count; k++) {
        const handle *x = handles[k];
        n += snprintf(text + n, sizeof text - n, "handle pid %u layer %d priority %d queued %u added %lu taken %lu overflowed %lu expired %lu\n",
                      x->pid, x->layer, x->priority, x->queue.count, x->queue.added, x->queue.taken, x->queue.overflowed, x->queue.expired);
    }
    handle_append(h, text, n);
    handle_flush(h);
    return -1;
}

static int on_sockets(handle *h)
{
    int count;
    const socket_row *all = owners_of_all(&count);
    handle_tell(h, SOCKETS, all, count * sizeof *all);
    return 0;
}

static int on_knob(const uint8_t *body, size_t size)
{
    int32_t layer;
    if (size < sizeof layer + 2 || body[size - 1]) return -1;
    memcpy(&layer, body, sizeof layer);
    for (int k = 0; k < handle_count; k++) {
        if (handles[k]->layer != layer) continue;
        knobs_set(&handles[k]->knobs, (const char *)body + sizeof layer);
        handles[k]->queue.cap = handles[k]->knobs.queue_length;
    }
    return -1;
}

int handle_obey(handle *h, uint32_t type, uint8_t *body, size_t size)
{
    receive_request r;
    set_param p;
    switch (type) {
    case OPEN: return on_open(h, body, size);
    case SEND: return on_send(h, body, size);
    case OWNERS: owners_answer_at(h->fd); return 0;
    case SOCKETS: return on_sockets(h);
    case STATISTICS: return on_statistics(h);
    case KNOB: return on_knob(body, size);
    case CLOSE: handle_abort_waiting(h); handle_flush(h); return -1;
    case SHUTDOWN:
        handle_shutdown(h);
        handle_tell(h, SHUTDOWN, NULL, 0);
        return 0;
    case RECEIVE:
        if (!h->open || size != sizeof r) return -1;
        memcpy(&r, body, sizeof r);
        handle_receive(h, &r);
        return 0;
    case SET_PARAM:
        memcpy(&p, body, sizeof p);
        if (size != sizeof p || p.which > PARAM_QUEUE_SIZE) return -1;
        h->queue.limits[p.which] = p.value;
        handle_tell(h, SET_PARAM, NULL, 0);
        return 0;
    default: return -1;
    }
}
