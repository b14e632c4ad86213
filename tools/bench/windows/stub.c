// A library with WinDivert's signatures that captures and injects nothing: what is left is the price of calling it.
// Every receive returns as many packets as there is room for addresses. A handle opened with SNIFF copies a recorded batch into the
// buffers, as the driver does; any other leaves them alone.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

typedef int BOOL;
typedef unsigned UINT;
typedef void *HANDLE;
typedef struct { uint8_t bytes[80]; } WINDIVERT_ADDRESS;
typedef struct overlapped OVERLAPPED;

enum { BATCH = 255, PACKET = 1440, SNIFF = 1, OUTBOUND_AND_SUMS_RIGHT = 0x02 | 0x20 | 0x40 | 0x80 };

static uint8_t packets[BATCH * PACKET];
static WINDIVERT_ADDRESS addresses[BATCH];
static char quiet, copying;

static void record(void) {
    static const uint8_t segment[40] = {
        0x45, 0, PACKET >> 8, PACKET & 0xff, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 2, 203, 0, 113, 5,
        0xc0, 0, 0x01, 0xbb, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 0xff, 0xff};
    for (int i = 0; i < BATCH; i++) {
        memcpy(packets + i * PACKET, segment, sizeof segment);
        packets[i * PACKET + 21] = i;
        addresses[i].bytes[10] = OUTBOUND_AND_SUMS_RIGHT;
        addresses[i].bytes[16] = 2;
    }
}

EXPORT HANDLE WinDivertOpen(const char *filter, int layer, int16_t priority, uint64_t flags) {
    (void)filter, (void)layer, (void)priority;
    record();
    return flags & SNIFF ? &copying : &quiet;
}

EXPORT BOOL WinDivertRecvEx(HANDLE handle, void *packet, UINT packet_length, UINT *received, uint64_t flags, WINDIVERT_ADDRESS *address,
                            UINT *address_length, OVERLAPPED *overlapped) {
    (void)flags, (void)overlapped;
    UINT count = *address_length / sizeof *address;
    if (count > packet_length / PACKET)
        count = packet_length / PACKET;
    *address_length = count * sizeof *address;
    *received = count * PACKET;
    if (handle == &copying) {
        memcpy(packet, packets, count * PACKET);
        memcpy(address, addresses, count * sizeof *address);
    }
    return 1;
}

EXPORT BOOL WinDivertRecv(HANDLE handle, void *packet, UINT packet_length, UINT *received, WINDIVERT_ADDRESS *address) {
    UINT one = sizeof *address;
    return WinDivertRecvEx(handle, packet, packet_length, received, 0, address, &one, 0);
}

EXPORT BOOL WinDivertSendEx(HANDLE handle, const void *packet, UINT packet_length, UINT *sent, uint64_t flags,
                            const WINDIVERT_ADDRESS *address, UINT address_length, OVERLAPPED *overlapped) {
    (void)handle, (void)packet, (void)flags, (void)address, (void)address_length, (void)overlapped;
    if (sent)
        *sent = packet_length;
    return 1;
}

EXPORT BOOL WinDivertSend(HANDLE handle, const void *packet, UINT packet_length, UINT *sent, const WINDIVERT_ADDRESS *address) {
    return WinDivertSendEx(handle, packet, packet_length, sent, 0, address, sizeof *address, 0);
}

EXPORT BOOL WinDivertShutdown(HANDLE handle, int how) { (void)handle, (void)how; return 1; }
EXPORT BOOL WinDivertClose(HANDLE handle) { (void)handle; return 1; }
EXPORT BOOL WinDivertSetParam(HANDLE handle, int parameter, uint64_t value) { (void)handle, (void)parameter, (void)value; return 1; }
EXPORT BOOL WinDivertGetParam(HANDLE handle, int parameter, uint64_t *value) {
    (void)handle, (void)parameter;
    *value = 2;
    return 1;
}


EXPORT BOOL WinDivertHelperCompileFilter(const char *filter, int layer, char *object, UINT object_length, const char **error, UINT *position) {
    (void)filter, (void)layer, (void)object, (void)object_length;
    if (error)
        *error = "No error";
    if (position)
        *position = 0;
    return 1;
}

EXPORT BOOL WinDivertHelperCalcChecksums(void *packet, UINT packet_length, WINDIVERT_ADDRESS *address, uint64_t flags) {
    (void)packet, (void)packet_length, (void)address, (void)flags;
    return 1;
}

// The floor: the same signatures, and nothing behind them.
EXPORT BOOL NothingLikeRecvEx(HANDLE handle, void *packet, UINT packet_length, UINT *received, uint64_t flags, WINDIVERT_ADDRESS *address,
                              UINT *address_length, OVERLAPPED *overlapped) {
    (void)handle, (void)packet, (void)packet_length, (void)received, (void)flags, (void)address, (void)address_length, (void)overlapped;
    return 1;
}

EXPORT BOOL NothingLikeSendEx(HANDLE handle, const void *packet, UINT packet_length, UINT *sent, uint64_t flags,
                              const WINDIVERT_ADDRESS *address, UINT address_length, OVERLAPPED *overlapped) {
    (void)handle, (void)packet, (void)packet_length, (void)sent, (void)flags, (void)address, (void)address_length, (void)overlapped;
    return 1;
}
