/*
 * windivert.c - a stand-in WinDivert.dll for Wine: the API of WinDivert 2.2.2 over a stream to divertd on the Linux side.
 *
 * The helper functions, filter compiler included, are those of the official DLL, which must lie beside this one as WinDivertReal.dll
 * (see windivert.def). What a call checks here is what the real DLL or the driver checks, with the same errors.
 */
#include "request.h"
#include <stdlib.h>
#include <string.h>

#define API __declspec(dllexport)
enum { HANDLES_MAX = 64, FILTER_TEXT_MAX = 16384, ADDRESSES_MAX = BATCH_MAX * (int)sizeof(divert_address) };

static struct { divert_handle *handle; UINT generation; } table[HANDLES_MAX];
static SRWLOCK table_lock = SRWLOCK_INIT;
static BOOL (*official_compile)(const char *, int, char *, UINT, const char **, UINT *);
static BOOL (*official_sums)(void *, UINT, void *, UINT64);
static BOOL (*official_ttl)(void *, UINT);

/* ---- the table of handles; a handle is a number that is no kernel handle ---- */
static UINT slot_of(HANDLE id) { return (UINT)(UINT_PTR)id >> 2 & (HANDLES_MAX - 1); }

static divert_handle *get(HANDLE id)
{
    divert_handle *h;
    AcquireSRWLockExclusive(&table_lock);
    h = table[slot_of(id)].handle;
    if (h && h->id == id) h->references++;
    else h = NULL;
    ReleaseSRWLockExclusive(&table_lock);
    if (!h) SetLastError(ERROR_INVALID_HANDLE);
    return h;
}

/* Gives the reference back and ends the call. */
static BOOL put(divert_handle *h, DWORD error)
{
    AcquireSRWLockExclusive(&table_lock);
    h->references--;
    ReleaseSRWLockExclusive(&table_lock);
    if (error) SetLastError(error);
    return !error;
}

static HANDLE enter(divert_handle *h)
{
    AcquireSRWLockExclusive(&table_lock);
    for (UINT k = 0; k < HANDLES_MAX && !h->id; k++) {
        if (table[k].handle) continue;
        table[k].handle = h;
        h->id = (HANDLE)(UINT_PTR)(0x5d000000u | (++table[k].generation & 0xffff) << 8 | k << 2);
    }
    ReleaseSRWLockExclusive(&table_lock);
    return h->id;
}

/* ---- open ---- */
static int is_valid(const char *filter, int layer, INT16 priority, UINT64 flags)
{
    UINT64 needed = layer == LAYER_FLOW || layer == LAYER_REFLECT ? FLAG_SNIFF | FLAG_RECV_ONLY : layer == LAYER_SOCKET ? FLAG_RECV_ONLY : 0;
    return layer >= LAYER_NETWORK && layer <= LAYER_REFLECT && !(flags & ~(UINT64)FLAGS_ALL)
        && (flags & (FLAG_SNIFF | FLAG_DROP)) != (FLAG_SNIFF | FLAG_DROP)
        && (flags & (FLAG_RECV_ONLY | FLAG_SEND_ONLY)) != (FLAG_RECV_ONLY | FLAG_SEND_ONLY)
        && priority >= -PRIORITY_MAX && priority <= PRIORITY_MAX && (flags & needed) == needed
        && strlen(filter) < FILTER_TEXT_MAX && official_compile(filter, layer, NULL, 0, NULL, NULL);
}

static DWORD ask_to_open(divert_handle *h, const char *filter, INT16 priority)
{
    struct { open_request o; char text[1024 + FILTER_TEXT_MAX]; } m = {{h->layer, priority, h->flags, GetCurrentProcessId(), 0}, ""};
    m.o.knobs = faults_for_daemon(h->layer, m.text, 1024);
    strcpy(m.text + m.o.knobs, filter);
    handle_tell(h, OPEN, &m, sizeof m.o + m.o.knobs + (UINT)strlen(filter) + 1, NULL, 0);
    handle_wait(h, &h->opened);
    return h->opened ? h->open_error : ERROR_GEN_FAILURE;
}

API HANDLE WinDivertOpen(const char *filter, int layer, INT16 priority, UINT64 flags)
{
    DWORD error = is_valid(filter, layer, priority, flags) ? fault_of_open(layer) : ERROR_INVALID_PARAMETER;
    divert_handle *h = error ? NULL : handle_connect();
    if (!h) {
        SetLastError(error ? error : flags & FLAG_NO_INSTALL ? ERROR_SERVICE_DOES_NOT_EXIST : ERROR_FILE_NOT_FOUND);
        return INVALID_HANDLE_VALUE;
    }
    h->layer = layer;
    h->flags = flags;
    h->params[PARAM_QUEUE_LENGTH] = 4096;
    h->params[PARAM_QUEUE_TIME] = 2000;
    h->params[PARAM_QUEUE_SIZE] = 4194304;
    h->send_fault = fault_planned("SEND_ERROR", layer);
    error = ask_to_open(h, filter, priority);
    if (!error && enter(h)) return h->id;
    handle_disconnect(h);
    SetLastError(error ? error : ERROR_NO_SYSTEM_RESOURCES);
    return INVALID_HANDLE_VALUE;
}

/* ---- receive ---- */
API BOOL WinDivertRecvEx(HANDLE id, void *buffer, UINT size, UINT *length, UINT64 flags, divert_address *addresses, UINT *addresses_size,
                         OVERLAPPED *overlapped)
{
    divert_handle *h = get(id);
    UINT slots = addresses_size ? *addresses_size / sizeof(divert_address) : 1, bytes = 0;
    request wanted = {.buffer = buffer, .size = size, .slots = slots, .addresses = addresses, .addresses_size = addresses_size,
                      .overlapped = overlapped};
    if (!h) return FALSE;
    if (flags || h->flags & FLAG_SEND_ONLY || (addresses_size && (!addresses || !slots || *addresses_size > ADDRESSES_MAX)))
        return put(h, ERROR_INVALID_PARAMETER);
    DWORD error = h->closing ? ERROR_OPERATION_ABORTED : request_packets(h, &wanted, &bytes);
    if (!error && length) *length = bytes;
    return put(h, error);
}

API BOOL WinDivertRecv(HANDLE id, void *buffer, UINT size, UINT *length, divert_address *address)
{
    return WinDivertRecvEx(id, buffer, size, length, 0, address, NULL, NULL);
}

/* ---- send ---- */

/* What the driver and the stack say at once; the packet is changed as the driver would change it. */
static DWORD inject(divert_handle *h, BYTE *p, UINT length, const divert_address *a)
{
    int v6 = p[0] >> 4 == 6, out = a->bits & OUTBOUND;
    enum { NO_IP = 1, NO_ICMP = 2, NO_ICMPV6 = 4, NO_TCP = 8, NO_UDP = 16, NONE_AT_ALL = 31 };
    DWORD planned = fault_due(&h->send_fault);
    if (planned) return planned;
    if (a->bits & IMPOSTOR && !official_ttl(p, length)) return ERROR_HOST_UNREACHABLE;
    if (!out && !a->u.net.ifidx) return ERROR_INVALID_PARAMETER;
    if (out && !v6 && p[16] == 127 && p[12] != 127) return ERROR_INVALID_NETNAME;
    UINT64 keep = NO_ICMP | NO_ICMPV6 | (a->bits & IP_SUM ? NO_IP : 0) | (a->bits & TCP_SUM ? NO_TCP : 0) | (a->bits & UDP_SUM ? NO_UDP : 0);
    if (keep != NONE_AT_ALL) official_sums(p, length, NULL, keep);
    int fault = fault_of_injection(p, length, a);
    if (fault == FAULT_VANISH) return 0;
    if (fault) return fault;
    return handle_tell(h, SEND, a, sizeof *a, p, length) ? ERROR_OPERATION_ABORTED : 0;
}

/* The length the IP header gives; 0 with *error set when the packet stops the batch. */
static UINT length_of(const BYTE *p, UINT size, DWORD *error)
{
    UINT version = size ? p[0] >> 4 : 4, header = version == 6 ? 40 : 20, length;
    *error = version != 4 && version != 6 ? ERROR_INVALID_PARAMETER : size < header ? ERROR_INSUFFICIENT_BUFFER : 0;
    if (*error) return 0;
    length = version == 4 ? (UINT)(p[2] << 8 | p[3]) : 40u + (p[4] << 8 | p[5]);
    if (length >= header && length <= size) return length;
    *error = length ? ERROR_INSUFFICIENT_BUFFER : ERROR_NO_SYSTEM_RESOURCES;
    return 0;
}

/* An error of one packet does not stop the others, but is what the call reports. */
static DWORD inject_batch(divert_handle *h, const BYTE *p, UINT size, const divert_address *addresses, UINT count, UINT *sent)
{
    BYTE *copy = malloc(PACKET_MAX);
    DWORD result = 0, error;
    for (UINT k = 0, length; k < count; k++, p += length, size -= length) {
        if (!(length = length_of(p, size, &error))) { result = error; break; }
        memcpy(copy, p, length);
        error = inject(h, copy, length, &addresses[k]);
        if (error) result = error;
        else *sent += length;
    }
    free(copy);
    return result;
}

API BOOL WinDivertSendEx(HANDLE id, const void *packets, UINT size, UINT *sent, UINT64 flags, const divert_address *addresses,
                         UINT addresses_size, OVERLAPPED *overlapped)
{
    divert_handle *h = get(id);
    UINT total = 0;
    if (!h) return FALSE;
    if (flags || !addresses || addresses_size < sizeof *addresses || addresses_size > ADDRESSES_MAX || h->layer != LAYER_NETWORK
        || h->flags & FLAG_RECV_ONLY) return put(h, ERROR_INVALID_PARAMETER);
    if (h->send_shut) return put(h, ERROR_NO_DATA);
    DWORD error = inject_batch(h, packets, size, addresses, addresses_size / sizeof *addresses, &total);
    if (!error && sent) *sent = total;
    if (!error && overlapped) overlapped_finish(overlapped, 0, total);
    return put(h, error);
}

API BOOL WinDivertSend(HANDLE id, const void *packet, UINT size, UINT *sent, const divert_address *address)
{
    return WinDivertSendEx(id, packet, size, sent, 0, address, sizeof *address, NULL);
}

/* ---- shut down, close ---- */
API BOOL WinDivertShutdown(HANDLE id, int how)
{
    divert_handle *h = get(id);
    if (!h) return FALSE;
    if (how < SHUTDOWN_RECV || how > SHUTDOWN_BOTH) return put(h, ERROR_INVALID_PARAMETER);
    if (how & SHUTDOWN_SEND) h->send_shut = 1;
    if (how & SHUTDOWN_RECV) {
        if (!InterlockedExchange((LONG *)&h->receive_shut, 1)) handle_tell(h, SHUTDOWN, NULL, 0, NULL, 0);
        handle_wait(h, &h->shut_done);
    }
    return put(h, 0);
}

API BOOL WinDivertClose(HANDLE id)
{
    divert_handle *h = get(id);
    if (!h) return FALSE;
    AcquireSRWLockExclusive(&table_lock);
    int first = table[slot_of(id)].handle == h;
    if (first) table[slot_of(id)].handle = NULL;
    ReleaseSRWLockExclusive(&table_lock);
    if (!first) return put(h, ERROR_INVALID_HANDLE);
    h->closing = 1;
    handle_tell(h, CLOSE, NULL, 0, NULL, 0);
    WaitForSingleObject(h->thread, INFINITE);                          /* the daemon ends the stream when all is given back */
    while (*(volatile LONG *)&h->references > 1) Sleep(1);             /* calls in other threads return now */
    handle_disconnect(h);
    return TRUE;
}

/* ---- parameters ---- */
API BOOL WinDivertSetParam(HANDLE id, int which, UINT64 value)
{
    static const UINT64 least[] = {32, 100, 65535}, most[] = {16384, 16000, 33554432};
    divert_handle *h = get(id);
    if (!h) return FALSE;
    if (which < 0 || which > PARAM_QUEUE_SIZE || value < least[which] || value > most[which]) return put(h, ERROR_INVALID_PARAMETER);
    AcquireSRWLockExclusive(&h->setting);
    h->params[which] = value;
    h->param_set = 0;
    handle_tell(h, SET_PARAM, &(set_param){which, 0, value}, sizeof(set_param), NULL, 0);
    handle_wait(h, &h->param_set);
    ReleaseSRWLockExclusive(&h->setting);
    return put(h, 0);
}

API BOOL WinDivertGetParam(HANDLE id, int which, UINT64 *value)
{
    enum { VERSION_PART = 2 };           /* 2.2 */
    divert_handle *h = get(id);
    if (!h) return FALSE;
    if (which < 0 || which > PARAM_VERSION_MINOR || !value) return put(h, ERROR_INVALID_PARAMETER);
    *value = which <= PARAM_QUEUE_SIZE ? h->params[which] : VERSION_PART;
    return put(h, 0);
}

BOOL WINAPI DllMain(HINSTANCE own, DWORD why, void *reserved)
{
    WCHAR path[MAX_PATH], *name;
    HMODULE official = NULL;
    (void)reserved;
    if (why != DLL_PROCESS_ATTACH) return TRUE;
    if (GetModuleFileNameW(own, path, MAX_PATH - 20) && (name = wcsrchr(path, L'\\'))) {
        wcscpy(name + 1, L"WinDivertReal.dll");                        /* by its full path, so that the forwarders find it loaded */
        official = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    }
    if (!official) return FALSE;
    official_compile = (void *)GetProcAddress(official, "WinDivertHelperCompileFilter");
    official_sums = (void *)GetProcAddress(official, "WinDivertHelperCalcChecksums");
    official_ttl = (void *)GetProcAddress(official, "WinDivertHelperDecrementTTL");
    return official_compile && official_sums && official_ttl;
}
