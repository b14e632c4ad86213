/*
 * sockets.c - which Wine process owns a local endpoint.
 *
 * Every handle of the kind a socket is gets duplicated into this process and asked for its name. That costs some calls to the wineserver
 * for each, so what has a port already is asked again only every second.
 */
#include "sockets.h"
#include <stdlib.h>
#include <string.h>

enum { EXTENDED_HANDLES = 64, SOCKETS_MAX = 8192, FRESH_MS = 1000, TABLE_SIZE = 4 << 20 };

typedef struct { void *object; ULONG_PTR pid, handle; ULONG access; USHORT trace, type; ULONG attributes, reserved; } handle_entry;
typedef struct { ULONG_PTR count, reserved; handle_entry entries[]; } handle_table;
typedef struct { void *object; DWORD pid; ULONG_PTR handle; ULONGLONG asked_at; int named, tcp, v6; UINT port; BYTE address[16]; } known_socket;

static const BYTE mapped[12] = {[10] = 0xff, [11] = 0xff};
static known_socket known[2][SOCKETS_MAX];
static known_socket *current = known[0];
static int current_count;

/* ---- one socket ---- */
static void name(known_socket *k, SOCKET s)
{
    struct sockaddr_storage a;
    const struct sockaddr_in *v4 = (void *)&a;
    const struct sockaddr_in6 *v6 = (void *)&a;
    int size = sizeof a;
    u_long mark;
    if (getsockname(s, (void *)&a, &size)) return;
    const BYTE *address = a.ss_family == AF_INET ? (const BYTE *)&v4->sin_addr : (const BYTE *)&v6->sin6_addr;
    k->named = 1;
    k->tcp = !ioctlsocket(s, SIOCATMARK, &mark);                       /* getsockopt refuses a handle Winsock did not make; this does not */
    k->port = ntohs(v4->sin_port);
    k->v6 = a.ss_family == AF_INET6 && memcmp(address, mapped, sizeof mapped);
    if (a.ss_family == AF_INET6 && !k->v6) address += sizeof mapped;
    memcpy(k->address, address, k->v6 ? 16 : 4);
}

/* Asks the handle, through *process, which is opened anew when the pid changes. */
static void ask(known_socket *k, DWORD *pid, HANDLE *process)
{
    HANDLE copy;
    if (k->pid != *pid) {
        if (*process) CloseHandle(*process);
        *process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, *pid = k->pid);
    }
    k->asked_at = GetTickCount64();
    if (!*process || !DuplicateHandle(*process, (HANDLE)k->handle, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS)) return;
    name(k, (SOCKET)copy);
    CloseHandle(copy);
}

/* ---- all of them ---- */
static const known_socket *remembered(const handle_entry *e)
{
    static int from;                     /* the tables keep their order: the search goes on where it ended */
    for (int n = 0; n < current_count; n++) {
        int k = (from + n) % current_count;
        if (current[k].object != e->object || current[k].pid != e->pid || current[k].handle != e->handle) continue;
        from = k + 1;
        return &current[k];
    }
    return NULL;
}

static int is_fresh(const known_socket *k)
{
    return k && (k->port || !k->named) && GetTickCount64() - k->asked_at < FRESH_MS;
}

static const handle_entry *model_of(const handle_table *table, SOCKET own)
{
    for (ULONG_PTR i = 0; i < table->count; i++)
        if (table->entries[i].pid == GetCurrentProcessId() && table->entries[i].handle == own) return &table->entries[i];
    return NULL;
}

static void read_entries(const handle_table *table, const handle_entry *model)
{
    known_socket *next = current == known[0] ? known[1] : known[0];
    HANDLE process = NULL;
    DWORD pid = 0;
    int count = 0;
    for (const handle_entry *e = table->entries; e < table->entries + table->count && count < SOCKETS_MAX; e++) {
        if (e->type != model->type || e->access != model->access) continue;
        const known_socket *before = remembered(e);
        if (is_fresh(before)) { next[count++] = *before; continue; }
        next[count] = (known_socket){.object = e->object, .pid = (DWORD)e->pid, .handle = e->handle};
        ask(&next[count++], &pid, &process);
    }
    if (process) CloseHandle(process);
    current = next;
    current_count = count;
}

void sockets_refresh(void)
{
    static LONG (WINAPI *query)(int, void *, ULONG, ULONG *);
    static handle_table *table;
    static SOCKET own;                   /* shows type and access of a socket's handle */
    WSADATA data;
    if (!query) {
        WSAStartup(0x202, &data);
        own = socket(AF_INET, SOCK_STREAM, 0);
        table = malloc(TABLE_SIZE);
        query = (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtQuerySystemInformation");
    }
    if (query(EXTENDED_HANDLES, table, TABLE_SIZE, NULL)) return;
    const handle_entry *model = model_of(table, own);
    if (model) read_entries(table, model);
}

DWORD sockets_owner(int tcp, int v6, const BYTE *address, UINT port)
{
    static const BYTE any[16];
    DWORD wildcard = 0;
    if (v6 && !memcmp(address, mapped, sizeof mapped)) {
        v6 = 0;
        address += sizeof mapped;
    }
    for (int k = 0; k < current_count; k++) {
        const known_socket *s = &current[k];
        if (!s->named || s->tcp != tcp || s->port != port) continue;
        if (s->v6 == v6 && !memcmp(s->address, address, v6 ? 16 : 4)) return s->pid;
        if (!memcmp(s->address, any, s->v6 ? 16 : 4)) wildcard = s->pid;
    }
    return wildcard;
}
