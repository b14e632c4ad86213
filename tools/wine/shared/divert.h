/* divert.h - constants and the address record of WinDivert 2.2.2, as both sides of the bed and its tests use them. */
#ifndef DIVERT_H
#define DIVERT_H
#include <stdint.h>

#pragma pack(push, 1)
typedef struct {                         /* WINDIVERT_ADDRESS */
    int64_t timestamp;                   /* QueryPerformanceCounter */
    uint8_t layer, event, bits, reserved1;
    uint32_t reserved2;
    union {
        struct { uint32_t ifidx, subifidx; } net;
        struct {                         /* FLOW and SOCKET; word 0 of an address is the least significant, ports in host order */
            uint64_t endpoint, parent;
            uint32_t pid, local[4], remote[4];
            uint16_t lport, rport;
            uint8_t proto;
        } sock;
        struct { int64_t timestamp; uint32_t pid; int32_t layer; uint64_t flags; int16_t priority; } reflect;
        uint8_t raw[64];
    } u;
} divert_address;
#pragma pack(pop)
_Static_assert(sizeof(divert_address) == 80, "WINDIVERT_ADDRESS");

enum { SNIFFED = 1, OUTBOUND = 2, LOOPBACK = 4, IMPOSTOR = 8, IPV6 = 16, IP_SUM = 32, TCP_SUM = 64, UDP_SUM = 128 };      /* bits */
enum { LAYER_NETWORK, LAYER_FORWARD, LAYER_FLOW, LAYER_SOCKET, LAYER_REFLECT };
enum { EVENT_PACKET, EVENT_ESTABLISHED, EVENT_DELETED, EVENT_BIND, EVENT_CONNECT, EVENT_LISTEN, EVENT_ACCEPT, EVENT_CLOSE,
       EVENT_HANDLE_OPEN, EVENT_HANDLE_CLOSE };
enum { FLAG_SNIFF = 1, FLAG_DROP = 2, FLAG_RECV_ONLY = 4, FLAG_SEND_ONLY = 8, FLAG_NO_INSTALL = 16, FLAG_FRAGMENTS = 32, FLAGS_ALL = 63 };
enum { PARAM_QUEUE_LENGTH, PARAM_QUEUE_TIME, PARAM_QUEUE_SIZE, PARAM_VERSION_MAJOR, PARAM_VERSION_MINOR };
enum { SHUTDOWN_RECV = 1, SHUTDOWN_SEND = 2, SHUTDOWN_BOTH = 3 };
enum { BATCH_MAX = 255, PACKET_MAX = 65575, PRIORITY_MAX = 30000, FILTER_OBJECT_MAX = 10256, TCP = 6, UDP = 17 };
#endif
