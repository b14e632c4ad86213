/* owners.c - which Windows process owns a socket: asks the agent. */
#include "owners.h"
#include "sockdiag.h"
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { NOBODY = -1, PATIENCE_MS = 10000 };

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

/* Without an answer by what the agent knows it is told of all sockets, and so which of its own are gone. */
uint32_t owners_ask(uint64_t cookie)
{
    static question asked;
    uint32_t pid = 0;
    int count;
    asked.cookies[0] = cookie;
    if (ask(&asked, 1, 0, &pid)) return 0;
    if (pid) return pid;
    const socket_row *all = owners_of_all(&count);
    for (int k = 0; k < count; k++)
        if (all[k].cookie == cookie) return all[k].pid;
    return 0;
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
    static uint32_t pids[SOCKETS_MAX];
    uint32_t wanted = 0, answered = 0;
    const socket_row *all = sockdiag_all(count);
    memcpy(rows, all, *count * sizeof *rows);
    for (int k = 0; k < *count; k++)
        if (rows[k].held) asked.cookies[wanted++] = rows[k].cookie;
    if (ask(&asked, wanted, 1, pids)) return rows;
    for (int k = 0; k < *count; k++)
        if (rows[k].held) rows[k].pid = pids[answered++];
    for (int k = 0; k < *count; k++)
        if (is_unaccepted(&rows[k])) rows[k].pid = listener_of(&rows[k], *count);
    return rows;
}
