/*
 * reset.c - preloaded into wineserver: connections end by a reset as on Windows, in both directions.
 *
 * The server shuts every socket down before it closes it: the other side would see an orderly end (FIN), and the reset of a socket with
 * SO_LINGER 0 too late.  And it asks every broken socket for its error, which takes the error away: the program would read an orderly end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

static int (*real_shutdown)(int, int);
static int (*real_getsockopt)(int, int, int, void *, socklen_t *);

__attribute__((constructor)) static void find(void)
{
    real_shutdown = (int (*)(int, int))dlsym(RTLD_NEXT, "shutdown");
    real_getsockopt = (int (*)(int, int, int, void *, socklen_t *))dlsym(RTLD_NEXT, "getsockopt");
}

int shutdown(int fd, int how)
{
    struct linger linger;
    socklen_t size = sizeof linger;
    if (how == SHUT_RDWR && !real_getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &size) && linger.l_onoff && !linger.l_linger) return 0;
    return real_shutdown(fd, how);
}

/*
 * A connection that was established (it has a round-trip time), is over and has an error pending: the error stays for the program to read.
 * While a reset is being taken in, the error is there before the state: asking waits for that, but tells the state of before, so it is asked twice.
 */
static int was_reset(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    struct pollfd pending = {fd, 0, 0};
    if (poll(&pending, 1, 0) != 1 || !(pending.revents & POLLERR)) return 0;
    for (int k = 0; k < 2; k++)
        if (real_getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size)) return 0;
        else if (info.tcpi_state == TCP_CLOSE) return info.tcpi_rtt != 0;
    return 0;
}

int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict size)
{
    if (level == SOL_SOCKET && name == SO_ERROR && *size >= sizeof(int) && was_reset(fd)) {
        *(int *)value = ECONNRESET;
        *size = sizeof(int);
        return 0;
    }
    return real_getsockopt(fd, level, name, value, size);
}
