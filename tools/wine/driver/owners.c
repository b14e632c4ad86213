/* owners.c - which Windows process owns a socket: asks the agent. */
#include "owners.h"
#include "sockdiag.h"
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { NOBODY = -1, PATIENCE_MS = 10000, KNOWN = 1 << 16 };

typedef struct { message m; owner_question q; uint64_t cookies[SOCKETS_MAX]; } question;

static int agent = NOBODY;
static socket_row rows[SOCKETS_MAX];

void owners_answer_at(int fd)
{
    agent = fd;
}

void owners_stream_ended(int fd)
{
    if (fd == agent) agent = NOBODY;
}

/* Sends the question, whose cookies are there, and waits for the process ids. 0 or -1. */
static int ask(question *asked, uint32_t count, int all, uint32_t *pids)
{
    size_t size = sizeof asked->m + sizeof asked->q + count * sizeof *asked->cookies, room = count * sizeof *pids;
    struct pollfd answer = {agent, POLLIN, 0};
    if (agent == NOBODY || !count) return -1;
    asked->m = (message){size, OWNER_QUESTION};
    asked->q = (owner_question){count, all};
    if (send(agent, asked, size, MSG_NOSIGNAL) == (ssize_t)size && poll(&answer, 1, PATIENCE_MS) == 1
        && recv(agent, pids, room, MSG_WAITALL) == (ssize_t)room) return 0;
    fprintf(stderr, "divertd: no answer about %u owners\n", count);
    agent = NOBODY;
    return -1;
}

/* ---- what is known: a cookie never stands for another socket, and a socket never changes its owner ---- */
static struct { uint64_t cookie; uint32_t pid; } known[KNOWN];
static int known_count;

static unsigned place_of(uint64_t cookie)
{
    unsigned at = cookie * 0x9E3779B97F4A7C15u >> 32;
    while (known[at % KNOWN].cookie && known[at % KNOWN].cookie != cookie) at++;
    return at % KNOWN;
}

static void learn(uint64_t cookie, uint32_t pid)
{
    if (known_count > KNOWN / 2) {
        memset(known, 0, sizeof known);
        known_count = 0;
    }
    unsigned at = place_of(cookie);
    known_count += !known[at].cookie;
    known[at].cookie = cookie;
    known[at].pid = pid;
}

/* Asks about sockets that are not known. Whom the agent finds no owner for in the second attempt, when it is told of all sockets and so
   which of its own are gone, no Windows process owns. */
static void find_out(question *asked, uint32_t count)
{
    static uint32_t pids[SOCKETS_MAX];
    static question everything;
    uint32_t unanswered = 0, held = 0;
    int all_count;
    if (ask(asked, count, 0, pids)) return;
    for (uint32_t k = 0; k < count; k++)
        if (pids[k]) learn(asked->cookies[k], pids[k]);
        else unanswered++;
    if (!unanswered) return;
    const socket_row *all = sockdiag_all(&all_count);
    for (int k = 0; k < all_count; k++)
        if (all[k].held) everything.cookies[held++] = all[k].cookie;
    if (ask(&everything, held, 1, pids)) return;
    for (uint32_t k = 0; k < held; k++) learn(everything.cookies[k], pids[k]);
}

uint32_t owners_ask(uint64_t cookie)
{
    static question asked;
    asked.cookies[0] = cookie;
    if (known[place_of(cookie)].cookie != cookie) find_out(&asked, 1);
    return known[place_of(cookie)].pid;
}

/* The process that listens where this connection arrived. */
static uint32_t listener_of(const socket_row *connection, int count)
{
    static const uint8_t any[16];
    for (const socket_row *r = rows; r < rows + count; r++)
        if (r->state == LINUX_LISTENING && r->port == connection->port && r->pid
            && (!memcmp(r->address, any, sizeof any) || (r->v6 == connection->v6 && !memcmp(r->address, connection->address, sizeof any))))
            return r->pid;
    return 0;
}

static int is_unaccepted(const socket_row *r)
{
    return r->protocol == TCP && !r->held && (r->state == LINUX_ESTABLISHED || r->state == LINUX_SYN_RECEIVED || r->state == LINUX_NEW_SYN);
}

const socket_row *owners_of_all(int *count)
{
    static question asked;
    uint32_t unknown = 0;
    const socket_row *all = sockdiag_all(count);
    memcpy(rows, all, *count * sizeof *rows);
    for (int k = 0; k < *count; k++)
        if (rows[k].held && known[place_of(rows[k].cookie)].cookie != rows[k].cookie) asked.cookies[unknown++] = rows[k].cookie;
    if (unknown) find_out(&asked, unknown);
    for (int k = 0; k < *count; k++)
        if (rows[k].held) rows[k].pid = known[place_of(rows[k].cookie)].pid;
    for (int k = 0; k < *count; k++)
        if (is_unaccepted(&rows[k])) rows[k].pid = listener_of(&rows[k], *count);
    return rows;
}
