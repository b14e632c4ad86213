/* request.c - one handle of the stand-in DLL: the receives under way and the thread that completes them. */
#include "request.h"
#include <stdlib.h>
#include <string.h>

enum { IN_SIZE = 1 << 18 };

/* ---- completing ---- */
static LONG status_of(DWORD error)
{
    switch (error) {
    case 0: return 0;
    case ERROR_INSUFFICIENT_BUFFER: return (LONG)0xC0000023;           /* STATUS_BUFFER_TOO_SMALL */
    case ERROR_NO_DATA: return (LONG)0xC00000D9;                       /* STATUS_PIPE_EMPTY */
    case ERROR_OPERATION_ABORTED: return (LONG)0xC0000120;             /* STATUS_CANCELLED */
    default: return (LONG)(0xC0070000 | error);                        /* a status that Windows turns into just this error */
    }
}

void overlapped_finish(OVERLAPPED *o, DWORD error, UINT bytes)
{
    HANDLE event = (HANDLE)((ULONG_PTR)o->hEvent & ~(ULONG_PTR)1);     /* the low bit is for completion ports */
    o->InternalHigh = bytes;
    InterlockedExchange((LONG *)&o->Internal, status_of(error));
    if (event) SetEvent(event);
}

static void overlapped_start(OVERLAPPED *o)
{
    HANDLE event = (HANDLE)((ULONG_PTR)o->hEvent & ~(ULONG_PTR)1);
    o->Internal = STATUS_PENDING;
    o->InternalHigh = 0;
    if (event) ResetEvent(event);
}

static void release(request *r)
{
    if (!InterlockedDecrement(&r->references)) free(r);
}

/* Under the lock: takes the request out of the list and tells whoever waits for it. */
static void complete(divert_handle *h, request *r, DWORD error, UINT count, UINT bytes)
{
    request **at = &h->requests;
    while (*at != r) at = &(*at)->next;
    *at = r->next;
    r->error = error;
    r->bytes = bytes;
    r->state = DONE;
    if (!error && r->addresses_size) *r->addresses_size = count * sizeof(divert_address);
    if (r->overlapped) overlapped_finish(r->overlapped, error, error ? 0 : bytes);
    release(r);
}

/* ---- the thread that reads ---- */
typedef struct { stream s; UINT have, at; BYTE bytes[IN_SIZE]; } reader;

static int take(reader *in, void *to, UINT size)
{
    for (UINT done = 0, n; done < size; done += n, in->at += n) {
        if (in->at == in->have) {
            INT_PTR got = stream_read(in->s, in->bytes, sizeof in->bytes);
            if (got <= 0) return -1;
            in->have = (UINT)got;
            in->at = 0;
        }
        n = in->have - in->at < size - done ? in->have - in->at : size - done;
        if (to) memcpy((BYTE *)to + done, in->bytes + in->at, n);
    }
    return 0;
}

static request *find(divert_handle *h, UINT id)
{
    request *r;
    AcquireSRWLockShared(&h->lock);
    for (r = h->requests; r && r->id != id; r = r->next) ;
    ReleaseSRWLockShared(&h->lock);
    return r;
}

static int on_received(divert_handle *h, reader *in)
{
    received head;
    if (take(in, &head, sizeof head)) return -1;
    request *r = find(h, head.id);       /* stays: only this thread completes requests */
    if (!r) return -1;
    if (head.status != STATUS_PENDING_HERE) {
        divert_address *addresses = head.status && !r->size ? NULL : r->addresses;
        if (take(in, addresses, head.count * sizeof *addresses) || take(in, r->buffer, head.bytes)) return -1;
    }
    AcquireSRWLockExclusive(&h->lock);
    if (head.status == STATUS_PENDING_HERE) r->state = PENDING;
    else complete(h, r, head.status, head.count, head.bytes);
    ReleaseSRWLockExclusive(&h->lock);
    return 0;
}

/* Under the lock, so that whoever waits for it is asleep already or has not looked yet. */
static int answered(divert_handle *h, int *what)
{
    AcquireSRWLockExclusive(&h->lock);
    *what = 1;
    ReleaseSRWLockExclusive(&h->lock);
    return 0;
}

static int on_message(divert_handle *h, reader *in)
{
    message m;
    if (take(in, &m, sizeof m)) return -1;
    switch (m.type) {
    case RECEIVED: return on_received(h, in);
    case OPEN:
        if (take(in, &h->open_error, sizeof h->open_error)) return -1;
        return answered(h, &h->opened);
    case SHUTDOWN: return answered(h, &h->shut_done);
    case SET_PARAM: return answered(h, &h->param_set);
    default: return -1;
    }
}

static DWORD WINAPI read_stream(void *argument)
{
    divert_handle *h = argument;
    reader *in = calloc(1, sizeof *in);
    in->s = h->stream;
    while (!on_message(h, in)) WakeAllConditionVariable(&h->changed);
    free(in);
    AcquireSRWLockExclusive(&h->lock);
    h->ended = 1;
    while (h->requests) complete(h, h->requests, ERROR_OPERATION_ABORTED, 0, 0);
    ReleaseSRWLockExclusive(&h->lock);
    WakeAllConditionVariable(&h->changed);
    return 0;
}

/* ---- the callers' side ---- */
divert_handle *handle_connect(void)
{
    divert_handle *h = calloc(1, sizeof *h);
    h->stream = stream_open();
    if (h->stream < 0) {
        free(h);
        return NULL;
    }
    h->thread = CreateThread(NULL, 0, read_stream, h, 0, NULL);
    return h;
}

void handle_disconnect(divert_handle *h)
{
    stream_end(h->stream);
    WaitForSingleObject(h->thread, INFINITE);
    CloseHandle(h->thread);
    stream_close(h->stream);
    free(h);
}

int handle_tell(divert_handle *h, UINT type, const void *first, UINT first_size, const void *second, UINT second_size)
{
    message m = {sizeof m + first_size + second_size, type};
    AcquireSRWLockExclusive(&h->sending);
    memcpy(h->out, &m, sizeof m);
    if (first_size) memcpy(h->out + sizeof m, first, first_size);
    if (second_size) memcpy(h->out + sizeof m + first_size, second, second_size);
    int result = stream_write(h->stream, h->out, m.size);
    ReleaseSRWLockExclusive(&h->sending);
    return result;
}

void handle_wait(divert_handle *h, const int *what)
{
    AcquireSRWLockExclusive(&h->lock);
    while (!*(volatile const int *)what && !h->ended) SleepConditionVariableSRW(&h->changed, &h->lock, INFINITE, 0);
    ReleaseSRWLockExclusive(&h->lock);
}

DWORD request_packets(divert_handle *h, const request *wanted, UINT *bytes)
{
    request *r = malloc(sizeof *r);
    OVERLAPPED *overlapped = wanted->overlapped;
    *r = *wanted;
    r->state = ASKED;
    r->references = 2;                   /* this call's and the reading thread's */
    if (overlapped) overlapped_start(overlapped);
    AcquireSRWLockExclusive(&h->lock);
    if (h->ended) {
        ReleaseSRWLockExclusive(&h->lock);
        free(r);
        return ERROR_OPERATION_ABORTED;
    }
    r->id = ++h->next_request;
    r->next = h->requests;
    h->requests = r;
    ReleaseSRWLockExclusive(&h->lock);
    handle_tell(h, RECEIVE, &(receive_request){r->id, r->slots, r->size, 0}, sizeof(receive_request), NULL, 0);
    AcquireSRWLockExclusive(&h->lock);
    while (r->state == ASKED || (r->state == PENDING && !overlapped)) SleepConditionVariableSRW(&h->changed, &h->lock, INFINITE, 0);
    DWORD error = r->state == DONE ? r->error : ERROR_IO_PENDING;
    *bytes = r->bytes;
    ReleaseSRWLockExclusive(&h->lock);
    release(r);
    return error;
}
