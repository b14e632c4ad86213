/* statistics.h - what the daemon has done since it was started. */
#ifndef STATISTICS_H
#define STATISTICS_H

struct statistics { unsigned long seen, diverted, injected, failed, handed_back; };
extern struct statistics statistics;
#endif
