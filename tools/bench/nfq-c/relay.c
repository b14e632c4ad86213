// The socket side: accepts redirected connections, dials the SOCKS5 server, carries bytes. One epoll loop.
#include "nfq-c.h"
#include <netinet/tcp.h>
#include <sys/epoll.h>

enum { CHUNK = 1 << 18, EVENTS = 256, DEAD = 4096 };

typedef enum { OPEN, DIALLING, GREETED, REQUESTED } Step;

// One of the two sockets of a session. What it could not write yet waits in `unsent`; meanwhile its peer is not read.
typedef struct End {
    struct End *peer;
    int socket;
    Step step;
    bool read_to_end, dead;
    char *unsent;
    int unsent_from, unsent_length;
    uint8_t request[10], reply[300];
    int reply_length;
} End;

static int poll;
// Freed only after all events of a turn: a later one may be for an end that an earlier one killed.
static End *dead[DEAD];
static int dead_count;

static void watch(End *end, int operation, uint32_t events) {
    struct epoll_event event = {events, {.ptr = end}};
    epoll_ctl(poll, operation, end->socket, &event);
}

static void rewatch(End *end) {
    bool reads = !end->peer->unsent_length && !end->read_to_end && end->peer->step == OPEN;
    watch(end, EPOLL_CTL_MOD, (reads ? EPOLLIN : 0) | (end->unsent_length ? EPOLLOUT : 0));
}

static void end_session(End *end) {
    if (end->dead)
        return;
    End *both[] = {end, end->peer};
    for (int i = 0; i < 2; i++) {
        both[i]->dead = true;
        close(both[i]->socket);
        dead[dead_count++] = both[i];
    }
}

// Returns 0 when all was written, 1 when some waits, -1 when the socket is broken.
static int send_or_keep(End *end, const char *bytes, int length) {
    if (!end->unsent_length) {
        int written = write(end->socket, bytes, length);
        if (written < 0 && errno != EAGAIN)
            return -1;
        written = written < 0 ? 0 : written;
        bytes += written;
        length -= written;
        if (!length)
            return 0;
    }
    char *kept = malloc(end->unsent_length + length);
    if (end->unsent_length)
        memcpy(kept, end->unsent + end->unsent_from, end->unsent_length);
    memcpy(kept + end->unsent_length, bytes, length);
    free(end->unsent);
    end->unsent = kept;
    end->unsent_from = 0;
    end->unsent_length += length;
    return 1;
}

static int reply_needs(End *end) {
    if (end->step == GREETED)
        return 2;
    if (end->reply_length < 5)
        return 5;
    return end->reply[3] == 1 ? 10 : end->reply[3] == 4 ? 22 : 7 + end->reply[4];
}

// Reads the SOCKS server's answers, each exactly to its own length.
static void negotiate(End *end) {
    for (;;) {
        int needed = reply_needs(end);
        if (end->reply_length < needed) {
            int count = read(end->socket, end->reply + end->reply_length, needed - end->reply_length);
            if (count < 0 && errno == EAGAIN)
                return;
            if (count <= 0)
                break;
            end->reply_length += count;
            continue;
        }
        if (end->reply[0] != 5 || end->reply[1])
            break;
        if (end->step == GREETED) {
            end->step = REQUESTED;
            end->reply_length = 0;
            if (write(end->socket, end->request, sizeof end->request) != sizeof end->request)
                break;
        } else {
            end->step = OPEN;
            rewatch(end->peer);
            rewatch(end);
            return;
        }
    }
    end_session(end);
}

static void dialled(End *end, uint32_t events) {
    static const uint8_t greeting[] = {5, 1, 0};
    if (events & EPOLLERR || write(end->socket, greeting, sizeof greeting) != sizeof greeting) {
        end_session(end);
        return;
    }
    end->step = GREETED;
    watch(end, EPOLL_CTL_MOD, EPOLLIN);
}

static void write_rest(End *end) {
    int written = write(end->socket, end->unsent + end->unsent_from, end->unsent_length);
    if (written < 0 && errno != EAGAIN) {
        end_session(end);
        return;
    }
    if (written > 0) {
        end->unsent_from += written;
        end->unsent_length -= written;
    }
    if (!end->unsent_length) {
        free(end->unsent);
        end->unsent = 0;
        if (end->peer->read_to_end)
            shutdown(end->socket, SHUT_WR);
        rewatch(end);
        rewatch(end->peer);
    }
}

static void carry(End *end) {
    static char chunk[CHUNK];
    int count = read(end->socket, chunk, sizeof chunk);
    if (count < 0) {
        if (errno != EAGAIN)
            end_session(end);
        return;
    }
    if (count == 0) {
        end->read_to_end = true;
        if (end->peer->read_to_end) {
            end_session(end);
            return;
        }
        shutdown(end->peer->socket, SHUT_WR);
        rewatch(end);
        return;
    }
    int result = send_or_keep(end->peer, chunk, count);
    if (result < 0)
        end_session(end);
    else if (result > 0) {
        rewatch(end);
        rewatch(end->peer);
    }
}

static void handle(End *end, uint32_t events) {
    if (end->dead)
        return;
    if (end->step == DIALLING) {
        if (events & (EPOLLOUT | EPOLLERR))
            dialled(end, events);
        return;
    }
    if (end->step != OPEN) {
        negotiate(end);
        return;
    }
    if (events & EPOLLOUT && end->unsent_length)
        write_rest(end);
    if (!end->dead && events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !end->read_to_end && !end->peer->unsent_length)
        carry(end);
}

static void begin_session(int accepted, const struct sockaddr_in *from) {
    int on = 1, dialled_socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(dialled_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connect(dialled_socket, (void *)&settings.socks_server, sizeof settings.socks_server);
    End *application = calloc(1, sizeof *application), *server = calloc(1, sizeof *server);
    *application = (End){.peer = server, .socket = accepted};
    *server = (End){.peer = application, .socket = dialled_socket, .step = DIALLING, .request = {5, 1, 0, 1}};
    // The reflected connection comes from the address it was meant for.
    memcpy(server->request + 4, &from->sin_addr, 4);
    memcpy(server->request + 8, &destination_port[from->sin_port], 2);
    watch(application, EPOLL_CTL_ADD, 0);
    watch(server, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

int run_relay(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(settings.relay_port)};
    if (bind(listener, (void *)&here, sizeof here) || listen(listener, 8192)) {
        perror("nfq-c: relay port");
        return 1;
    }
    poll = epoll_create1(0);
    struct epoll_event events[EVENTS], event = {EPOLLIN, {.ptr = 0}};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr) {
                handle(events[i].data.ptr, events[i].events);
                continue;
            }
            struct sockaddr_in from;
            socklen_t length = sizeof from;
            int accepted;
            while ((accepted = accept4(listener, (void *)&from, &length, SOCK_NONBLOCK)) >= 0)
                begin_session(accepted, &from);
        }
        while (dead_count) {
            End *end = dead[--dead_count];
            free(end->unsent);
            free(end);
        }
    }
}
