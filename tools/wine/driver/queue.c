/* queue.c - what waits for one handle, with the driver's limits. */
#include "queue.h"
#include "clock.h"
#include <stdlib.h>
#include <string.h>

void queue_init(queue *q)
{
    memset(q, 0, sizeof *q);
    q->limits[PARAM_QUEUE_LENGTH] = 4096;
    q->limits[PARAM_QUEUE_TIME] = 2000;
    q->limits[PARAM_QUEUE_SIZE] = 4 << 20;
}

parcel *parcel_new(const divert_address *address, const void *data, int length)
{
    parcel *p = malloc(sizeof *p + length);
    p->next = NULL;
    p->due = 0;
    p->length = length;
    p->address = *address;
    if (length) memcpy(p->data, data, length);
    return p;
}

static void append(parcel_list *list, parcel *p)
{
    p->next = NULL;
    if (list->tail) list->tail->next = p;
    else list->head = p;
    list->tail = p;
}

static parcel *pop(parcel_list *list)
{
    parcel *p = list->head;
    list->head = p->next;
    if (!list->head) list->tail = NULL;
    return p;
}

static parcel *drop_first(queue *q)
{
    parcel *p = pop(&q->ready);
    q->count--;
    q->bytes -= p->length + sizeof *p;
    return p;
}

static void drop_expired(queue *q)
{
    int64_t oldest = clock_ticks() - (int64_t)q->limits[PARAM_QUEUE_TIME] * TICKS_PER_MS;
    for (; q->ready.head && q->ready.head->address.timestamp < oldest; q->expired++) free(drop_first(q));
}

void queue_add(queue *q, parcel *p)
{
    uint64_t longest = q->cap && q->cap < q->limits[PARAM_QUEUE_LENGTH] ? q->cap : q->limits[PARAM_QUEUE_LENGTH];
    drop_expired(q);
    append(&q->ready, p);
    q->added++;
    q->count++;
    q->bytes += p->length + sizeof *p;
    for (; q->count > longest || q->bytes > q->limits[PARAM_QUEUE_SIZE]; q->overflowed++) free(drop_first(q));
}

void queue_add_later(queue *q, parcel *p, int64_t due)
{
    p->due = due;
    append(&q->delayed, p);
}

int64_t queue_advance(queue *q)
{
    int64_t now = clock_ticks();
    while (q->delayed.head && q->delayed.head->due <= now) {
        parcel *p = pop(&q->delayed);
        p->address.timestamp = p->address.timestamp > now - TICKS_PER_SECOND ? p->address.timestamp : now; /* not expired by the delay */
        queue_add(q, p);
    }
    return q->delayed.head ? q->delayed.head->due : 0;
}

parcel *queue_peek(queue *q)
{
    drop_expired(q);
    return q->ready.head;
}

parcel *queue_take(queue *q)
{
    q->taken++;
    return drop_first(q);
}

void queue_clear(queue *q)
{
    while (q->ready.head) free(drop_first(q));
    while (q->delayed.head) free(pop(&q->delayed));
}
