/* api.h - the functions of WinDivert.dll that the checks call, and what they have in common. */
#ifndef API_H
#define API_H
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "divert.h"

HANDLE WinDivertOpen(const char *filter, int layer, INT16 priority, UINT64 flags);
BOOL WinDivertRecv(HANDLE, void *packet, UINT size, UINT *length, divert_address *);
BOOL WinDivertRecvEx(HANDLE, void *packets, UINT size, UINT *length, UINT64 flags, divert_address *, UINT *addresses_size, OVERLAPPED *);
BOOL WinDivertSend(HANDLE, const void *packet, UINT size, UINT *sent, const divert_address *);
BOOL WinDivertSendEx(HANDLE, const void *packets, UINT size, UINT *sent, UINT64 flags, const divert_address *, UINT, OVERLAPPED *);
BOOL WinDivertShutdown(HANDLE, int how);
BOOL WinDivertClose(HANDLE);
BOOL WinDivertSetParam(HANDLE, int which, UINT64 value);
BOOL WinDivertGetParam(HANDLE, int which, UINT64 *value);
BOOL WinDivertHelperCalcChecksums(void *packet, UINT size, divert_address *, UINT64 flags);
BOOL WinDivertHelperEvalFilter(const char *filter, const void *packet, UINT size, const divert_address *);

/* The handle under test, and for how long it is kept; probe.c. */
extern HANDLE tested;

/* Opens `tested`, prints "ready", and shuts it down after the seconds of the command line; ends the program on failure. */
void open_tested(const char *filter, int layer, UINT64 flags);

/* Returns when the daemon has captured everything that this process sent before; ends the program when it never does. */
void await_capture(void);

/* Sets the longest time a packet or an event may lie in the queue, so that a machine that is busy loses none. */
void keep_long(HANDLE handle);

/* Prints what was counted and with which error the receiving ended, and closes. */
void close_tested(unsigned long packets, unsigned long long bytes, unsigned long calls);

/* redirect.c: sends TCP connections to `port` through a relay in this process; loopback or reflect. */
void redirect(int loopback, int port);

/* conform.c: error codes and small semantics; 0 when all are right. */
int conform(void);

/* faulty.c: what the knobs do, one check per name; 0 when as wanted. */
int faulty(const char *check);

/* tables.c */
int print_tables(unsigned port);
int check_reservations(void);

static inline unsigned read16(const BYTE *at) { return at[0] << 8 | at[1]; }
static inline void write16(BYTE *at, unsigned value) { at[0] = (BYTE)(value >> 8); at[1] = (BYTE)value; }
#endif
