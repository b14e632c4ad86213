/* clock.h - the time that WinDivert's timestamps are in. */
#ifndef CLOCK_H
#define CLOCK_H
#include <stdint.h>
#include <time.h>

enum { TICKS_PER_MS = 10000, TICKS_PER_SECOND = 10000000 };

/* Wine's QueryPerformanceCounter: CLOCK_MONOTONIC_RAW in units of 100 ns. */
static inline int64_t clock_ticks(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return t.tv_sec * (int64_t)TICKS_PER_SECOND + t.tv_nsec / 100;
}
#endif
