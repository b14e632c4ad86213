// reopen HOST: what it takes to replace a WinDivert handle by one with another filter, and what is lost on the way. Run by tools/bench/reopen.
// A thread sends numbered datagrams to HOST:9, in bursts, while handles that capture them are replaced again and again; every captured datagram is
// sent on, by the handle it came from or by another one of lower priority.
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { uint8_t bytes[80]; } Address;
HANDLE WinDivertOpen(const char *filter, int layer, INT16 priority, UINT64 flags);
BOOL WinDivertRecv(HANDLE handle, void *packet, UINT length, UINT *received, Address *address);
BOOL WinDivertSend(HANDLE handle, const void *packet, UINT length, UINT *sent, const Address *address);
BOOL WinDivertShutdown(HANDLE handle, int how);
BOOL WinDivertClose(HANDLE handle);
BOOL WinDivertSetParam(HANDLE handle, int parameter, UINT64 value);

enum { PRIORITY = 1001, SEND_ONLY = 8, RECEIVE = 1, MOST = 1 << 21, REPLACEMENTS = 60, HEADERS = 28, BURST = 100, OVERLAP_MS = 2 };
enum Way { CLOSE_FIRST, OPEN_FIRST, OPEN_FIRST_AT_ONCE, WAYS };
static const char *way_name[WAYS] = {"old closed first", "new opened first, old read to its end", "the same, both read at once"};

typedef struct Reader { HANDLE handle, via, thread; struct Reader *before; } Reader;
static volatile LONG captures[MOST], sent, sending = 1;
static LONG last_captured, out_of_order;
static struct sockaddr_in target = {.sin_family = AF_INET};

static double now_us(void) {
    LARGE_INTEGER now, frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return now.QuadPart * 1e6 / frequency.QuadPart;
}

// So many tests, the last of which is the one that holds.
static HANDLE open_filter(int tests) {
    static char filter[16384];
    char *at = filter + sprintf(filter, "udp and (");
    for (int i = 2; i < tests; i++)
        at += sprintf(at, "udp.SrcPort == %d or ", 20000 + i);
    strcpy(at, "udp.DstPort == 9)");
    HANDLE handle = WinDivertOpen(tests > 1 ? filter : "udp.DstPort == 9", 0, PRIORITY, 0);
    if (handle == INVALID_HANDLE_VALUE || !handle) {
        printf("open failed: %lu\n", GetLastError());
        exit(1);
    }
    WinDivertSetParam(handle, 0, 16384); // queue length, time, size: the most there is
    WinDivertSetParam(handle, 1, 16000);
    WinDivertSetParam(handle, 2, 33554432);
    return handle;
}

static DWORD WINAPI send_datagrams(void *unused) {
    SOCKET from = socket(AF_INET, SOCK_DGRAM, 0);
    (void)unused;
    while (sending && sent < MOST - 1) {
        LONG number = sent + 1;
        sendto(from, (char *)&number, sizeof number, 0, (struct sockaddr *)&target, sizeof target);
        sent = number;
        if (number % BURST == 0)
            Sleep(1);
    }
    closesocket(from);
    return 0;
}

static DWORD WINAPI read_handle(void *argument) {
    Reader *reader = argument;
    static __thread uint8_t packet[65575];
    Address address;
    UINT length, ignored;
    if (reader->before)
        WaitForSingleObject(reader->before->thread, INFINITE);
    while (WinDivertRecv(reader->handle, packet, sizeof packet, &length, &address)) {
        LONG number;
        memcpy(&number, packet + HEADERS, sizeof number);
        captures[number]++;
        if (number < InterlockedExchange(&last_captured, number))
            InterlockedIncrement(&out_of_order);
        WinDivertSend(reader->via, packet, length, &ignored, &address);
    }
    return 0;
}

static Reader *start(HANDLE via, Reader *before) {
    Reader *reader = calloc(1, sizeof *reader);
    reader->handle = open_filter(50);
    reader->via = via ? via : reader->handle;
    reader->before = before;
    reader->thread = CreateThread(0, 0, read_handle, reader, 0, 0);
    return reader;
}

static void stop(Reader *reader) {
    WinDivertShutdown(reader->handle, RECEIVE);
    WaitForSingleObject(reader->thread, INFINITE);
    WinDivertClose(reader->handle);
}

static void race(enum Way way, HANDLE via) {
    memset((void *)captures, 0, sizeof captures);
    last_captured = out_of_order = sent = 0;
    sending = 1;
    Reader *reader = start(via, 0);
    HANDLE sender = CreateThread(0, 0, send_datagrams, 0, 0, 0);
    Sleep(200);
    for (int i = 0; i < REPLACEMENTS; i++) {
        Sleep(20);
        Reader *old = reader;
        if (way == CLOSE_FIRST)
            stop(old);
        reader = start(via, way == OPEN_FIRST ? old : 0);
        if (way != CLOSE_FIRST) {
            Sleep(OVERLAP_MS);
            stop(old);
        }
    }
    sending = 0;
    WaitForSingleObject(sender, INFINITE);
    Sleep(500);
    stop(reader);
    LONG missed = 0, again = 0;
    for (LONG i = 1; i <= sent; i++) {
        missed += captures[i] == 0;
        again += captures[i] > 1;
    }
    printf("%-40s %-8s %9ld %10.1f %10.1f %12.1f\n", way_name[way], via ? "another" : "its own", (long)sent, missed / (double)REPLACEMENTS,
           again / (double)REPLACEMENTS, out_of_order / (double)REPLACEMENTS);
    fflush(stdout);
}

static int compare(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static void times(int tests) {
    enum { ROUNDS = 200 };
    static double opened[ROUNDS], shut[ROUNDS], closed[ROUNDS];
    HANDLE old = open_filter(tests);
    for (int i = 0; i < ROUNDS; i++) {
        double from = now_us();
        HANDLE next = open_filter(tests);
        double open = now_us();
        WinDivertShutdown(old, RECEIVE);
        double end = now_us();
        WinDivertClose(old);
        opened[i] = open - from;
        shut[i] = end - open;
        closed[i] = now_us() - end;
        old = next;
    }
    WinDivertClose(old);
    qsort(opened, ROUNDS, sizeof *opened, compare);
    qsort(shut, ROUNDS, sizeof *shut, compare);
    qsort(closed, ROUNDS, sizeof *closed, compare);
    printf("%6d  %8.0f %8.0f  %8.0f %8.0f  %8.0f %8.0f\n", tests, opened[ROUNDS / 2], opened[ROUNDS * 99 / 100], shut[ROUNDS / 2],
           shut[ROUNDS * 99 / 100], closed[ROUNDS / 2], closed[ROUNDS * 99 / 100]);
    fflush(stdout);
}

int main(int count, char **arguments) {
    WSADATA data;
    if (count != 2 || WSAStartup(0x202, &data))
        return 2;
    target.sin_port = htons(9);
    target.sin_addr.s_addr = inet_addr(arguments[1]);
    printf("%6s  %17s  %17s  %17s   µs: median, 99 %%\n", "tests", "open", "shut down", "close");
    times(1);
    times(50);
    times(250);
    printf("\n%-40s %-8s %9s %10s %10s %12s   per replacement\n", "way", "sent by", "datagrams", "missed", "twice", "out of order");
    HANDLE another = WinDivertOpen("false", 0, PRIORITY - 1, SEND_ONLY);
    for (enum Way way = CLOSE_FIRST; way < WAYS; way++)
        race(way, another);
    race(OPEN_FIRST_AT_ONCE, 0);
    WinDivertClose(another);
    return 0;
}
