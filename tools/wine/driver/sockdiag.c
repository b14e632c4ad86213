/* sockdiag.c - the sockets of this namespace as the kernel knows them, through NETLINK_SOCK_DIAG. */
#include "sockdiag.h"
#include "divert.h"
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

enum { DESTROY_GROUPS = 15 };            /* groups 1 to 4: TCP and UDP, IPv4 and IPv6 */

typedef struct { struct nlmsghdr head; struct inet_diag_req_v2 body; } diag_request;

static int query_fd, destroyed_fd;

int sockdiag_open(void)
{
    struct sockaddr_nl groups = {.nl_family = AF_NETLINK, .nl_groups = DESTROY_GROUPS};
    query_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    destroyed_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    return query_fd < 0 || destroyed_fd < 0 ? -1 : bind(destroyed_fd, (void *)&groups, sizeof groups);
}

static uint64_t cookie_of(const struct inet_diag_msg *m)
{
    return (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
}

int sockdiag_destroyed_fd(void)
{
    return destroyed_fd;
}

uint64_t sockdiag_destroyed(void)
{
    static char buffer[8192];
    static struct nlmsghdr *at;
    static int left;
    for (;;) {
        if (!NLMSG_OK(at, left)) {
            left = recv(destroyed_fd, buffer, sizeof buffer, MSG_DONTWAIT);
            at = (void *)buffer;
            if (left <= 0) { left = 0; return 0; }
            continue;
        }
        uint64_t cookie = cookie_of(NLMSG_DATA(at));
        at = NLMSG_NEXT(at, left);
        if (cookie) return cookie;
    }
}

uint64_t sockdiag_find(const uint8_t *packet, const packet_view *view, int outbound)
{
    diag_request q = {{sizeof q, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 0, 0}, {0}};
    char answer[4096];
    int size = view->v6 ? 16 : 4, source_is_own = outbound ^ (view->protocol == UDP);  /* UDP is asked from the arriving side */
    const uint8_t *ports = packet + view->transport;
    q.body.sdiag_family = view->v6 ? AF_INET6 : AF_INET;
    q.body.sdiag_protocol = view->protocol;
    q.body.idiag_states = ~0u;
    memcpy(q.body.id.idiag_src, source_is_own ? view->source : view->destination, size);
    memcpy(q.body.id.idiag_dst, source_is_own ? view->destination : view->source, size);
    memcpy(&q.body.id.idiag_sport, ports + (source_is_own ? 0 : 2), 2);
    memcpy(&q.body.id.idiag_dport, ports + (source_is_own ? 2 : 0), 2);
    q.body.id.idiag_cookie[0] = q.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    if (send(query_fd, &q, sizeof q, 0) < 0) return 0;
    int n = recv(query_fd, answer, sizeof answer, 0);
    struct nlmsghdr *head = (void *)answer;
    if (n < (int)NLMSG_LENGTH(sizeof(struct inet_diag_msg)) || head->nlmsg_type != SOCK_DIAG_BY_FAMILY) return 0;
    return cookie_of(NLMSG_DATA(head));
}

/* Appends the sockets of one kind. */
static int dump(int family, int protocol, socket_row *list, int count)
{
    static char answer[1 << 16];
    diag_request q = {{sizeof q, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 0, 0}, {0}};
    int size = family == AF_INET6 ? 16 : 4, n;
    q.body.sdiag_family = family;
    q.body.sdiag_protocol = protocol;
    q.body.idiag_states = ~0u;
    if (send(query_fd, &q, sizeof q, 0) < 0) return count;
    while ((n = recv(query_fd, answer, sizeof answer, 0)) > 0)
        for (struct nlmsghdr *h = (void *)answer; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
            const struct inet_diag_msg *m = NLMSG_DATA(h);
            if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY) return count;    /* the end, or an error */
            if (count == SOCKETS_MAX) continue;
            socket_row *row = &list[count++];
            *row = (socket_row){.cookie = cookie_of(m), .protocol = protocol, .v6 = family == AF_INET6, .state = m->idiag_state,
                                .held = m->idiag_inode != 0, .port = ntohs(m->id.idiag_sport), .remote_port = ntohs(m->id.idiag_dport)};
            memcpy(row->address, m->id.idiag_src, size);
            memcpy(row->remote, m->id.idiag_dst, size);
        }
    return count;
}

const socket_row *sockdiag_all(int *count)
{
    static socket_row list[SOCKETS_MAX];
    *count = 0;
    for (int k = 0; k < 4; k++) *count = dump(k & 1 ? AF_INET6 : AF_INET, k & 2 ? UDP : TCP, list, *count);
    return list;
}
