/* faulty.c - what the knobs of README.md do; the knob is set by whoever starts this, the check is told by name. */
#include "api.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT = 9002 };

static BYTE bytes[PACKET_MAX];
static divert_address address;

static int is(const char *what, unsigned long long got, unsigned long long wanted)
{
    if (got != wanted) printf("WRONG %s: %llu, wanted %llu\n", what, got, wanted);
    return got != wanted;
}

static void send_datagrams(int count)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    SOCKET s = socket(AF_INET, SOCK_DGRAM, 0);
    for (int k = 0; k < count; k++) sendto(s, (char *)&k, sizeof k, 0, (void *)&to, sizeof to);
    closesocket(s);
}

static HANDLE open_udp(void)
{
    HANDLE h = WinDivertOpen("loopback and udp.DstPort == 9002", LAYER_NETWORK, 0, 0);
    keep_long(h);
    return h;
}

static DWORD receive(HANDLE h) { return WinDivertRecv(h, bytes, sizeof bytes, NULL, &address) ? 0 : GetLastError(); }

static DWORD open_error(int layer, UINT64 flags)
{
    HANDLE h = WinDivertOpen("true", layer, 0, flags);
    DWORD error = GetLastError();
    if (h == INVALID_HANDLE_VALUE) return error;
    WinDivertClose(h);
    return 0;
}

/* WEIRBED_OPEN_ERROR_SOCKET=577:1 */
static int check_open(void)
{
    return is("another layer", open_error(LAYER_NETWORK, FLAG_SNIFF), 0) + is("first", open_error(LAYER_SOCKET, 5), 577)
        + is("second", open_error(LAYER_SOCKET, 5), 0);
}

/* WEIRBED_RECV_ERROR=22:2:3 */
static int check_receive(void)
{
    int wrong = 0;
    HANDLE h = open_udp();
    send_datagrams(3);
    wrong += is("first", receive(h), 0) + is("second", receive(h), 0);
    for (int k = 0; k < 3; k++) wrong += is("planned error", receive(h), 22);
    wrong += is("afterwards", receive(h), 0);
    WinDivertClose(h);
    return wrong;
}

/* WEIRBED_PENDING_ERROR=1450:0:1 */
static int check_pending(void)
{
    OVERLAPPED o = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD got;
    HANDLE h = open_udp();
    int wrong = is("starts", WinDivertRecvEx(h, bytes, sizeof bytes, NULL, 0, &address, NULL, &o) ? 0 : GetLastError(), ERROR_IO_PENDING);
    wrong += is("fails later", GetOverlappedResult(h, &o, &got, TRUE) ? 0 : GetLastError(), 1450);
    WinDivertRecvEx(h, bytes, sizeof bytes, NULL, 0, &address, NULL, &o);
    send_datagrams(1);
    wrong += is("works again", GetOverlappedResult(h, &o, &got, TRUE) ? got : 0, 32);
    WinDivertClose(h);
    return wrong;
}

/* WEIRBED_SEND_ERROR=1232:1:1 */
static int check_send(void)
{
    HANDLE h = open_udp();
    int wrong = 0;
    static const DWORD wanted[] = {0, 1232, 0};
    send_datagrams(3);
    for (int k = 0; k < 3; k++) {
        UINT length;
        WinDivertRecv(h, bytes, sizeof bytes, &length, &address);
        wrong += is("send", WinDivertSend(h, bytes, length, NULL, &address) ? 0 : GetLastError(), wanted[k]);
    }
    WinDivertClose(h);
    return wrong;
}

/* Drops the oldest: of 40 datagrams the last 32 remain. SetParam to 32, or WEIRBED_QUEUE_LENGTH=32. */
static int check_overflow(void)
{
    HANDLE h = open_udp();
    int number, wrong = 0;
    if (!getenv("WEIRBED_QUEUE_LENGTH")) WinDivertSetParam(h, PARAM_QUEUE_LENGTH, 32);
    send_datagrams(40);
    await_capture();
    WinDivertShutdown(h, SHUTDOWN_RECV);
    for (int k = 8; k < 40; k++) {
        wrong += is("receive", receive(h), 0);
        memcpy(&number, bytes + 28, sizeof number);
        wrong += is("number", number, k);
    }
    wrong += is("end", receive(h), ERROR_NO_DATA);
    WinDivertClose(h);
    return wrong;
}

/* QUEUE_TIME: what lies too long is gone. */
static int check_expiry(void)
{
    HANDLE h = open_udp();
    WinDivertSetParam(h, PARAM_QUEUE_TIME, 100);
    send_datagrams(2);
    await_capture();
    Sleep(250);
    WinDivertShutdown(h, SHUTDOWN_RECV);
    int wrong = is("expired", receive(h), ERROR_NO_DATA);
    WinDivertClose(h);
    return wrong;
}

/* ---- a SYN injected as a redirect does: does a listener of this process answer it? ---- */
enum { TESTED_PORT = 12345, LATER_PORT = 12346 };       /* the client's */

static UINT syn4(int loopback)
{
    static const BYTE packet[40] = {0x45, 0, 0, 40, 0, 1, 0, 0, 64, TCP, 0, 0, 203, 0, 113, 1, 203, 0, 113, 2, 0, 0, 0x23, 0x2a, [32] = 0x50, 2, 0xff, 0xff};
    static const BYTE localhost[8] = {127, 0, 0, 1, 127, 0, 0, 1};
    memcpy(bytes, packet, sizeof packet);
    if (loopback) memcpy(bytes + 12, localhost, sizeof localhost);
    return sizeof packet;
}

static UINT syn6(int loopback)
{
    static const BYTE packet[60] = {0x60, [5] = 20, TCP, 64, 0x20, 1, 0xd, 0xb8, 0, 1, [23] = 1, 0x20, 1, 0xd, 0xb8, 0, 1, [39] = 2,
                                    0, 0, 0x23, 0x2a, [52] = 0x50, 2, 0xff, 0xff};
    static const BYTE localhost[32] = {[15] = 1, [31] = 1};
    memcpy(bytes, packet, sizeof packet);
    if (loopback) memcpy(bytes + 8, localhost, sizeof localhost);
    return sizeof packet;
}

/* 0 or the error of Send. */
static DWORD inject_syn(HANDLE h, int loopback, int v6, unsigned port)
{
    divert_address a = {.bits = loopback ? OUTBOUND : 0, .u.net.ifidx = loopback ? 1 : 2};
    UINT length = v6 ? syn6(loopback) : syn4(loopback);
    write16(bytes + length - 20, port);
    return WinDivertSend(h, bytes, length, NULL, &a) ? 0 : GetLastError();
}

/* The client's port of the next SYN-ACK. */
static unsigned next_answer(HANDLE answers, int v6)
{
    BYTE answer[128] = "";
    WinDivertRecv(answers, answer, sizeof answer, NULL, &address);
    return read16(answer + (v6 ? 40 : 20) + 2);
}

static SOCKET listen_at_port(int v6)
{
    struct sockaddr_in6 own = {.sin6_family = v6 ? AF_INET6 : AF_INET, .sin6_port = htons(PORT)};
    SOCKET s = socket(own.sin6_family, SOCK_STREAM, 0);
    bind(s, (void *)&own, v6 ? sizeof own : sizeof(struct sockaddr_in));
    listen(s, 5);
    return s;
}

/* 1, 0, or the error of Send. One that shall not arrive is followed by one of the other shape, which does. */
static DWORD syn_arrives(int loopback, int v6, DWORD wanted)
{
    HANDLE h = WinDivertOpen("false", LAYER_NETWORK, 0, 0);
    HANDLE answers = WinDivertOpen("outbound and tcp.SrcPort == 9002 and tcp.Syn and tcp.Ack", LAYER_NETWORK, 0, FLAG_SNIFF);
    SOCKET s = listen_at_port(v6);
    keep_long(answers);
    DWORD error = inject_syn(h, loopback, v6, TESTED_PORT);
    if (!error && !wanted) error = inject_syn(h, !loopback, v6, LATER_PORT);
    DWORD result = error ? error : next_answer(answers, v6) == TESTED_PORT;
    WinDivertClose(h);
    WinDivertClose(answers);
    closesocket(s);
    return result;
}

static int check_syn(int loopback, DWORD wanted)
{
    return is("IPv4", syn_arrives(loopback, 0, wanted), wanted) + is("IPv6", syn_arrives(loopback, 1, wanted), wanted);
}

int faulty(const char *check)
{
    int wrong = -1;
    if (!strcmp(check, "open")) wrong = check_open();
    if (!strcmp(check, "receive")) wrong = check_receive();
    if (!strcmp(check, "pending")) wrong = check_pending();
    if (!strcmp(check, "send")) wrong = check_send();
    if (!strcmp(check, "overflow")) wrong = check_overflow();
    if (!strcmp(check, "expiry")) wrong = check_expiry();
    if (!strcmp(check, "loopback-arrives")) wrong = check_syn(1, 1);
    if (!strcmp(check, "loopback-vanishes")) wrong = check_syn(1, 0);
    if (!strcmp(check, "loopback-1214")) wrong = check_syn(1, 1214);
    if (!strcmp(check, "inbound-arrives")) wrong = check_syn(0, 1);
    if (!strcmp(check, "inbound-vanishes")) wrong = check_syn(0, 0);
    printf("faulty %s: %d wrong\n", check, wrong);
    return wrong != 0;
}
