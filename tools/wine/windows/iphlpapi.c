/*
 * iphlpapi.c - Wine's iphlpapi.dll with the TCP and UDP tables as Windows has them.
 *
 * - Every row has the right process id (sockets.h).
 * - IPv4 traffic of a dual-stack socket is in the IPv4 table, not as ::ffff:a.b.c.d in the IPv6 one. WEIRBED_DUAL=wine leaves it there.
 *
 * It is installed as system32\iphlpapi.dll; everything else is forwarded to the original, renamed iphlporg.dll (setup writes the .def).
 * Since the JVM loads it at its start, it brings the port reservations (reservation.h) along.
 */
#include "reservation.h"
#include "sockets.h"
#include <iphlpapi.h>
#include <stdlib.h>
#include <string.h>

enum { NONE = -1, ROW_MAX = 192 };

/* Where things are in a table; local and remote addresses, ports in the low half of a DWORD. */
typedef struct { int first, size, address_size, local, local_port, remote, remote_port, state, pid; } layout;

static const layout tcp4_pid = {4, 24, 4, 4, 8, 12, 16, 0, 20}, tcp6_pid = {4, 56, 16, 0, 20, 24, 44, 48, 52};
static const layout tcp4_module = {8, 160, 4, 4, 8, 12, 16, 0, 20}, tcp6_module = {8, 192, 16, 0, 20, 24, 44, 48, 52};
static const layout udp4_pid = {4, 12, 4, 0, 4, NONE, NONE, NONE, 8}, udp6_pid = {4, 28, 16, 0, 20, NONE, NONE, NONE, 24};
static const layout udp4_module = {8, 160, 4, 0, 4, NONE, NONE, NONE, 8}, udp6_module = {8, 176, 16, 0, 20, NONE, NONE, NONE, 24};

typedef DWORD (WINAPI *table_function)(void *, DWORD *, BOOL, ULONG, int, ULONG);
typedef struct { BYTE *bytes; DWORD size; } table;

static DWORD *count_of(const table *t) { return (DWORD *)t->bytes; }
static BYTE *row_of(const table *t, const layout *l, DWORD k) { return t->bytes + l->first + k * l->size; }

static table_function original(const char *name)
{
    return (table_function)(void *)GetProcAddress(LoadLibraryA("iphlporg.dll"), name);
}

/* The whole table of the original, with room for `more` rows; bytes is NULL on error. */
static DWORD fetch(table_function function, ULONG family, int class, DWORD more, table *t)
{
    DWORD error = ERROR_INSUFFICIENT_BUFFER, size = 1 << 16;
    for (t->bytes = NULL; error == ERROR_INSUFFICIENT_BUFFER; ) {
        free(t->bytes);
        t->size = size + 4096;
        t->bytes = calloc(1, t->size + more * ROW_MAX);
        error = function(t->bytes, &(DWORD){size = t->size}, FALSE, family, class, 0);
        size *= 2;
    }
    return error;
}

static int is_mapped(const BYTE *address)
{
    static const BYTE prefix[12] = {[10] = 0xff, [11] = 0xff};
    return !memcmp(address, prefix, sizeof prefix);
}

/* ---- dual-stack sockets ---- */

/* Appends the rows of `from` (IPv6) that are IPv4 in truth to `to`, as IPv4 rows. */
static void append_mapped(table *to, const layout *l4, const table *from, const layout *l6)
{
    for (DWORD k = 0; k < *count_of(from); k++) {
        const BYTE *row = row_of(from, l6, k);
        BYTE *added = row_of(to, l4, *count_of(to));
        if (!is_mapped(row + l6->local)) continue;
        memset(added, 0, l4->size);
        memcpy(added + l4->local, row + l6->local + 12, 4);
        memcpy(added + l4->local_port, row + l6->local_port, 4);
        memcpy(added + l4->pid, row + l6->pid, 4);
        if (l4->remote != NONE) {
            memcpy(added + l4->remote, row + l6->remote + 12, 4);
            memcpy(added + l4->remote_port, row + l6->remote_port, 4);
            memcpy(added + l4->state, row + l6->state, 4);
        }
        ++*count_of(to);
    }
}

static void remove_mapped(table *t, const layout *l)
{
    DWORD kept = 0;
    for (DWORD k = 0; k < *count_of(t); k++) {
        if (is_mapped(row_of(t, l, k) + l->local)) continue;
        memmove(row_of(t, l, kept++), row_of(t, l, k), l->size);
    }
    *count_of(t) = kept;
}

static int as_windows(void)
{
    char value[8];
    return !GetEnvironmentVariableA("WEIRBED_DUAL", value, sizeof value) || strcmp(value, "wine");
}

/* ---- process ids ---- */
static void put_owners(table *t, const layout *l, int tcp)
{
    static SRWLOCK lock = SRWLOCK_INIT;
    AcquireSRWLockExclusive(&lock);
    int refreshed = 0;
    for (DWORD k = 0; k < *count_of(t); k++) {
        BYTE *row = row_of(t, l, k), *port = row + l->local_port;
        DWORD *pid = (DWORD *)(row + l->pid);
        if (*pid || (l->state != NONE && *(DWORD *)(row + l->state) == MIB_TCP_STATE_TIME_WAIT)) continue;
        if (!refreshed++) sockets_refresh();
        *pid = sockets_owner(tcp, l->address_size == 16, row + l->local, port[0] << 8 | port[1]);
    }
    ReleaseSRWLockExclusive(&lock);
}

static DWORD build(table_function function, ULONG family, int class, int tcp, const layout *l4, const layout *l6, table *result)
{
    const layout *l = family == AF_INET ? l4 : l6;
    table other = {NULL, 0};
    DWORD error = 0;
    if (family == AF_INET && as_windows()) error = fetch(function, AF_INET6, class, 0, &other);
    if (!error) error = fetch(function, family, class, other.bytes ? *count_of(&other) : 0, result);
    if (!error && other.bytes) append_mapped(result, l4, &other, l6);
    if (!error && family == AF_INET6 && as_windows()) remove_mapped(result, l);
    if (!error) put_owners(result, l, tcp);
    free(other.bytes);
    return error;
}

static DWORD answer(table_function function, void *buffer, DWORD *size, ULONG family, int class, int tcp, const layout *l4, const layout *l6)
{
    const layout *l = family == AF_INET ? l4 : l6;
    table t = {NULL, 0};
    if (!size || (family != AF_INET && family != AF_INET6)) return ERROR_INVALID_PARAMETER;
    DWORD error = build(function, family, class, tcp, l4, l6, &t);
    if (!error) {
        DWORD needed = l->first + *count_of(&t) * l->size;
        if (!buffer || *size < needed) error = ERROR_INSUFFICIENT_BUFFER;
        else memcpy(buffer, t.bytes, needed);
        *size = needed;
    }
    free(t.bytes);
    return error;
}

DWORD WINAPI bed_GetExtendedTcpTable(void *buffer, DWORD *size, BOOL order, ULONG family, int class, ULONG reserved)
{
    static table_function function;
    if (!function) function = original("GetExtendedTcpTable");
    if (class >= TCP_TABLE_OWNER_PID_LISTENER && class <= TCP_TABLE_OWNER_PID_ALL && !order)
        return answer(function, buffer, size, family, class, 1, &tcp4_pid, &tcp6_pid);
    if (class >= TCP_TABLE_OWNER_MODULE_LISTENER && class <= TCP_TABLE_OWNER_MODULE_ALL && !order)
        return answer(function, buffer, size, family, class, 1, &tcp4_module, &tcp6_module);
    return function(buffer, size, order, family, class, reserved);
}

DWORD WINAPI bed_GetExtendedUdpTable(void *buffer, DWORD *size, BOOL order, ULONG family, int class, ULONG reserved)
{
    static table_function function;
    if (!function) function = original("GetExtendedUdpTable");
    if (class == UDP_TABLE_OWNER_PID && !order) return answer(function, buffer, size, family, class, 0, &udp4_pid, &udp6_pid);
    if (class == UDP_TABLE_OWNER_MODULE && !order) return answer(function, buffer, size, family, class, 0, &udp4_module, &udp6_module);
    return function(buffer, size, order, family, class, reserved);
}

BOOL WINAPI DllMain(HINSTANCE own, DWORD why, void *reserved)
{
    (void)own;
    (void)reserved;
    if (why == DLL_PROCESS_ATTACH) reservation_install();
    return TRUE;
}
