/* faults.c - the knobs of README.md that the DLL itself obeys, and handing the others to the daemon. */
#include "faults.h"
#include "firewall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const layers[] = {"NETWORK", "FORWARD", "FLOW", "SOCKET", "REFLECT"};

int fault_knob(const char *name, int layer, char *value, UINT size)
{
    char variable[64];
    snprintf(variable, sizeof variable, "WEIRBED_%s_%s", name, layers[layer]);
    if (GetEnvironmentVariableA(variable, value, size)) return 1;
    snprintf(variable, sizeof variable, "WEIRBED_%s", name);
    return GetEnvironmentVariableA(variable, value, size) != 0;
}

DWORD fault_of_open(int layer)
{
    static LONG failed[5];
    char value[32];
    unsigned code = 0, times = 0;
    if (!fault_knob("OPEN_ERROR", layer, value, sizeof value)) return 0;
    sscanf(value, "%u:%u", &code, &times);
    return times && InterlockedIncrement(&failed[layer]) > (LONG)times ? 0 : code;
}

planned_fault fault_planned(const char *name, int layer)
{
    planned_fault fault = {0};
    char value[64];
    if (fault_knob(name, layer, value, sizeof value)) sscanf(value, "%u:%u:%u", &fault.code, &fault.after, &fault.times);
    return fault;
}

DWORD fault_due(planned_fault *fault)
{
    if (!fault->code || fault->count++ < fault->after || (fault->times && fault->done >= fault->times)) return 0;
    fault->done++;
    return fault->code;
}

static int is_loopback(const BYTE *packet)
{
    static const BYTE one[16] = {[15] = 1};
    return packet[0] >> 4 == 4 ? packet[16] == 127 : !memcmp(packet + 24, one, sizeof one);
}

static int is_syn(const BYTE *packet, UINT length, unsigned *port)
{
    UINT header = packet[0] >> 4 == 4 ? (packet[0] & 15) * 4u : 40, protocol = packet[0] >> 4 == 4 ? packet[9] : packet[6];
    if (protocol != TCP || length < header + 20) return 0;
    *port = packet[header + 2] << 8 | packet[header + 3];
    return (packet[header + 13] & 0x12) == 2;
}

int fault_of_injection(const BYTE *packet, UINT length, const divert_address *address)
{
    char value[32];
    unsigned port;
    if (address->bits & OUTBOUND) {
        if (!is_loopback(packet) || !fault_knob("LOOPBACK", LAYER_NETWORK, value, sizeof value)) return FAULT_NONE;
        return strcmp(value, "vanish") ? atoi(value) : FAULT_VANISH;
    }
    if (!is_syn(packet, length, &port) || !fault_knob("INBOUND_SYN", LAYER_NETWORK, value, sizeof value)) return FAULT_NONE;
    return !strcmp(value, "firewall") && firewall_allows(port) ? FAULT_NONE : FAULT_VANISH;
}

UINT faults_for_daemon(int layer, char *text, UINT size)
{
    static const char *const names[] = {"RECV_ERROR", "PENDING_ERROR", "QUEUE_LENGTH", "EVENT_DELAY", "EVENT_LOSE", "EVENT_SWAP",
                                        "EVENT_TWICE", "EVENT_BINDS", "EVENT_PID"};
    char value[64];
    UINT length = 0;
    text[0] = 0;
    for (UINT i = 0; i < sizeof names / sizeof *names; i++)
        if (fault_knob(names[i], layer, value, sizeof value)) length += snprintf(text + length, size - length, "%s=%s\n", names[i], value);
    return length + 1;
}
