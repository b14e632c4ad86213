/*
 * agent.c - answers the daemon's questions about the owners of sockets; one runs in every bed, for as long as the bed is up.
 *
 * It also keeps the wineserver alive, so that programs start at once.
 */
#include "protocol.h"
#include "sockets.h"
#include "stream.h"
#include <stdio.h>
#include <stdlib.h>

static ULONGLONG *cookies;
static DWORD *pids, room;

static void make_room(DWORD count)
{
    if (count <= room) return;
    room = count;
    cookies = realloc(cookies, room * sizeof *cookies);
    pids = realloc(pids, room * sizeof *pids);
}

static int answer(stream s)
{
    message m;
    owner_question q;
    if (stream_read_all(s, &m, sizeof m) || stream_read_all(s, &q, sizeof q)) return -1;
    make_room(q.count);
    if (stream_read_all(s, cookies, q.count * sizeof *cookies)) return -1;
    if (q.all) sockets_keep(cookies, q.count);
    sockets_refresh();
    for (DWORD k = 0; k < q.count; k++) pids[k] = sockets_owner(cookies[k]);
    return stream_write(s, pids, q.count * sizeof *pids);
}

int main(void)
{
    message m = {sizeof m, OWNERS};
    stream s = stream_open();
    if (s < 0 || stream_write(s, &m, sizeof m)) return 1;
    sockets_refresh();
    printf("agent: ready\n");
    fflush(stdout);
    while (!answer(s)) ;
    return 0;
}
