/*
 * divertd.c - plays the WinDivert driver for the stand-in WinDivert.dll: captures with NFQUEUE, injects with raw sockets.
 *
 *   divertd -d OFFICIAL_DLL -u SOCKET [-g]   serves until SIGTERM; as root, in the namespace of the Windows programs. -g: large segments
 *                                            are passed on whole, as a network card with offload has them
 *   divertd -u SOCKET -s                     prints the statistics of the daemon that listens there
 *   divertd -u SOCKET -k LAYER:NAME=VALUE    sets a knob of the open handles of a layer (0 NETWORK, 2 FLOW, 3 SOCKET, 4 REFLECT)
 *
 * Everything injected carries INJECT_MARK and is not queued again: handles of lower priority are served here, before it leaves.
 */
#define _GNU_SOURCE
#include "capture.h"
#include "clock.h"
#include "events.h"
#include "filter.h"
#include "handle.h"
#include "inject.h"
#include "sockdiag.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS_MAX = HANDLES_MAX + 8, FIXED = 3, IDLE_MS = 1000 };

static handle *clients[CLIENTS_MAX];
static int client_count, listener;
static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
    (void)signal;
    stop = 1;
}

static int unix_socket(const char *path, struct sockaddr_un *name)
{
    *name = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof name->sun_path) return -1;
    strcpy(name->sun_path, path);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* ---- as a client of a running daemon ---- */
static int ask(const char *path, int type, const void *body, size_t size)
{
    struct sockaddr_un name;
    char text[4096];
    message m = {sizeof m + size, type};
    int fd = unix_socket(path, &name), n;
    if (fd < 0 || connect(fd, (void *)&name, sizeof name)) { perror(path); return 1; }
    if (send(fd, &m, sizeof m, MSG_MORE) < 0 || (size && send(fd, body, size, 0) < 0)) return 1;
    while ((n = recv(fd, text, sizeof text, 0)) > 0) fwrite(text, 1, n, stdout);
    return 0;
}

static int set_knob(const char *path, const char *setting)
{
    struct { int32_t layer; char text[128]; } body = {atoi(setting), ""};
    const char *text = strchr(setting, ':');
    if (!text || strlen(text) > sizeof body.text) return 2;
    strcpy(body.text, text + 1);
    return ask(path, KNOB, &body, sizeof body.layer + strlen(body.text) + 1);
}

/* ---- serving ---- */
static void accept_client(void)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), large = 4 << 20;
    if (fd < 0) return;
    if (client_count == CLIENTS_MAX) { close(fd); return; }
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
    clients[client_count++] = handle_new(fd);
}

static int time_to_wait(void)
{
    int wait = events_look_at_bound();
    if (wait < 0) wait = IDLE_MS;
    for (int k = 0; k < client_count; k++) {
        int64_t next = handle_advance(clients[k]);
        int64_t ms = next ? (next - clock_ticks()) / TICKS_PER_MS + 1 : wait;
        if (ms < wait) wait = ms < 0 ? 0 : ms;
    }
    return wait;
}

static void turn(void)
{
    struct pollfd wanted[FIXED + CLIENTS_MAX] = {{capture_fd(), POLLIN, 0}, {sockdiag_destroyed_fd(), POLLIN, 0}, {listener, POLLIN, 0}};
    int wait = time_to_wait(), count = client_count;
    for (int k = 0; k < count; k++) {
        handle_flush(clients[k]);
        wanted[FIXED + k] = (struct pollfd){clients[k]->fd, POLLIN | (clients[k]->out_length ? POLLOUT : 0), 0};
    }
    if (poll(wanted, FIXED + count, wait) <= 0) return;
    if (wanted[0].revents) capture_read();
    if (wanted[1].revents) events_sockets_destroyed();
    for (int k = count - 1; k >= 0; k--) {
        if (!(wanted[FIXED + k].revents & (POLLIN | POLLHUP | POLLERR)) || !handle_read(clients[k])) continue;
        handle *gone = clients[k];
        clients[k] = clients[--client_count];
        handle_free(gone);
    }
    if (wanted[2].revents) accept_client();
}

static int serve(const char *path, int large_segments)
{
    struct sockaddr_un name;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    listener = unix_socket(path, &name);
    if (inject_open(large_segments) || sockdiag_open() || capture_open(large_segments)) { perror("divertd"); return 1; }
    unlink(path);
    if (listener < 0 || bind(listener, (void *)&name, sizeof name) || listen(listener, CLIENTS_MAX)) { perror(path); return 1; }
    fprintf(stderr, "divertd: ready\n");
    while (!stop) turn();
    while (client_count) handle_free(clients[--client_count]);
    capture_close();
    unlink(path);
    return 0;
}

int main(int argc, char **argv)
{
    const char *dll = NULL, *path = NULL, *knob = NULL;
    int large_segments = 0, statistics_wanted = 0, option;
    while ((option = getopt(argc, argv, "d:u:k:gs")) != -1) switch (option) {
        case 'd': dll = optarg; break;
        case 'u': path = optarg; break;
        case 'k': knob = optarg; break;
        case 'g': large_segments = 1; break;
        case 's': statistics_wanted = 1; break;
        default: return 2;
    }
    if (!path) return 2;
    if (statistics_wanted) return ask(path, STATISTICS, NULL, 0);
    if (knob) return set_knob(path, knob);
    if (!dll || filter_load(dll)) {
        fprintf(stderr, "divertd: -d must name the official 64-bit WinDivert.dll\n");
        return 2;
    }
    return serve(path, large_segments);
}
