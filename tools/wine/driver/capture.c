/* capture.c - taking packets off the stack with NFQUEUE. */
#define _GNU_SOURCE
#include "capture.h"
#include "clock.h"
#include "events.h"
#include "handle.h"
#include "inject.h"
#include "statistics.h"
#include <arpa/inet.h>
#include <errno.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { QUEUE_OUT = 71, QUEUE_IN = 72, QUEUE_LENGTH = 16384, LOOPBACK_INTERFACE = 1, READS_AT_ONCE = 64 };

static struct nfq_handle *netlink_queues;

static int is_wanted(const uint8_t *packet, int length, int inbound, packet_view *view)
{
    return handle_count && length > 0 && length <= PACKET_MAX && !packet_parse(packet, length, view) && (!inbound || inject_is_local(view));
}

static int on_packet(struct nfq_q_handle *queue, struct nfgenmsg *generic, struct nfq_data *data, void *inbound)
{
    uint32_t id = ntohl(nfq_get_msg_packet_hdr(data)->packet_id);
    uint8_t *packet;
    int length = nfq_get_payload(data, &packet), verdict = NF_ACCEPT;
    packet_view view;
    (void)generic;
    statistics.seen++;
    if (is_wanted(packet, length, inbound != NULL, &view)) {
        uint32_t interface = inbound ? nfq_get_indev(data) : nfq_get_outdev(data);
        divert_address a = {.timestamp = clock_ticks(), .u.net.ifidx = interface};
        a.bits = (inbound ? 0 : OUTBOUND) | (!inbound && interface == LOOPBACK_INTERFACE ? LOOPBACK : 0) | (view.v6 ? IPV6 : 0) | IP_SUM;
        if (!(nfq_get_skbinfo(data) & NFQA_SKB_CSUMNOTREADY)) a.bits |= TCP_SUM | UDP_SUM;
        if (events_watch(packet, &view, !inbound, a.bits & LOOPBACK)) {
            verdict = NF_DROP;
            if (!inbound) inject_refusal(packet, &view);
        } else if (handles_offer(&a, packet, length, INT64_MAX)) {
            verdict = NF_DROP;
        }
    }
    return nfq_set_verdict(queue, id, verdict, 0, NULL);
}

/* The same rules for IPv4 and IPv6, in the namespace of the daemon. */
static int firewall(char action, const char *when_missing)
{
    static const char *rules[] = {"OUTPUT -m mark --mark %u -j RETURN", "OUTPUT -j NFQUEUE --queue-num %u --queue-bypass",
                                  "INPUT -i lo -j RETURN", "INPUT -j NFQUEUE --queue-num %u --queue-bypass"};
    static const unsigned numbers[] = {INJECT_MARK, QUEUE_OUT, 0, QUEUE_IN};
    for (int k = 0; k < 8; k++) {
        char rule[96], command[192];
        snprintf(rule, sizeof rule, rules[k % 4], numbers[k % 4]);
        snprintf(command, sizeof command, "ip%stables -w -t mangle -%c %s%s", k < 4 ? "" : "6", action, rule, when_missing);
        if (system(command) && action == 'A') {
            fprintf(stderr, "divertd: cannot add a rule: %s\n", command);
            return -1;
        }
    }
    return 0;
}

int capture_open(int large_segments)
{
    int on = 1, large = 64 << 20;
    netlink_queues = nfq_open();
    if (!netlink_queues) return -1;
    for (int inbound = 0; inbound < 2; inbound++) {
        struct nfq_q_handle *q = nfq_create_queue(netlink_queues, inbound ? QUEUE_IN : QUEUE_OUT, on_packet, inbound ? &netlink_queues : NULL);
        if (!q || nfq_set_mode(q, NFQNL_COPY_PACKET, 0xffff) < 0) return -1;
        nfq_set_queue_maxlen(q, QUEUE_LENGTH);
        if (large_segments) nfq_set_queue_flags(q, NFQA_CFG_F_GSO, NFQA_CFG_F_GSO);
    }
    setsockopt(capture_fd(), SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large);
    setsockopt(capture_fd(), SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
    capture_close();                                                   /* what a killed daemon left */
    return firewall('A', "");
}

int capture_fd(void)
{
    return nfq_fd(netlink_queues);
}

void capture_read(void)
{
    static char buffer[1 << 17];
    for (int k = 0; k < READS_AT_ONCE; k++) {
        int n = recv(capture_fd(), buffer, sizeof buffer, MSG_DONTWAIT);
        if (n <= 0) return;
        nfq_handle_packet(netlink_queues, buffer, n);
    }
}

void capture_close(void)
{
    firewall('D', " 2>/dev/null");
}
