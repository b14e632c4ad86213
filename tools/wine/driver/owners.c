/* owners.c - which Windows process owns a local endpoint: asks the agent. */
#include "owners.h"
#include "protocol.h"
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { NOBODY = -1, PATIENCE_MS = 10000 };

static int agent = NOBODY;

void owners_answer_at(int fd)
{
    agent = fd;
}

void owners_stream_ended(int fd)
{
    if (fd == agent) agent = NOBODY;
}

uint32_t owners_ask(int protocol, int v6, const uint8_t *address, unsigned port)
{
    struct { message m; owner_question q; } question = {{sizeof question, OWNER_QUESTION}, {protocol, v6, port, {0}}};
    struct pollfd answer = {agent, POLLIN, 0};
    uint32_t pid;
    if (agent == NOBODY) return 0;
    memcpy(question.q.address, address, v6 ? 16 : 4);
    if (send(agent, &question, sizeof question, MSG_NOSIGNAL) == sizeof question && poll(&answer, 1, PATIENCE_MS) == 1
        && recv(agent, &pid, sizeof pid, MSG_WAITALL) == sizeof pid) return pid;
    fprintf(stderr, "divertd: no answer about an owner\n");
    agent = NOBODY;
    return 0;
}
