/*
 * sockets.c - which Wine process owns a socket.
 *
 * Every handle of the kind a socket is gets duplicated into this process once, to ask Linux for its cookie. What is known is found again by
 * place in the handle tables; such a place may be used for another socket later, which the daemon's list of all cookies brings to light.
 */
#include <winsock2.h>
#include "sockets.h"
#include "stream.h"
#include <stdlib.h>
#include <string.h>

enum { EXTENDED_HANDLES = 64, SOCKETS_MAX = 16384, FRESH_MS = 1000, TABLE_SIZE = 8 << 20, SLOTS = 4 * SOCKETS_MAX };

typedef struct { void *object; ULONG_PTR pid, handle; ULONG access; USHORT trace, type; ULONG attributes, reserved; } handle_entry;
typedef struct { ULONG_PTR count, reserved; handle_entry entries[]; } handle_table;
typedef struct { void *object; DWORD pid; ULONG_PTR handle; ULONGLONG asked_at, cookie; int kept; } known_socket;       /* cookie 0: no socket */

static known_socket known[2][SOCKETS_MAX];
static known_socket *current = known[0];
static int current_count;
static int slots[SLOTS];                 /* by cookie: a place in `current`, plus one */

/* ---- by cookie ---- */
static int *slot_of(ULONGLONG cookie)
{
    ULONGLONG at = cookie * 0x9E3779B97F4A7C15u >> 32;
    for (;; at++) {
        int *slot = &slots[at % SLOTS];
        if (!*slot || current[*slot - 1].cookie == cookie) return slot;
    }
}

static void index_by_cookie(void)
{
    memset(slots, 0, sizeof slots);
    for (int k = 0; k < current_count; k++)
        if (current[k].cookie && !*slot_of(current[k].cookie)) *slot_of(current[k].cookie) = k + 1;
}

/* ---- one socket ---- */

/* Asks the handle, through *process, which is opened anew when the pid changes. */
static void ask(known_socket *k, DWORD *pid, HANDLE *process)
{
    static int (CDECL *to_descriptor)(HANDLE, unsigned, int *, unsigned *);
    HANDLE copy;
    int descriptor;
    unsigned options;
    if (!to_descriptor) to_descriptor = (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_server_handle_to_fd");
    if (k->pid != *pid) {
        if (*process) CloseHandle(*process);
        *process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, *pid = k->pid);
    }
    k->asked_at = GetTickCount64();
    if (!*process || !DuplicateHandle(*process, (HANDLE)k->handle, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS)) return;
    if (!to_descriptor(copy, 0, &descriptor, &options)) {
        k->cookie = stream_cookie(descriptor);
        stream_close(descriptor);
    }
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
    return k && (k->cookie || GetTickCount64() - k->asked_at < FRESH_MS);
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
    index_by_cookie();
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

DWORD sockets_owner(ULONGLONG cookie)
{
    int place = *slot_of(cookie);
    return place ? current[place - 1].pid : 0;
}

void sockets_keep(const ULONGLONG *cookies, DWORD count)
{
    int kept = 0;
    for (DWORD k = 0; k < count; k++)
        if (*slot_of(cookies[k])) current[*slot_of(cookies[k]) - 1].kept = 1;
    for (int k = 0; k < current_count; k++) {
        if (!current[k].kept) continue;
        current[kept] = current[k];
        current[kept++].kept = 0;
    }
    current_count = kept;
    index_by_cookie();
}
