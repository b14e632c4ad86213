/*
 * iphlpapi.c - Wine's iphlpapi.dll with the TCP and UDP tables as Windows has them.
 *
 * - Every row has the right process id.
 * - IPv4 traffic of a dual-stack socket is in the IPv4 table, not as ::ffff:a.b.c.d in the IPv6 one. WEIRBED_DUAL=wine leaves it there.
 * - A table takes milliseconds: Wine itself looks through all descriptors of all its processes for each row.
 *
 * The rows are the daemon's; where no bed is, Wine's own tables are given. It is installed as system32\iphlpapi.dll; everything else is
 * forwarded to the original, renamed iphlporg.dll (setup writes the .def). Since the JVM loads it at its start, it brings the port
 * reservations (reservation.h) along.
 */
#include "reservation.h"
#include "protocol.h"
#include "stream.h"
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <stdlib.h>
#include <string.h>

enum { NONE = -1 };

/* Where things are in a table; local and remote addresses, ports in the low half of a DWORD. */
typedef struct { int first, size, address_size, local, local_port, remote, remote_port, state, pid; } layout;

static const layout tcp4_pid = {4, 24, 4, 4, 8, 12, 16, 0, 20}, tcp6_pid = {4, 56, 16, 0, 20, 24, 44, 48, 52};
static const layout tcp4_module = {8, 160, 4, 4, 8, 12, 16, 0, 20}, tcp6_module = {8, 192, 16, 0, 20, 24, 44, 48, 52};
static const layout udp4_pid = {4, 12, 4, 0, 4, NONE, NONE, NONE, 8}, udp6_pid = {4, 28, 16, 0, 20, NONE, NONE, NONE, 24};
static const layout udp4_module = {8, 160, 4, 0, 4, NONE, NONE, NONE, 8}, udp6_module = {8, 176, 16, 0, 20, NONE, NONE, NONE, 24};

typedef DWORD (WINAPI *table_function)(void *, DWORD *, BOOL, ULONG, int, ULONG);
typedef enum { ALL, LISTENERS, CONNECTIONS } selection;
typedef struct { int tcp, family; selection selected; const layout *layout; } wanted;

static table_function original(const char *name)
{
    return (table_function)(void *)GetProcAddress(LoadLibraryA("iphlporg.dll"), name);
}

/* ---- the daemon's rows ---- */

/* All sockets, to be freed; NULL where no bed is. */
static socket_row *fetch(DWORD *count)
{
    message m = {sizeof m, SOCKETS};
    socket_row *rows = NULL;
    stream s = stream_open();
    if (s < 0) return NULL;
    if (!stream_write(s, &m, sizeof m) && !stream_read_all(s, &m, sizeof m)) {
        rows = malloc(m.size);
        *count = (m.size - sizeof m) / sizeof *rows;
        if (stream_read_all(s, rows, *count * sizeof *rows)) { free(rows); rows = NULL; }
    }
    stream_close(s);
    return rows;
}

static DWORD state_of(const socket_row *row)
{
    static const BYTE states[] = {0, MIB_TCP_STATE_ESTAB, MIB_TCP_STATE_SYN_SENT, MIB_TCP_STATE_SYN_RCVD, MIB_TCP_STATE_FIN_WAIT1,
                                  MIB_TCP_STATE_FIN_WAIT2, MIB_TCP_STATE_TIME_WAIT, MIB_TCP_STATE_CLOSED, MIB_TCP_STATE_CLOSE_WAIT,
                                  MIB_TCP_STATE_LAST_ACK, MIB_TCP_STATE_LISTEN, MIB_TCP_STATE_CLOSING, MIB_TCP_STATE_SYN_RCVD};
    return row->state < sizeof states ? states[row->state] : 0;
}

static int is_mapped(const BYTE *address)
{
    static const BYTE prefix[12] = {[10] = 0xff, [11] = 0xff};
    return !memcmp(address, prefix, sizeof prefix);
}

static int as_windows(void)
{
    char value[8];
    return !GetEnvironmentVariableA("WEIRBED_DUAL", value, sizeof value) || strcmp(value, "wine");
}

/* An IPv4 socket that was made for both families becomes one of IPv4. */
static void unmap(socket_row *row)
{
    if (!row->v6 || !is_mapped(row->address)) return;
    row->v6 = 0;
    memmove(row->address, row->address + 12, 4);
    memmove(row->remote, row->remote + 12, 4);
}

static int belongs(const socket_row *row, const wanted *w)
{
    if (row->protocol != (w->tcp ? TCP : UDP) || row->v6 != (w->family == AF_INET6)) return 0;
    if (!w->tcp) return 1;
    if (row->state == LINUX_CLOSED) return 0;
    return w->selected == ALL || (row->state == LINUX_LISTENING) == (w->selected == LISTENERS);
}

/* ---- a table ---- */
static void write_port(BYTE *at, DWORD port)
{
    at[0] = (BYTE)(port >> 8);
    at[1] = (BYTE)port;
}

static void write_row(BYTE *to, const layout *l, const socket_row *row)
{
    DWORD state = state_of(row);
    memset(to, 0, l->size);
    memcpy(to + l->local, row->address, l->address_size);
    write_port(to + l->local_port, row->port);
    memcpy(to + l->pid, &row->pid, sizeof row->pid);
    if (l->remote == NONE) return;
    memcpy(to + l->remote, row->remote, l->address_size);
    write_port(to + l->remote_port, row->remote_port);
    memcpy(to + l->state, &state, sizeof state);
}

static DWORD build(socket_row *rows, DWORD count, const wanted *w, BYTE *buffer, DWORD *size)
{
    DWORD kept = 0, room = buffer ? *size : 0;
    int unmapped = as_windows();
    for (DWORD k = 0; k < count; k++) {
        if (unmapped) unmap(&rows[k]);
        if (belongs(&rows[k], w)) rows[kept++] = rows[k];
    }
    *size = w->layout->first + kept * w->layout->size;
    if (room < *size) return ERROR_INSUFFICIENT_BUFFER;
    memset(buffer, 0, w->layout->first);
    memcpy(buffer, &kept, sizeof kept);
    for (DWORD k = 0; k < kept; k++) write_row(buffer + w->layout->first + k * w->layout->size, w->layout, &rows[k]);
    return 0;
}

static DWORD answer(table_function function, void *buffer, DWORD *size, int class, const wanted *w)
{
    DWORD count;
    if (!size || (w->family != AF_INET && w->family != AF_INET6)) return ERROR_INVALID_PARAMETER;
    socket_row *rows = fetch(&count);
    if (!rows) return function(buffer, size, FALSE, w->family, class, 0);
    DWORD error = build(rows, count, w, buffer, size);
    free(rows);
    return error;
}

DWORD WINAPI bed_GetExtendedTcpTable(void *buffer, DWORD *size, BOOL order, ULONG family, int class, ULONG reserved)
{
    static const selection selections[] = {LISTENERS, CONNECTIONS, ALL};
    static table_function function;
    wanted w = {1, (int)family, ALL, NULL};
    if (!function) function = original("GetExtendedTcpTable");
    if (class >= TCP_TABLE_OWNER_PID_LISTENER && class <= TCP_TABLE_OWNER_PID_ALL && !order) {
        w.selected = selections[class - TCP_TABLE_OWNER_PID_LISTENER];
        w.layout = family == AF_INET ? &tcp4_pid : &tcp6_pid;
    } else if (class >= TCP_TABLE_OWNER_MODULE_LISTENER && class <= TCP_TABLE_OWNER_MODULE_ALL && !order) {
        w.selected = selections[class - TCP_TABLE_OWNER_MODULE_LISTENER];
        w.layout = family == AF_INET ? &tcp4_module : &tcp6_module;
    }
    return w.layout ? answer(function, buffer, size, class, &w) : function(buffer, size, order, family, class, reserved);
}

DWORD WINAPI bed_GetExtendedUdpTable(void *buffer, DWORD *size, BOOL order, ULONG family, int class, ULONG reserved)
{
    static table_function function;
    wanted w = {0, (int)family, ALL, NULL};
    if (!function) function = original("GetExtendedUdpTable");
    if (class == UDP_TABLE_OWNER_PID && !order) w.layout = family == AF_INET ? &udp4_pid : &udp6_pid;
    else if (class == UDP_TABLE_OWNER_MODULE && !order) w.layout = family == AF_INET ? &udp4_module : &udp6_module;
    return w.layout ? answer(function, buffer, size, class, &w) : function(buffer, size, order, family, class, reserved);
}

BOOL WINAPI DllMain(HINSTANCE own, DWORD why, void *reserved)
{
    (void)own;
    (void)reserved;
    if (why == DLL_PROCESS_ATTACH) reservation_install();
    return TRUE;
}
