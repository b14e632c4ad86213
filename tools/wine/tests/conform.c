/* conform.c - error codes and small semantics of the API, on UDP datagrams of this process over loopback. */
#include "api.h"
#include <stdio.h>
#include <string.h>

enum { PORT = 9001, SMALL = 33, BLOCKED_MS = 100, PATIENCE_MS = 60000 };

static int wrong;
static SOCKET receiver, sender;
static struct sockaddr_in destination;
static BYTE bytes[PACKET_MAX];
static divert_address addresses[4];

static void is(const char *what, unsigned long long got, unsigned long long wanted)
{
    if (got == wanted) return;
    wrong++;
    printf("WRONG %s: %llu, wanted %llu\n", what, got, wanted);
}

static void send_datagram(const char *text) { sendto(sender, text, (int)strlen(text), 0, (void *)&destination, sizeof destination); }
static int receive_datagram(void) { return recv(receiver, (char *)bytes, 100, 0); }
static DWORD error_of(BOOL done) { return done ? 0 : GetLastError(); }

static DWORD open_error(const char *filter, int layer, INT16 priority, UINT64 flags)
{
    HANDLE h = WinDivertOpen(filter, layer, priority, flags);
    DWORD error = GetLastError();
    if (h == INVALID_HANDLE_VALUE) return error;
    WinDivertClose(h);
    return 0;
}

static void make_sockets(void)
{
    DWORD patience = PATIENCE_MS;
    destination = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    receiver = socket(AF_INET, SOCK_DGRAM, 0);
    sender = socket(AF_INET, SOCK_DGRAM, 0);
    bind(receiver, (void *)&destination, sizeof destination);
    setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, (char *)&patience, sizeof patience);
}

static void check_open(void)
{
    is("open: bad filter", open_error("tcp.Foo == 1", LAYER_NETWORK, 0, 0), 87);
    is("open: layer 5", open_error("true", 5, 0, 0), 87);
    is("open: SNIFF and DROP", open_error("true", LAYER_NETWORK, 0, 3), 87);
    is("open: RECV_ONLY and SEND_ONLY", open_error("true", LAYER_NETWORK, 0, 12), 87);
    is("open: unknown flag", open_error("true", LAYER_NETWORK, 0, 64), 87);
    is("open: priority 30001", open_error("true", LAYER_NETWORK, 30001, 0), 87);
    is("open: priority 30000", open_error("false", LAYER_NETWORK, 30000, 0), 0);
    is("open: FLOW without SNIFF", open_error("true", LAYER_FLOW, 0, FLAG_RECV_ONLY), 87);
    is("open: SOCKET without RECV_ONLY", open_error("true", LAYER_SOCKET, 0, FLAG_SNIFF), 87);
    is("open: processId at NETWORK", open_error("processId == 1", LAYER_NETWORK, 0, 0), 87);
    is("recv: wild handle", error_of(WinDivertRecv((HANDLE)0x1234, bytes, 100, NULL, NULL)), 6);
}

static void check_parameters(HANDLE h)
{
    static const struct { UINT64 at_first, least, most; } range[] = {{4096, 32, 16384}, {2000, 100, 16000}, {4194304, 65535, 33554432}};
    UINT64 value;
    for (int k = 0; k < 3; k++) {
        is("get: default", WinDivertGetParam(h, k, &value) ? value : 0, range[k].at_first);
        is("set: below", error_of(WinDivertSetParam(h, k, range[k].least - 1)), 87);
        is("set: above", error_of(WinDivertSetParam(h, k, range[k].most + 1)), 87);
        is("set: least", error_of(WinDivertSetParam(h, k, range[k].least)), 0);
        is("set: most", error_of(WinDivertSetParam(h, k, range[k].most)), 0);
        is("get: what was set", WinDivertGetParam(h, k, &value) ? value : 0, range[k].most);
    }
    is("get: version major", WinDivertGetParam(h, PARAM_VERSION_MAJOR, &value) ? value : 0, 2);
    is("get: version minor", WinDivertGetParam(h, PARAM_VERSION_MINOR, &value) ? value : 0, 2);
    is("set: version", error_of(WinDivertSetParam(h, PARAM_VERSION_MAJOR, 2)), 87);
    is("get: parameter 5", error_of(WinDivertGetParam(h, 5, &value)), 87);
}

static void check_batches(HANDLE low)
{
    UINT length = 7, size = sizeof addresses;
    send_datagram("lost");
    is("recv: buffer of 10", error_of(WinDivertRecv(tested, bytes, 10, &length, addresses)), 122);
    is("recv: length untouched, address filled", length == 7 && addresses->bits & LOOPBACK && addresses->bits & OUTBOUND
        && addresses->u.net.ifidx == 1, 1);
    for (int k = 0; k < 3; k++) send_datagram("hello");
    await_capture();
    is("recvex: a backlog of three is one batch", WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 0, addresses, &size, NULL) ? size / 80 : 0, 3);
    is("recvex: bytes back to back", length, 3 * SMALL);
    is("sendex: batch", WinDivertSendEx(tested, bytes, length, &length, 0, addresses, size, NULL) ? length : 0, 3 * SMALL);
    for (int k = 0; k < 3; k++) is("udp: delivered after re-injection; the cut one is gone", receive_datagram(), 5);
    length = 0;
    while (WinDivertRecv(low, bytes, sizeof bytes, NULL, addresses) && ++length < 3) ;
    is("lower priority sniffer saw what the higher handle sent", length, 3);
    is("its copies are marked Sniffed", addresses->bits & SNIFFED, 1);
    for (int k = 0; k < 3; k++) send_datagram("hello");
    await_capture();
    size = sizeof addresses;
    is("recvex: only what fits whole", WinDivertRecvEx(tested, bytes, 2 * SMALL + 1, &length, 0, addresses, &size, NULL) ? size / 80 : 0, 2);
    size = 80 + 79;
    is("recvex: floor of the slots", WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 0, addresses, &size, NULL) ? size : 0, 80);
    size = 79;
    is("recvex: no slot", error_of(WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 0, addresses, &size, NULL)), 87);
    size = 256 * 80;
    is("recvex: 256 slots", error_of(WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 0, addresses, &size, NULL)), 87);
    is("recvex: flags", error_of(WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 1, addresses, NULL, NULL)), 87);
}

/* One receive stays pending across time-outs and other wake-ups, then completes with one packet. */
static void check_overlapped(void)
{
    HANDLE other = CreateEventW(NULL, FALSE, FALSE, NULL);
    OVERLAPPED o = {.hEvent = CreateEventW(NULL, TRUE, TRUE, NULL)};
    HANDLE both[2] = {o.hEvent, other};
    UINT size = sizeof addresses, length = 7;
    DWORD got = 7;
    is("overlapped: starts", error_of(WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 0, addresses, &size, &o)), ERROR_IO_PENDING);
    is("overlapped: not done", GetOverlappedResult(tested, &o, &got, FALSE) ? 0 : GetLastError(), ERROR_IO_INCOMPLETE);
    is("overlapped: time-out", WaitForMultipleObjects(2, both, FALSE, 50), WAIT_TIMEOUT);
    SetEvent(other);
    is("overlapped: woken by another event", WaitForMultipleObjects(2, both, FALSE, PATIENCE_MS), WAIT_OBJECT_0 + 1);
    is("overlapped: still pending", o.Internal, STATUS_PENDING);
    send_datagram("hello!");
    send_datagram("hello!");
    is("overlapped: event", WaitForMultipleObjects(2, both, FALSE, PATIENCE_MS), WAIT_OBJECT_0);
    is("overlapped: result", GetOverlappedResult(tested, &o, &got, FALSE) ? got : 0, SMALL + 1);
    is("overlapped: one packet", size, 80);
    is("overlapped: length untouched", length, 7);
    await_capture();
    size = sizeof addresses;
    is("overlapped: at once when something waits", WinDivertRecvEx(tested, bytes, sizeof bytes, &length, 0, addresses, &size, &o) ? length : 0, SMALL + 1);
    is("overlapped: event set", WaitForSingleObject(o.hEvent, 0), WAIT_OBJECT_0);
    is("overlapped: result again", GetOverlappedResult(tested, &o, &got, TRUE) ? got : 0, SMALL + 1);
    addresses->bits = OUTBOUND;
    is("send: checksums left to the driver", WinDivertSend(tested, bytes, SMALL + 1, NULL, addresses) ? 1 : 0, 1);
    is("udp: arrives, and nothing that was not sent back", receive_datagram(), 6);
}

static void check_send(void)
{
    BYTE packet[28] = {0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, 0x23, 0x28, 0x23, 0x29, 0, 8, 0, 0};
    divert_address a = {.bits = OUTBOUND};
    is("send: length over buffer", error_of(WinDivertSend(tested, packet, 27, NULL, &a)), 122);
    packet[0] = 0x15;
    is("send: no IP version", error_of(WinDivertSend(tested, packet, 28, NULL, &a)), 87);
    packet[0] = 0x45;
    packet[3] = 0;
    is("send: total length 0", error_of(WinDivertSend(tested, packet, 28, NULL, &a)), 1450);
    packet[3] = 28;
    a.bits = 0;
    is("send: inbound with IfIdx 0", error_of(WinDivertSend(tested, packet, 28, NULL, &a)), 87);
    a.bits = OUTBOUND;
    packet[12] = 10;
    is("send: outbound from elsewhere to 127.0.0.1", error_of(WinDivertSend(tested, packet, 28, NULL, &a)), 1214);
    packet[12] = 127;
    packet[8] = 1;
    a.bits = OUTBOUND | IMPOSTOR;
    is("send: impostor with TTL 1", error_of(WinDivertSend(tested, packet, 28, NULL, &a)), 1232);
    is("send: batch of 256", error_of(WinDivertSendEx(tested, packet, 28, NULL, 0, &a, 256 * 80, NULL)), 87);
    is("send: no address", error_of(WinDivertSend(tested, packet, 28, NULL, NULL)), 87);
    is("helper: EvalFilter of the official DLL", WinDivertHelperEvalFilter("udp.DstPort == 9001", packet, 28, &a), 1);
}

static void check_shutdown(void)
{
    UINT length = 0;
    OVERLAPPED o = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD got;
    send_datagram("queued");
    await_capture();
    is("shutdown: how 0", error_of(WinDivertShutdown(tested, 0)), 87);
    is("shutdown: recv", WinDivertShutdown(tested, SHUTDOWN_RECV), 1);
    send_datagram("after");
    is("udp: not captured after shutdown", receive_datagram(), 5);
    is("recv: the queued one is still readable", WinDivertRecv(tested, bytes, sizeof bytes, &length, addresses) ? length : 0, SMALL + 1);
    is("recv: then no data", error_of(WinDivertRecv(tested, bytes, sizeof bytes, &length, addresses)), 232);
    WinDivertRecvEx(tested, bytes, sizeof bytes, NULL, 0, addresses, NULL, &o);
    is("overlapped: no data", GetOverlappedResult(tested, &o, &got, TRUE) ? 0 : GetLastError(), 232);
    is("shutdown: send", WinDivertShutdown(tested, SHUTDOWN_SEND), 1);
    is("send: after shutdown", error_of(WinDivertSend(tested, bytes, SMALL + 1, NULL, addresses)), 232);
    is("no kernel handle: CancelIoEx", error_of(CancelIoEx(tested, NULL)), 6);
    is("no kernel handle: CloseHandle", error_of(CloseHandle(tested)), 6);
    is("close", WinDivertClose(tested), 1);
    is("close: again", error_of(WinDivertClose(tested)), 6);
}

static DWORD WINAPI receive_in_thread(void *error)
{
    BYTE own[100];
    *(DWORD *)error = error_of(WinDivertRecv(tested, own, sizeof own, NULL, NULL));
    return 0;
}

/* What a receive in another thread ends with when the handle is closed. One that had not begun yet finds no handle: another, longer try. */
static DWORD error_of_closed_receive(void)
{
    enum { TRIES = 8, FIRST_MS = 50 };
    DWORD error = ERROR_INVALID_HANDLE;
    for (DWORD k = 0, time = FIRST_MS; k < TRIES && error == ERROR_INVALID_HANDLE; k++, time *= 2) {
        tested = WinDivertOpen("false", LAYER_NETWORK, 100, 0);
        HANDLE thread = CreateThread(NULL, 0, receive_in_thread, &error, 0, NULL);
        Sleep(time);
        WinDivertClose(tested);
        WaitForSingleObject(thread, PATIENCE_MS);
    }
    return error;
}

static void check_close(void)
{
    DWORD error = 1, got;
    OVERLAPPED o = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    tested = WinDivertOpen("udp.DstPort == 9001", LAYER_NETWORK, 100, 0);
    send_datagram("backlog");
    await_capture();
    WinDivertClose(tested);
    is("close: what was queued goes back to the stack", receive_datagram(), 7);
    is("close: ends a blocked recv", error_of_closed_receive(), 995);
    tested = WinDivertOpen("false", LAYER_NETWORK, 100, 0);
    WinDivertRecvEx(tested, bytes, sizeof bytes, NULL, 0, addresses, NULL, &o);
    WinDivertClose(tested);
    is("close: ends a pending recv", GetOverlappedResult(tested, &o, &got, FALSE) ? 0 : GetLastError(), 995);
    tested = WinDivertOpen("false", LAYER_NETWORK, 100, 0);
    HANDLE thread = CreateThread(NULL, 0, receive_in_thread, &error, 0, NULL);
    Sleep(BLOCKED_MS);                   /* one that comes later ends alike */
    WinDivertShutdown(tested, SHUTDOWN_RECV);
    WaitForSingleObject(thread, PATIENCE_MS);
    is("shutdown: ends a blocked recv", error, 232);
    WinDivertClose(tested);
}

int conform(void)
{
    make_sockets();
    check_open();
    tested = WinDivertOpen("outbound and loopback and udp.DstPort == 9001", LAYER_NETWORK, 100, 0);
    HANDLE low = WinDivertOpen("udp.DstPort == 9001", LAYER_NETWORK, 50, FLAG_SNIFF);
    keep_long(low);
    check_parameters(tested);
    check_batches(low);
    check_overlapped();
    check_send();
    check_shutdown();
    WinDivertClose(low);
    check_close();
    printf("conform: %d wrong\n", wrong);
    return wrong != 0;
}
