/* knobs.c - what a test may set wrong about one handle. */
#include "knobs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SWAP_MS = 100 };

void knobs_reset(knobs *k)
{
    *k = (knobs){.event_pid = -1, .event_swap_ms = SWAP_MS};
}

static planned_error planned(const char *value)
{
    planned_error e = {0};
    sscanf(value, "%u:%u:%u", &e.code, &e.after, &e.times);
    return e;
}

void knobs_set(knobs *k, const char *assignment)
{
    const char *value = strchr(assignment, '=');
    if (!value) return;
    size_t length = value++ - assignment;
    struct { const char *name; unsigned *number; } numbers[] = {
        {"QUEUE_LENGTH", &k->queue_length}, {"EVENT_DELAY", &k->event_delay_ms}, {"EVENT_LOSE", &k->event_lose},
        {"EVENT_TWICE", &k->event_twice}, {"EVENT_BINDS", &k->event_binds},
        {"EVENT_PID", (unsigned *)&k->event_pid}};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (length == strlen(numbers[i].name) && !strncmp(assignment, numbers[i].name, length)) *numbers[i].number = strtoul(value, NULL, 10);
    if (length == 10 && !strncmp(assignment, "EVENT_SWAP", length)) sscanf(value, "%u:%u", &k->event_swap, &k->event_swap_ms);
    if (length == 10 && !strncmp(assignment, "RECV_ERROR", length)) k->recv_error = planned(value);
    if (length == 13 && !strncmp(assignment, "PENDING_ERROR", length)) k->pending_error = planned(value);
}

unsigned knobs_due(planned_error *e, unsigned long count)
{
    if (!e->code || count < e->after || (e->times && e->done >= e->times)) return 0;
    e->done++;
    return e->code;
}
