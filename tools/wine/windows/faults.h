/* faults.h - the knobs of README.md that the DLL itself obeys, and handing the others to the daemon. */
#ifndef FAULTS_H
#define FAULTS_H
#include <windows.h>
#include "divert.h"

typedef struct { UINT code, after, times, done, count; } planned_fault;

/* WEIRBED_NAME_LAYER, else WEIRBED_NAME; 0 = neither is set. */
int fault_knob(const char *name, int layer, char *value, UINT size);

/* The error with which this open shall fail, or 0. */
DWORD fault_of_open(int layer);

/* Reads a knob CODE[:AFTER[:TIMES]]; call fault_due once for each packet. */
planned_fault fault_planned(const char *name, int layer);
DWORD fault_due(planned_fault *fault);

/* What shall happen to an injected packet: FAULT_NONE, FAULT_VANISH, or a Windows error. */
enum { FAULT_NONE = 0, FAULT_VANISH = -1 };
int fault_of_injection(const BYTE *packet, UINT length, const divert_address *address);

/* The knobs the daemon obeys, as lines NAME=value with a NUL. Returns the size with the NUL. */
UINT faults_for_daemon(int layer, char *text, UINT size);
#endif
