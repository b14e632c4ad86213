/* reservation.c - port reservations for Wine; see reservation.h. */
#include "reservation.h"
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <windows.h>
#include <stdio.h>
#include <string.h>

/* Blocks are taken from here, above what Linux gives out by itself and below what our tests name. */
enum { FIRST_PORT = 61000, LAST_PORT = 65000, STEP = 100, BLOCKS_MAX = 8, SOCKETS_MAX = 4096, PATCH_SIZE = 12 };

typedef struct { USHORT start, count, next; int udp; HANDLE names[(LAST_PORT - FIRST_PORT) / STEP]; } block;

static block blocks[BLOCKS_MAX];         /* the token of a block is its place here, plus one */
static struct { SOCKET socket; int block; } associated[SOCKETS_MAX];
static CRITICAL_SECTION lock;
static int (WINAPI *original_ioctl)(SOCKET, DWORD, void *, DWORD, void *, DWORD, DWORD *, WSAOVERLAPPED *, LPWSAOVERLAPPED_COMPLETION_ROUTINE);
static int (WINAPI *original_bind)(SOCKET, const struct sockaddr *, int);

static int fail(int error)
{
    WSASetLastError(error);
    return SOCKET_ERROR;
}

/* ---- ports taken, in this prefix: a named object for each STEP ports, gone with the process that made it ---- */
static HANDLE claim(unsigned port, int udp)
{
    char name[48];
    snprintf(name, sizeof name, "weirbed-ports-%s-%u", udp ? "udp" : "tcp", port / STEP * STEP);
    HANDLE object = CreateMutexA(NULL, FALSE, name);
    if (object && GetLastError() != ERROR_ALREADY_EXISTS) return object;
    if (object) CloseHandle(object);
    return NULL;
}

static int is_claimed(unsigned port, int udp)
{
    char name[48];
    snprintf(name, sizeof name, "weirbed-ports-%s-%u", udp ? "udp" : "tcp", port / STEP * STEP);
    HANDLE object = OpenMutexA(SYNCHRONIZE, FALSE, name);
    if (object) CloseHandle(object);
    return object != NULL;
}

static void release(block *b)
{
    for (unsigned k = 0; k < sizeof b->names / sizeof *b->names; k++)
        if (b->names[k]) CloseHandle(b->names[k]);
    memset(b, 0, sizeof *b);
}

/* Claims `count` ports from `start` on; 0 when one of them is taken. */
static int claim_all(block *b, unsigned start, unsigned count, int udp)
{
    *b = (block){.start = (USHORT)start, .count = (USHORT)count, .udp = udp};
    for (unsigned port = start, k = 0; port < start + count; port += STEP)
        if (!(b->names[k++] = claim(port, udp))) {
            release(b);
            return 0;
        }
    return 1;
}

static int type_of(SOCKET s)
{
    int type = 0, size = sizeof type;
    getsockopt(s, SOL_SOCKET, SO_TYPE, (char *)&type, &size);
    return type;
}

/* ---- the three controls ---- */
static int acquire(SOCKET s, const INET_PORT_RANGE *in, DWORD in_size, port_block *out, DWORD out_size, DWORD *returned)
{
    int udp = type_of(s) == SOCK_DGRAM;
    unsigned k = 0, count, start;
    if (!in || in_size < sizeof *in || !out || out_size < sizeof *out) return fail(WSAEFAULT);
    count = in->NumberOfPorts;
    start = ntohs(in->StartPort);
    while (k < BLOCKS_MAX && blocks[k].count) k++;
    if (!count || count > LAST_PORT - FIRST_PORT || start % STEP || k == BLOCKS_MAX) return fail(WSAEINVAL);
    if (start) {
        if (!claim_all(&blocks[k], start, count, udp)) return fail(WSAEADDRINUSE);
    } else {
        for (start = FIRST_PORT; start + count <= LAST_PORT; start += STEP)
            if (claim_all(&blocks[k], start, count, udp)) break;
        if (start + count > LAST_PORT) return fail(WSAENOBUFS);
    }
    *out = (port_block){htons((USHORT)start), (USHORT)count, k + 1};
    if (returned) *returned = sizeof *out;
    return 0;
}

static block *block_of(const ULONG64 *token, DWORD size)
{
    if (!token || size < sizeof *token || *token < 1 || *token > BLOCKS_MAX) return NULL;
    return blocks[*token - 1].count ? &blocks[*token - 1] : NULL;
}

static int associate(SOCKET s, block *b)
{
    unsigned free_place = SOCKETS_MAX;
    for (unsigned k = 0; k < SOCKETS_MAX; k++) {
        if (associated[k].socket == s) associated[k].socket = 0;
        if (!associated[k].socket && free_place == SOCKETS_MAX) free_place = k;
    }
    if (free_place == SOCKETS_MAX) return fail(WSAENOBUFS);
    associated[free_place].socket = s;
    associated[free_place].block = (int)(b - blocks);
    return 0;
}

static int control(SOCKET s, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size, DWORD *returned)
{
    block *b = code == SIO_ACQUIRE_PORT_RESERVATION ? NULL : block_of(in, in_size);
    if (returned) *returned = 0;
    if (code == SIO_ACQUIRE_PORT_RESERVATION) return acquire(s, in, in_size, out, out_size, returned);
    if (!b) return fail(WSAEINVAL);
    if (code == SIO_ASSOCIATE_PORT_RESERVATION) return associate(s, b);
    release(b);
    return 0;
}

static int WINAPI own_ioctl(SOCKET s, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size, DWORD *returned,
                            WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    if (code != SIO_ACQUIRE_PORT_RESERVATION && code != SIO_ASSOCIATE_PORT_RESERVATION && code != SIO_RELEASE_PORT_RESERVATION)
        return original_ioctl(s, code, in, in_size, out, out_size, returned, overlapped, routine);
    EnterCriticalSection(&lock);
    int result = control(s, code, in, in_size, out, out_size, returned);
    int error = WSAGetLastError();
    LeaveCriticalSection(&lock);
    WSASetLastError(error);
    return result;
}

/* ---- bind ---- */

/* The block a socket was associated with, which ends with its bind; NULL: none. */
static block *take_association(SOCKET s)
{
    block *b = NULL;
    EnterCriticalSection(&lock);
    for (unsigned k = 0; k < SOCKETS_MAX; k++) {
        if (associated[k].socket != s) continue;
        associated[k].socket = 0;
        b = blocks[associated[k].block].count ? &blocks[associated[k].block] : NULL;
    }
    LeaveCriticalSection(&lock);
    return b;
}

static int bind_in(block *b, SOCKET s, struct sockaddr_in6 *a, int size)
{
    unsigned port = ntohs(a->sin6_port);
    if (port) {
        int result = original_bind(s, (void *)a, size), error = WSAGetLastError();
        if (result) {                    /* the next attempt on this socket is still associated */
            EnterCriticalSection(&lock);
            associate(s, b);
            LeaveCriticalSection(&lock);
            WSASetLastError(error);
        }
        return result;
    }
    for (unsigned k = 0; k < b->count; k++) {
        a->sin6_port = htons((USHORT)(b->start + b->next++ % b->count));
        if (!original_bind(s, (void *)a, size)) return 0;
        if (WSAGetLastError() != WSAEADDRINUSE) return SOCKET_ERROR;
    }
    return fail(WSAEADDRINUSE);
}

static int WINAPI own_bind(SOCKET s, const struct sockaddr *name, int size)
{
    struct sockaddr_in6 copy;
    if (!name || size < (int)sizeof(struct sockaddr_in) || size > (int)sizeof copy || (name->sa_family != AF_INET && name->sa_family != AF_INET6))
        return original_bind(s, name, size);
    memcpy(&copy, name, size);
    unsigned port = ntohs(copy.sin6_port);
    block *b = take_association(s);
    if (b && (!port || (port >= b->start && port < (unsigned)b->start + b->count))) return bind_in(b, s, &copy, size);
    if (port >= FIRST_PORT && port < LAST_PORT && is_claimed(port, type_of(s) == SOCK_DGRAM)) return fail(WSAEACCES);
    return original_bind(s, name, size);
}

/* ---- installing ---- */

/* Both functions begin with the same pushes, which can run elsewhere; anything else is left alone. */
static void *divert(BYTE *function, void *to)
{
    static const BYTE pushes[PATCH_SIZE] = {0x41, 0x57, 0x41, 0x56, 0x41, 0x55, 0x41, 0x54, 0x55, 0x57, 0x56, 0x53};
    BYTE jump[PATCH_SIZE] = {0x48, 0xb8, [10] = 0xff, [11] = 0xe0};    /* mov rax, address; jmp rax */
    BYTE *elsewhere = VirtualAlloc(NULL, 64, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE), *back = function + PATCH_SIZE;
    DWORD old;
    if (!elsewhere || memcmp(function, pushes, PATCH_SIZE) || !VirtualProtect(function, PATCH_SIZE, PAGE_EXECUTE_READWRITE, &old)) return NULL;
    memcpy(elsewhere, function, PATCH_SIZE);
    memcpy(elsewhere + PATCH_SIZE, jump, PATCH_SIZE);
    memcpy(elsewhere + PATCH_SIZE + 2, &back, sizeof back);
    memcpy(jump + 2, &to, sizeof to);
    memcpy(function, jump, PATCH_SIZE);
    VirtualProtect(function, PATCH_SIZE, old, &old);
    return elsewhere;
}

void reservation_install(void)
{
    static const BYTE marks[] = {0x48, 0xb8};
    HMODULE winsock = GetModuleHandleA("ws2_32.dll");
    BYTE *ioctl = winsock ? (void *)GetProcAddress(winsock, "WSAIoctl") : NULL, *bind_ = winsock ? (void *)GetProcAddress(winsock, "bind") : NULL;
    if (!ioctl || !bind_ || !memcmp(ioctl, marks, sizeof marks)) return;
    HMODULE own;                         /* stays loaded: programs unload iphlpapi.dll, and would jump into nothing */
    GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const char *)(void *)own_bind, &own);
    InitializeCriticalSection(&lock);
    original_ioctl = divert(ioctl, own_ioctl);
    original_bind = divert(bind_, own_bind);
}
