/* filter.h - the filter compiler and evaluator of WinDivert 2.2.2 itself, its bugs included. */
#ifndef FILTER_H
#define FILTER_H
#include "divert.h"

/* Maps the official 64-bit WinDivert.dll into this process; 0 when its functions can be called. */
int filter_load(const char *dll);

/* Compiles for a layer into `object` (FILTER_OBJECT_MAX bytes); 0 = the compiler refuses the text. */
int filter_compile(const char *text, int layer, char *object);

/* Text or object against a packet; NULL and 0 for events of FLOW, SOCKET and REFLECT. Not thread safe. */
int filter_matches(const char *filter, const void *packet, unsigned length, const divert_address *address);
#endif
