/*
 * probe.c - proves the bed: a Windows program that uses WinDivert in the ways a diverter does.
 *
 *   probe pass SECONDS BATCH FILTER       receives and sends back unchanged
 *   probe dump SECONDS FILTER             SNIFF, a line per packet
 *   probe take SECONDS FILTER             opens, receives nothing: the queue fills
 *   probe reflect|loop SECONDS PORT       redirects TCP PORT to a relay in this process, one shape or the other
 *   probe owner SECONDS PORT              holds each SYN to PORT and prints what GetExtendedTcpTable says of it
 *   probe events SECONDS FILTER           SOCKET events, and all FLOW events
 *   probe block SECONDS FILTER            blocks socket operations
 *   probe handles                         the open handles, as the REFLECT layer lists them
 *   probe tables PORT                     rows of the TCP and UDP tables with this local or remote port
 *   probe conform | reservations | faulty CHECK
 *
 * It ends when the seconds are over or its standard input has ended.
 */
#include "api.h"
#include <iphlpapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

HANDLE tested;
static int seconds;

/* ---- opening and closing ---- */
static HANDLE input_ended;

static DWORD WINAPI read_input(void *unused)
{
    char bytes[64];
    DWORD n;
    (void)unused;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, sizeof bytes, &n, NULL) && n) ;
    SetEvent(input_ended);
    return 0;
}

static void wait_for_end(void)
{
    input_ended = CreateEventW(NULL, TRUE, FALSE, NULL);
    CloseHandle(CreateThread(NULL, 0, read_input, NULL, 0, NULL));
    WaitForSingleObject(input_ended, seconds * 1000);
}

static DWORD WINAPI shut_down_later(void *unused)
{
    (void)unused;
    wait_for_end();
    WinDivertShutdown(tested, SHUTDOWN_RECV);
    return 0;
}

void open_tested(const char *filter, int layer, UINT64 flags)
{
    tested = WinDivertOpen(filter, layer, 100, flags);
    if (tested == INVALID_HANDLE_VALUE || !tested) {
        printf("open failed: %lu\n", GetLastError());
        exit(1);
    }
    keep_long(tested);
    if (layer == LAYER_NETWORK) {
        WinDivertSetParam(tested, PARAM_QUEUE_LENGTH, 16384);
        WinDivertSetParam(tested, PARAM_QUEUE_SIZE, 33554432);
    }
    if (seconds) CloseHandle(CreateThread(NULL, 0, shut_down_later, NULL, 0, NULL));
    printf("ready\n");
    fflush(stdout);
}

void keep_long(HANDLE handle)
{
    enum { LONGEST_MS = 16000 };
    WinDivertSetParam(handle, PARAM_QUEUE_TIME, LONGEST_MS);
}

/* The daemon takes packets in the order of their sending: a datagram that no handle wants arrives after all before it were seen. */
void await_capture(void)
{
    enum { PATIENCE_MS = 60000 };
    static SOCKET s;
    static struct sockaddr_in own = {.sin_family = AF_INET};
    DWORD patience = PATIENCE_MS;
    int size = sizeof own;
    char byte = 0;
    if (!s) {
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        s = socket(AF_INET, SOCK_DGRAM, 0);
        bind(s, (void *)&own, sizeof own);
        getsockname(s, (void *)&own, &size);
        setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, (char *)&patience, sizeof patience);
    }
    sendto(s, &byte, 1, 0, (void *)&own, sizeof own);
    if (recv(s, &byte, 1, 0) == 1) return;
    printf("a datagram that nobody wants did not pass: %d\n", WSAGetLastError());
    exit(1);
}

void close_tested(unsigned long packets, unsigned long long bytes, unsigned long calls)
{
    printf("end: error %lu, %lu packets, %llu bytes, %lu calls\n", GetLastError(), packets, bytes, calls);
    WinDivertClose(tested);
    fflush(stdout);
}

/* ---- packets ---- */
static void pass(int batch, const char *filter)
{
    static BYTE bytes[1 << 20];
    static divert_address addresses[BATCH_MAX];
    unsigned long packets = 0, calls = 0;
    unsigned long long total = 0;
    open_tested(filter, LAYER_NETWORK, 0);
    for (;;) {
        UINT length, size = sizeof *addresses * batch, sent;
        if (!WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 0, addresses, &size, NULL)) break;
        if (!WinDivertSendEx(tested, bytes, length, &sent, 0, addresses, size, NULL)) printf("send: %lu\n", GetLastError());
        packets += size / sizeof *addresses;
        total += length;
        calls++;
    }
    close_tested(packets, total, calls);
}

static void dump(const char *filter)
{
    enum { PRINTED = 12 };
    static BYTE b[PACKET_MAX];
    unsigned long packets = 0;
    unsigned long long total = 0;
    divert_address a;
    UINT length;
    open_tested(filter, LAYER_NETWORK, FLAG_SNIFF);
    for (; WinDivertRecv(tested, b, sizeof b, &length, &a); packets++, total += length)
        if (packets < PRINTED)
            printf("%s%s if %u bits %02x len %u\n", a.bits & OUTBOUND ? "out" : "in", a.bits & LOOPBACK ? " loopback" : "", a.u.net.ifidx,
                   a.bits, length);
    close_tested(packets, total, packets);
}

static void take(const char *filter)
{
    open_tested(filter, LAYER_NETWORK, 0);
    Sleep(seconds * 1000);
}

/* ---- owners and events ---- */

/* Returns the state of the row, 0 when there is none. */
static DWORD print_row_of(const char *when, const BYTE *p)
{
    DWORD size = 0, state = 0;
    const BYTE *t = p + (p[0] & 15) * 4;
    LARGE_INTEGER before, after;
    GetExtendedTcpTable(NULL, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0);
    MIB_TCPTABLE_OWNER_PID *table = malloc(size += 4096);
    QueryPerformanceCounter(&before);
    DWORD error = GetExtendedTcpTable(table, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0);
    QueryPerformanceCounter(&after);
    printf("%s:", when);
    for (DWORD k = 0; !error && k < table->dwNumEntries; k++) {
        MIB_TCPROW_OWNER_PID *row = &table->table[k];
        if (!memcmp(&row->dwLocalAddr, p + 12, 4) && !memcmp(&row->dwRemoteAddr, p + 16, 4) && !memcmp(&row->dwLocalPort, t, 2)
            && !memcmp(&row->dwRemotePort, t + 2, 2)) printf(" row state %lu pid %lu", state = row->dwState, row->dwOwningPid);
    }
    printf(" (%lu rows, %.2f ms)\n", error ? 0 : table->dwNumEntries, (after.QuadPart - before.QuadPart) / 1e4);
    fflush(stdout);
    free(table);
    return state;
}

static void owner(int port)
{
    enum { LOOKS = 300, LOOK_MS = 100 };
    static BYTE b[PACKET_MAX];
    char filter[200];
    divert_address a;
    UINT length;
    unsigned long packets = 0;
    snprintf(filter, sizeof filter, "outbound and ip and tcp.DstPort == %d and tcp.Syn and !tcp.Ack", port);
    open_tested(filter, LAYER_NETWORK, 0);
    for (; WinDivertRecv(tested, b, sizeof b, &length, &a); packets++) {
        print_row_of("SYN held, at once", b);
        WinDivertSend(tested, b, length, NULL, &a);
        for (int k = 0; k < LOOKS && print_row_of("SYN sent", b) == MIB_TCP_STATE_SYN_SENT; k++) Sleep(LOOK_MS);
    }
    close_tested(packets, 0, packets);
}

static void print_words(const uint32_t *words, int v6)
{
    if (v6) printf("%08x%08x%08x%08x", words[3], words[2], words[1], words[0]);
    else printf("%u.%u.%u.%u", words[0] >> 24, words[0] >> 16 & 255, words[0] >> 8 & 255, words[0] & 255);
}

static DWORD WINAPI print_events(void *handle)
{
    static const char *names[] = {"PACKET", "ESTABLISHED", "DELETED", "BIND", "CONNECT", "LISTEN", "ACCEPT", "CLOSE"};
    static SRWLOCK printing = SRWLOCK_INIT;
    divert_address a;
    while (WinDivertRecv(handle, NULL, 0, NULL, &a)) {
        uint32_t words[2][4];
        memcpy(words, a.u.sock.local, sizeof words);
        AcquireSRWLockExclusive(&printing);
        printf("%s %s %s pid %u ", a.layer == LAYER_FLOW ? "FLOW" : "SOCKET", names[a.event & 7], a.bits & OUTBOUND ? "out" : "in", a.u.sock.pid);
        print_words(words[0], a.bits & IPV6);
        printf(" %u > ", a.u.sock.lport);
        print_words(words[1], a.bits & IPV6);
        printf(" %u proto %u at %lld\n", a.u.sock.rport, a.u.sock.proto, (long long)a.timestamp / 10000);
        fflush(stdout);
        ReleaseSRWLockExclusive(&printing);
    }
    return 0;
}

static void events(const char *filter, int block)
{
    if (!block) {
        HANDLE flows = WinDivertOpen("true", LAYER_FLOW, 0, FLAG_SNIFF | FLAG_RECV_ONLY);
        keep_long(flows);
        CloseHandle(CreateThread(NULL, 0, print_events, flows, 0, NULL));
    }
    open_tested(filter, LAYER_SOCKET, (block ? 0 : FLAG_SNIFF) | FLAG_RECV_ONLY);
    print_events(tested);
}

static void handles(void)
{
    static char object[FILTER_OBJECT_MAX];
    divert_address a;
    UINT length;
    open_tested("true", LAYER_REFLECT, FLAG_SNIFF | FLAG_RECV_ONLY);
    WinDivertShutdown(tested, SHUTDOWN_BOTH);
    while (WinDivertRecv(tested, object, sizeof object, &length, &a))
        printf("handle event %u pid %u layer %d flags %llx priority %d object %s (%u)\n", a.event, a.u.reflect.pid, a.u.reflect.layer,
               (unsigned long long)a.u.reflect.flags, a.u.reflect.priority, object, length);
    close_tested(0, 0, 0);
}

/* ---- which ---- */
static int with_seconds(const char *verb, int count, char **v)
{
    seconds = atoi(v[0]);
    if (!strcmp(verb, "pass") && count == 3) pass(atoi(v[1]), v[2]);
    else if (!strcmp(verb, "dump")) dump(v[1]);
    else if (!strcmp(verb, "take")) take(v[1]);
    else if (!strcmp(verb, "reflect")) redirect(0, atoi(v[1]));
    else if (!strcmp(verb, "loop")) redirect(1, atoi(v[1]));
    else if (!strcmp(verb, "owner")) owner(atoi(v[1]));
    else if (!strcmp(verb, "events")) events(v[1], 0);
    else if (!strcmp(verb, "block")) events(v[1], 1);
    else return 2;
    return 0;
}

int main(int argc, char **v)
{
    WSADATA data;
    WSAStartup(0x202, &data);
    if (argc == 2 && !strcmp(v[1], "conform")) return conform();
    if (argc == 2 && !strcmp(v[1], "reservations")) return check_reservations();
    if (argc == 2 && !strcmp(v[1], "handles")) { handles(); return 0; }
    if (argc == 3 && !strcmp(v[1], "tables")) return print_tables(atoi(v[2]));
    if (argc == 3 && !strcmp(v[1], "faulty")) return faulty(v[2]);
    return argc >= 4 ? with_seconds(v[1], argc - 2, v + 2) : 2;
}
