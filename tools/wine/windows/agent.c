/*
 * agent.c - answers the daemon's questions about the owners of sockets; one runs in every bed, for as long as the bed is up.
 *
 * It also keeps the wineserver alive, so that programs start at once.
 */
#include "protocol.h"
#include "sockets.h"
#include "stream.h"
#include <stdio.h>

enum { TRIES = 2 };             /* what belongs to no Wine process is looked for once more: the tables may lag */

static DWORD answer(const owner_question *q)
{
    DWORD pid = 0;
    for (int k = 0; k < TRIES && !pid; k++) {
        sockets_refresh();
        pid = sockets_owner(q->protocol == TCP, q->v6 != 0, q->address, q->port);
    }
    return pid;
}

int main(void)
{
    message m = {sizeof m, OWNERS};
    owner_question q;
    stream s = stream_open();
    if (s < 0 || stream_write(s, &m, sizeof m)) return 1;
    sockets_refresh();
    printf("agent: ready\n");
    fflush(stdout);
    while (!stream_read_all(s, &m, sizeof m) && !stream_read_all(s, &q, sizeof q)) {
        DWORD pid = answer(&q);
        if (stream_write(s, &pid, sizeof pid)) break;
    }
    return 0;
}
