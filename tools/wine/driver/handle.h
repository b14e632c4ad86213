/* handle.h - one WinDivert handle: its stream, its filter, its queue and the receives that wait for it. */
#ifndef HANDLE_H
#define HANDLE_H
#include "knobs.h"
#include "protocol.h"
#include "queue.h"

enum { HANDLES_MAX = 64 };

/* error: with which it is to fail at a certain time (PENDING_ERROR), or 0 */
typedef struct pending { struct pending *next; receive_request request; unsigned error; int64_t fails_at; } pending;

typedef struct {
    int fd, open, shut, layer, priority;
    int64_t rank;                        /* priority, then order of opening: the higher one sees packets first */
    uint64_t flags;
    uint32_t pid;
    int64_t opened_at;
    char filter[FILTER_OBJECT_MAX];      /* compiled, or the text where no object could be made */
    knobs knobs;
    queue queue;
    pending *waiting;
    parcel *swapped;                     /* EVENT_SWAP: the event that waits for its successor */
    unsigned long events;
    uint8_t *in, *out;
    size_t in_length, out_length, out_size;
} handle;

/* The open handles, highest rank first. */
extern handle *handles[HANDLES_MAX];
extern int handle_count;

handle *handle_new(int fd);

/* Removes the handle; what was queued and would have been diverted goes back to the stack. */
void handle_free(handle *h);

/* Reads and obeys messages; -1 when the stream has ended and the handle is to be freed. */
int handle_read(handle *h);

/* Writes what is waiting, as much as the stream takes. */
void handle_flush(handle *h);

/* Queues a copy and completes a receive that waits. */
void handle_deliver(handle *h, const divert_address *address, const void *data, int length);

/* Queues an event, as the handle's knobs would have it. */
void handle_deliver_event(handle *h, const divert_address *address, const void *data, int length);

/* Delivers what is due; returns when to come again, or 0. */
int64_t handle_advance(handle *h);

/* Shows a packet to the handles ranked below `below`; 1 = some handle took it off the stack. */
int handles_offer(divert_address *address, const uint8_t *packet, int length, int64_t below);

/* Is there an open handle of this layer? */
int handles_want(int layer);
#endif
