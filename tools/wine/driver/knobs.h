/* knobs.h - what a test may set wrong about one handle; see the table in README.md. */
#ifndef KNOBS_H
#define KNOBS_H

typedef struct { unsigned code, after, times, done; } planned_error;   /* times: how often; 0 = for ever. code 0: none */

typedef struct {
    planned_error recv_error, pending_error;
    unsigned queue_length;               /* at most so many packets, whatever SetParam says; 0: as SetParam says */
    unsigned event_delay_ms, event_lose, event_swap, event_swap_ms, event_twice, event_binds;
    int event_pid;                       /* -1: the right one */
} knobs;

/* All knobs as a driver without faults has them. */
void knobs_reset(knobs *k);

/* One "NAME=value"; a name unknown here is left to the DLL. */
void knobs_set(knobs *k, const char *assignment);

/* Is the error due after `count` packets? Counts itself done. Returns its code or 0. */
unsigned knobs_due(planned_error *error, unsigned long count);
#endif
