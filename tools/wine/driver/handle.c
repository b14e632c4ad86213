/* handle.c - one WinDivert handle: queueing for it and answering its receives. What it asks for is in requests.c. */
#define _GNU_SOURCE
#include "handle.h"
#include "clock.h"
#include "filter.h"
#include "requests.h"
#include "inject.h"
#include "owners.h"
#include "statistics.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_SIZE = 1 << 19, PENDING_MS = 20, NOT_ENOUGH_ROOM = 122, NO_DATA = 232, ABORTED = 995 };

handle *handles[HANDLES_MAX];
int handle_count;
struct statistics statistics;

handle *handle_new(int fd)
{
    handle *h = calloc(1, sizeof *h);
    h->fd = fd;
    h->layer = -1;
    h->in = malloc(IN_SIZE);
    queue_init(&h->queue);
    knobs_reset(&h->knobs);
    return h;
}

/* ---- the stream ---- */
void handle_append(handle *h, const void *data, size_t size)
{
    if (h->out_length + size > h->out_size) h->out = realloc(h->out, h->out_size = (h->out_length + size) * 2);
    memcpy(h->out + h->out_length, data, size);
    h->out_length += size;
}

void handle_tell(handle *h, int type, const void *data, size_t size)
{
    message m = {sizeof m + size, type};
    handle_append(h, &m, sizeof m);
    if (size) handle_append(h, data, size);
}

void handle_flush(handle *h)
{
    ssize_t sent;
    if (!h->out_length || (sent = send(h->fd, h->out, h->out_length, MSG_DONTWAIT | MSG_NOSIGNAL)) <= 0) return;
    memmove(h->out, h->out + sent, h->out_length -= sent);
}

int handle_read(handle *h)
{
    ssize_t n = recv(h->fd, h->in + h->in_length, IN_SIZE - h->in_length, MSG_DONTWAIT);
    size_t at = 0;
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return -1;
    if (n > 0) h->in_length += n;
    for (message m; h->in_length - at >= sizeof m; at += m.size) {
        memcpy(&m, h->in + at, sizeof m);
        if (m.size < sizeof m || m.size > IN_SIZE / 2) return -1;
        if (h->in_length - at < m.size) break;
        if (handle_obey(h, m.type, h->in + at + sizeof m, m.size - sizeof m)) return -1;
    }
    memmove(h->in, h->in + at, h->in_length -= at);
    return 0;
}

/* ---- receives ---- */
static void answer(handle *h, uint32_t id, uint32_t status)
{
    handle_tell(h, RECEIVED, &(received){.id = id, .status = status}, sizeof(received));
}

/* Fills one receive as the driver does: the first packet always, more while there are slots and they fit whole. */
static void answer_with_packets(handle *h, const receive_request *r)
{
    parcel *taken[BATCH_MAX], *p;
    received head = {.id = r->id};
    while (head.count < r->slots && (p = queue_peek(&h->queue)) && (!head.count || (uint32_t)p->length <= r->size - head.bytes)) {
        taken[head.count++] = queue_take(&h->queue);
        if ((uint32_t)p->length > r->size) {
            p->length = r->size;
            head.status = NOT_ENOUGH_ROOM;
        }
        head.bytes += p->length;
        if (head.status) break;
    }
    message m = {sizeof m + sizeof head + head.count * sizeof(divert_address) + head.bytes, RECEIVED};
    handle_append(h, &m, sizeof m);
    handle_append(h, &head, sizeof head);
    for (unsigned k = 0; k < head.count; k++) handle_append(h, &taken[k]->address, sizeof taken[k]->address);
    for (unsigned k = 0; k < head.count; k++) {
        handle_append(h, taken[k]->data, taken[k]->length);
        free(taken[k]);
    }
}

static void serve_waiting(handle *h)
{
    int over = h->shut && !h->queue.delayed.head;
    while (h->waiting && !h->waiting->error) {
        pending *w = h->waiting;
        int ready = queue_peek(&h->queue) != NULL;
        if (!ready && !over) return;
        h->waiting = w->next;
        if (ready) answer_with_packets(h, &w->request);
        else answer(h, w->request.id, NO_DATA);
        free(w);
    }
}

/* Completes the oldest receive if it was to fail while pending; returns when it will be, or 0. */
static int64_t fail_waiting(handle *h)
{
    pending *w = h->waiting;
    if (!w || !w->error) return 0;
    if (w->fails_at > clock_ticks()) return w->fails_at;
    h->waiting = w->next;
    answer(h, w->request.id, w->error);
    free(w);
    return fail_waiting(h);
}

void handle_receive(handle *h, const receive_request *r)
{
    unsigned error = knobs_due(&h->knobs.recv_error, h->queue.taken);
    pending **end = &h->waiting;
    if (error) { answer(h, r->id, error); return; }
    if (!h->waiting && queue_peek(&h->queue)) { answer_with_packets(h, r); return; }
    if (h->shut && !h->queue.delayed.head) { answer(h, r->id, NO_DATA); return; }
    answer(h, r->id, STATUS_PENDING_HERE);
    while (*end) end = &(*end)->next;
    *end = calloc(1, sizeof **end);
    **end = (pending){NULL, *r, knobs_due(&h->knobs.pending_error, h->queue.taken), clock_ticks() + PENDING_MS * TICKS_PER_MS};
}

void handle_shutdown(handle *h)
{
    h->shut = 1;
    serve_waiting(h);
}

void handle_abort_waiting(handle *h)
{
    while (h->waiting) {
        pending *w = h->waiting;
        h->waiting = w->next;
        answer(h, w->request.id, ABORTED);
        free(w);
    }
}

/* ---- deliveries ---- */
void handle_deliver(handle *h, const divert_address *address, const void *data, int length)
{
    queue_add(&h->queue, parcel_new(address, data, length));
    serve_waiting(h);
}

static void release_swapped(handle *h)
{
    if (h->swapped) queue_add(&h->queue, h->swapped);
    h->swapped = NULL;
}

void handle_deliver_event(handle *h, const divert_address *address, const void *data, int length)
{
    const knobs *k = &h->knobs;
    h->events++;
    if (k->event_lose && h->events % k->event_lose == 0) return;
    parcel *p = parcel_new(address, data, length);
    if (k->event_pid >= 0 && address->layer != LAYER_REFLECT) p->address.u.sock.pid = k->event_pid;
    if (k->event_delay_ms) {
        queue_add_later(&h->queue, p, clock_ticks() + (int64_t)k->event_delay_ms * TICKS_PER_MS);
    } else if (k->event_swap && h->events % k->event_swap == 0 && !h->swapped) {
        h->swapped = p;
        p->due = clock_ticks() + (int64_t)k->event_swap_ms * TICKS_PER_MS;
        return;
    } else {
        queue_add(&h->queue, p);
        release_swapped(h);
    }
    serve_waiting(h);
}

int64_t handle_advance(handle *h)
{
    int64_t next = queue_advance(&h->queue), failing = fail_waiting(h);
    if (failing && (!next || failing < next)) next = failing;
    if (h->swapped && h->swapped->due <= clock_ticks()) release_swapped(h);
    if (h->swapped && (!next || h->swapped->due < next)) next = h->swapped->due;
    serve_waiting(h);
    return next;
}

int handles_offer(divert_address *address, const uint8_t *packet, int length, int64_t below)
{
    for (int k = 0; k < handle_count; k++) {
        handle *h = handles[k];
        if (h->layer != LAYER_NETWORK || h->shut || h->rank >= below || !filter_matches(h->filter, packet, length, address)) continue;
        address->bits = (address->bits & ~SNIFFED) | (h->flags & FLAG_SNIFF ? SNIFFED : 0);
        if (!(h->flags & FLAG_DROP)) handle_deliver(h, address, packet, length);
        if (!(h->flags & FLAG_SNIFF)) {
            statistics.diverted++;
            return 1;
        }
    }
    return 0;
}

int handles_want(int layer)
{
    for (int k = 0; k < handle_count; k++)
        if (handles[k]->layer == layer && !handles[k]->shut) return 1;
    return 0;
}

/* ---- the end ---- */
static void hand_back(handle *h)
{
    for (parcel *p; (p = queue_peek(&h->queue)); free(p)) {
        packet_view view;
        queue_take(&h->queue);
        if (h->layer != LAYER_NETWORK || h->flags & FLAG_SNIFF || packet_parse(p->data, p->length, &view)) continue;
        if ((p->address.bits & (IP_SUM | TCP_SUM | UDP_SUM)) != (IP_SUM | TCP_SUM | UDP_SUM)) packet_fill_sums(p->data, &view);
        statistics.handed_back++;
        if (!handles_offer(&p->address, p->data, view.length, h->rank)) inject_packet(&p->address, p->data, &view);
    }
}

void handle_free(handle *h)
{
    if (h->open) handle_forget(h);
    hand_back(h);
    queue_clear(&h->queue);
    for (pending *w; (w = h->waiting); free(w)) h->waiting = w->next;
    owners_stream_ended(h->fd);
    close(h->fd);
    free(h->swapped);
    free(h->in);
    free(h->out);
    free(h);
}
