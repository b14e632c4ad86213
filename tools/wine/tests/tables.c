/* tables.c - checks of the iphlpapi and Winsock stand-ins. */
#include "api.h"
#include "reservation.h"
#include <iphlpapi.h>
#include <mstcpip.h>
#include <stdio.h>
#include <stdlib.h>

static void print_row(const char *table, const void *local, const void *remote, int family, DWORD local_port, DWORD remote_port, DWORD state,
                      DWORD pid)
{
    char text[2][64] = {"", ""};
    inet_ntop(family, local, text[0], sizeof text[0]);
    if (remote) inet_ntop(family, remote, text[1], sizeof text[1]);
    printf("%s %s %u > %s %u state %lu pid %lu\n", table, text[0], ntohs((u_short)local_port), text[1], ntohs((u_short)remote_port), state, pid);
}

static int concerns(unsigned port, DWORD local, DWORD remote) { return ntohs((u_short)local) == port || ntohs((u_short)remote) == port; }

typedef DWORD (WINAPI *table_function)(void *, DWORD *, BOOL, ULONG, int, ULONG);

static void *fetch(table_function function, ULONG family, int class)
{
    DWORD size = 0;
    if (function(NULL, &size, FALSE, family, class, 0) != ERROR_INSUFFICIENT_BUFFER) return NULL;
    void *table = malloc(size += 4096);
    if (!function(table, &size, FALSE, family, class, 0)) return table;
    free(table);
    return NULL;
}

#define PRINT(name, type, function, family, class, local, remote, remote_port, state, pid)                                                   \
    do {                                                                                                                                    \
        type *table = fetch((table_function)(void *)function, family, class);                                                               \
        for (DWORD k = 0; table && k < table->dwNumEntries; k++) {                                                                          \
            const __typeof__(*table->table) *row = &table->table[k];                                                                        \
            if (concerns(port, row->dwLocalPort, remote_port)) print_row(name, local, remote, family, row->dwLocalPort, remote_port, state, pid); \
        }                                                                                                                                   \
        if (!table) printf("%s: no table\n", name);                                                                                         \
        free(table);                                                                                                                        \
    } while (0)

int print_tables(unsigned port)
{
    PRINT("tcp4", MIB_TCPTABLE_OWNER_PID, GetExtendedTcpTable, AF_INET, TCP_TABLE_OWNER_PID_ALL, &row->dwLocalAddr, &row->dwRemoteAddr,
          row->dwRemotePort, row->dwState, row->dwOwningPid);
    PRINT("tcp6", MIB_TCP6TABLE_OWNER_PID, GetExtendedTcpTable, AF_INET6, TCP_TABLE_OWNER_PID_ALL, row->ucLocalAddr, row->ucRemoteAddr,
          row->dwRemotePort, row->dwState, row->dwOwningPid);
    PRINT("tcp4m", MIB_TCPTABLE_OWNER_MODULE, GetExtendedTcpTable, AF_INET, TCP_TABLE_OWNER_MODULE_ALL, &row->dwLocalAddr, &row->dwRemoteAddr,
          row->dwRemotePort, row->dwState, row->dwOwningPid);
    PRINT("tcp6m", MIB_TCP6TABLE_OWNER_MODULE, GetExtendedTcpTable, AF_INET6, TCP_TABLE_OWNER_MODULE_ALL, row->ucLocalAddr, row->ucRemoteAddr,
          row->dwRemotePort, row->dwState, row->dwOwningPid);
    PRINT("udp4", MIB_UDPTABLE_OWNER_PID, GetExtendedUdpTable, AF_INET, UDP_TABLE_OWNER_PID, &row->dwLocalAddr, NULL, 0, 0, row->dwOwningPid);
    PRINT("udp6", MIB_UDP6TABLE_OWNER_PID, GetExtendedUdpTable, AF_INET6, UDP_TABLE_OWNER_PID, row->ucLocalAddr, NULL, 0, 0, row->dwOwningPid);
    PRINT("udp4m", MIB_UDPTABLE_OWNER_MODULE, GetExtendedUdpTable, AF_INET, UDP_TABLE_OWNER_MODULE, &row->dwLocalAddr, NULL, 0, 0, row->dwOwningPid);
    PRINT("udp6m", MIB_UDP6TABLE_OWNER_MODULE, GetExtendedUdpTable, AF_INET6, UDP_TABLE_OWNER_MODULE, row->ucLocalAddr, NULL, 0, 0,
          row->dwOwningPid);
    return 0;
}

/* ---- port reservations ---- */
static int bind_error(SOCKET s, unsigned port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((u_short)port)};
    return bind(s, (void *)&own, sizeof own) ? WSAGetLastError() : 0;
}

static unsigned port_of(SOCKET s)
{
    struct sockaddr_in own;
    int size = sizeof own;
    return getsockname(s, (void *)&own, &size) ? 0 : ntohs(own.sin_port);
}

static int control(SOCKET s, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size)
{
    DWORD returned;
    return WSAIoctl(s, code, in, in_size, out, out_size, &returned, NULL, NULL) ? WSAGetLastError() : 0;
}

int check_reservations(void)
{
    INET_PORT_RANGE range = {0, 16};
    port_block block = {0};
    SOCKET owner = socket(AF_INET, SOCK_STREAM, 0), first = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0);
    SOCKET stranger = socket(AF_INET, SOCK_STREAM, 0);
    DWORD size = 0;
    GetExtendedTcpTable(NULL, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0);      /* loads iphlpapi.dll, as every JVM does */
    int error = control(owner, SIO_ACQUIRE_PORT_RESERVATION, &range, sizeof range, &block, sizeof block);
    unsigned start = ntohs(block.start);
    printf("acquired: error %d, start %u, ports %u, token %llu\n", error, start, block.count, (unsigned long long)block.token);
    int wrong = error != 0 || start < 1024 || block.count != 16;
    wrong += bind_error(stranger, start + 3) != WSAEACCES;
    wrong += control(first, SIO_ASSOCIATE_PORT_RESERVATION, &block.token, sizeof block.token, NULL, 0) != 0;
    wrong += bind_error(first, 0) != 0 || port_of(first) < start || port_of(first) >= start + 16;
    wrong += control(second, SIO_ASSOCIATE_PORT_RESERVATION, &block.token, sizeof block.token, NULL, 0) != 0;
    wrong += bind_error(second, port_of(first)) != WSAEADDRINUSE;
    wrong += bind_error(second, start + 5) != 0 || port_of(second) != start + 5;
    wrong += control(owner, SIO_RELEASE_PORT_RESERVATION, &block.token, sizeof block.token, NULL, 0) != 0;
    wrong += bind_error(stranger, start + 3) != 0;
    printf("reservations: %d wrong\n", wrong);
    return wrong != 0;
}
