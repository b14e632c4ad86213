/* request.h - one handle of the stand-in DLL: its stream, the thread that reads it, and the receives under way. */
#ifndef REQUEST_H
#define REQUEST_H
#include <windows.h>
#include "faults.h"
#include "protocol.h"
#include "stream.h"

typedef enum { ASKED, PENDING, DONE } request_state;

typedef struct request {
    struct request *next;
    UINT id, slots, size;
    BYTE *buffer;                        /* of the caller, like the rest */
    divert_address *addresses;
    UINT *addresses_size;
    OVERLAPPED *overlapped;
    request_state state;
    LONG references;
    DWORD error;
    UINT bytes;
} request;

typedef struct {
    HANDLE id, thread;
    LONG references;
    stream stream;
    int layer, receive_shut, send_shut, shut_done, ended, closing, opened, param_set;
    UINT64 flags, params[3];
    UINT open_error, next_request;
    request *requests;
    planned_fault send_fault;
    SRWLOCK lock, sending, setting;
    CONDITION_VARIABLE changed;
    BYTE out[sizeof(message) + sizeof(divert_address) + PACKET_MAX];
} divert_handle;

/* A handle with a stream and its reading thread; NULL when nobody listens. */
divert_handle *handle_connect(void);

/* Ends the stream and the thread, and frees. */
void handle_disconnect(divert_handle *h);

/* One message out of two pieces; 0 or -1. Any thread. */
int handle_tell(divert_handle *h, UINT type, const void *first, UINT first_size, const void *second, UINT second_size);

/* Waits until *what is not 0 or the stream has ended. */
void handle_wait(divert_handle *h, const int *what);

/* Asks for packets. 0: done, *bytes is set; ERROR_IO_PENDING only with an OVERLAPPED; else a Windows error. */
DWORD request_packets(divert_handle *h, const request *wanted, UINT *bytes);

/* Completes an overlapped call. */
void overlapped_finish(OVERLAPPED *o, DWORD error, UINT bytes);
#endif
