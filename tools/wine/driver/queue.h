/* queue.h - what waits for one handle, with the driver's limits: full means the oldest goes, too old means gone. */
#ifndef QUEUE_H
#define QUEUE_H
#include <stddef.h>
#include "divert.h"

typedef struct parcel {
    struct parcel *next;
    int64_t due;                         /* when a delayed one is put into the queue */
    int length;
    divert_address address;
    uint8_t data[];
} parcel;

typedef struct { parcel *head, *tail; } parcel_list;

typedef struct {
    parcel_list ready, delayed;
    unsigned count;
    uint64_t bytes, limits[3];           /* by PARAM_QUEUE_LENGTH, _TIME (ms), _SIZE */
    unsigned cap;                        /* further limit on the length; 0: none */
    unsigned long added, taken, overflowed, expired;
} queue;

void queue_init(queue *q);

parcel *parcel_new(const divert_address *address, const void *data, int length);

/* Adds to the end; the queue owns the parcel. */
void queue_add(queue *q, parcel *p);

/* Adds when `due` has come; parcels keep their order among themselves. */
void queue_add_later(queue *q, parcel *p, int64_t due);

/* Moves what is due into the queue; returns when the next one is due, or 0. */
int64_t queue_advance(queue *q);

/* The oldest that is not expired, still in the queue; NULL when there is none. */
parcel *queue_peek(queue *q);

/* Takes what queue_peek gave; the caller frees it. */
parcel *queue_take(queue *q);

/* Frees everything. */
void queue_clear(queue *q);
#endif
