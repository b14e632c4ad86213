// The packet side: receive a batch, rewrite, hand every verdict back in one call.
#include "nfq-c.h"
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>

enum {
    BATCH = 64,
    LARGEST = 70000,            // a GSO packet and its attributes
    HEADERS = 20,               // nlmsghdr and nfgenmsg
    UNTOUCHED_MARK = 0x77,
    QUEUE_LENGTH = 16384,
    SOCKET_BUFFER = 32 << 20,
    ETHERNET_MTU = 1500
};

static uint32_t ones_complement_sum(const uint8_t *bytes, int length) {
    uint64_t sum = 0;
    for (; length >= 8; bytes += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        sum += (word & 0xffffffff) + (word >> 32);
    }
    for (; length >= 2; bytes += 2, length -= 2) {
        uint16_t word;
        memcpy(&word, bytes, 2);
        sum += word;
    }
    if (length)
        sum += *bytes;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static void write_tcp_checksum(uint8_t *ip, int length) {
    int header = (ip[0] & 15) * 4, segment = length - header;
    uint8_t *tcp = ip + header;
    tcp[16] = tcp[17] = 0;
    uint32_t sum = ones_complement_sum(ip + 12, 8) + htons(IPPROTO_TCP) + htons(segment) + ones_complement_sum(tcp, segment);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    uint16_t checksum = ~sum;
    memcpy(tcp + 16, &checksum, 2);
}

// Returns whether the packet is one of a redirected connection; then addresses are swapped and the port is the other end's.
static bool rewrite(uint8_t *ip, int length) {
    uint8_t *tcp = ip + (ip[0] & 15) * 4;
    uint16_t source, destination, relay = htons(settings.relay_port);
    memcpy(&source, tcp, 2);
    memcpy(&destination, tcp + 2, 2);
    if (source == relay) {
        memcpy(tcp, &destination_port[destination], 2);
    } else {
        if ((unsigned)(ip[16] << 8 | ip[17]) != settings.redirected_net)
            return false;
        if (tcp[13] & 2)    // SYN
            destination_port[source] = destination;
        memcpy(tcp + 2, &relay, 2);
    }
    uint8_t address[4];
    memcpy(address, ip + 12, 4);
    memcpy(ip + 12, ip + 16, 4);
    memcpy(ip + 16, address, 4);
    // Swapping leaves the IP checksum right. A GSO packet gets its TCP checksum when it is cut; a smaller one would go out with the old.
    if (length <= ETHERNET_MTU)
        write_tcp_checksum(ip, length);
    return true;
}

static char *put_attribute(char *at, int type, const void *value, int length) {
    struct nlattr *attribute = (void *)at;
    attribute->nla_type = type;
    attribute->nla_len = sizeof *attribute + length;
    memcpy(at + sizeof *attribute, value, length);
    return at + NLA_ALIGN(attribute->nla_len);
}

static char *put_headers(char *message, int type) {
    memset(message, 0, HEADERS);
    struct nlmsghdr *header = (void *)message;
    header->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type;
    header->nlmsg_flags = NLM_F_REQUEST;
    ((struct nfgenmsg *)(message + sizeof *header))->res_id = htons(settings.queue);
    return message + HEADERS;
}

static void configure(int netlink, int type, const void *value, int length, int type2, const void *value2, int length2) {
    char message[256];
    char *end = put_attribute(put_headers(message, NFQNL_MSG_CONFIG), type, value, length);
    if (type2)
        end = put_attribute(end, type2, value2, length2);
    ((struct nlmsghdr *)message)->nlmsg_len = end - message;
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (sendto(netlink, message, end - message, 0, (void *)&kernel, sizeof kernel) < 0)
        perror("nfq-c: configuring the queue");
}

static int open_queue(void) {
    int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER), size = SOCKET_BUFFER, on = 1;
    struct sockaddr_nl here = {.nl_family = AF_NETLINK};
    if (netlink < 0 || bind(netlink, (void *)&here, sizeof here)) {
        perror("nfq-c: netlink");
        exit(1);
    }
    setsockopt(netlink, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    setsockopt(netlink, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
    struct nfqnl_msg_config_cmd bind_queue = {.command = NFQNL_CFG_CMD_BIND, .pf = htons(AF_INET)};
    struct nfqnl_msg_config_params whole = {.copy_range = htonl(0xffff), .copy_mode = NFQNL_COPY_PACKET};
    unsigned length = htonl(QUEUE_LENGTH), gso = htonl(NFQA_CFG_F_GSO);
    configure(netlink, NFQA_CFG_CMD, &bind_queue, sizeof bind_queue, 0, 0, 0);
    configure(netlink, NFQA_CFG_PARAMS, &whole, sizeof whole, 0, 0, 0);
    configure(netlink, NFQA_CFG_QUEUE_MAXLEN, &length, sizeof length, 0, 0, 0);
    configure(netlink, NFQA_CFG_FLAGS, &gso, sizeof gso, NFQA_CFG_MASK, &gso, sizeof gso);
    return netlink;
}

// Writes the verdict on one received message. Returns its length, 0 when there was no packet in it.
static int judge(char *received, char *verdict) {
    struct nlmsghdr *header = (void *)received;
    if ((header->nlmsg_type & 0xff) != NFQNL_MSG_PACKET)
        return 0;
    char *payload = 0;
    unsigned id = 0;
    int length = 0;
    for (char *at = received + HEADERS, *end = received + header->nlmsg_len; at < end;) {
        struct nlattr *attribute = (void *)at;
        int type = attribute->nla_type & NLA_TYPE_MASK;
        if (type == NFQA_PACKET_HDR)
            id = ntohl(((struct nfqnl_msg_packet_hdr *)(at + sizeof *attribute))->packet_id);
        if (type == NFQA_PAYLOAD) {
            payload = at + sizeof *attribute;
            length = attribute->nla_len - sizeof *attribute;
        }
        at += NLA_ALIGN(attribute->nla_len);
    }
    struct nfqnl_msg_verdict_hdr accept = {htonl(NF_ACCEPT), htonl(id)};
    char *end = put_attribute(put_headers(verdict, NFQNL_MSG_VERDICT), NFQA_VERDICT_HDR, &accept, sizeof accept);
    if (payload && rewrite((uint8_t *)payload, length)) {
        end = put_attribute(end, NFQA_PAYLOAD, payload, length);
    } else {
        unsigned mark = htonl(UNTOUCHED_MARK);
        end = put_attribute(end, NFQA_MARK, &mark, sizeof mark);
    }
    ((struct nlmsghdr *)verdict)->nlmsg_len = end - verdict;
    return end - verdict;
}

void *run_queue(void *unused) {
    static char received[BATCH][LARGEST], verdicts[BATCH][LARGEST];
    static struct mmsghdr in[BATCH], out[BATCH];
    static struct iovec in_parts[BATCH], out_parts[BATCH];
    int netlink = open_queue();
    for (int i = 0; i < BATCH; i++) {
        in_parts[i] = (struct iovec){received[i], LARGEST};
        in[i].msg_hdr.msg_iov = &in_parts[i];
        in[i].msg_hdr.msg_iovlen = 1;
        out[i].msg_hdr.msg_iov = &out_parts[i];
        out[i].msg_hdr.msg_iovlen = 1;
    }
    for (;;) {
        int count = recvmmsg(netlink, in, BATCH, MSG_WAITFORONE, 0), judged = 0;
        for (int i = 0; i < count; i++) {
            int length = judge(received[i], verdicts[judged]);
            if (length) {
                out_parts[judged] = (struct iovec){verdicts[judged], length};
                judged++;
            }
        }
        if (judged)
            sendmmsg(netlink, out, judged, 0);
    }
    return unused;
}
