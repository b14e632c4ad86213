// The server side: sinks, sources, requests, datagrams, and the counters that tell what really arrived.
#include "pb.h"

static volatile uint64_t bytes_sunk, datagrams_sunk;

static int listen_on(int port) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    Address any = address("0.0.0.0", port);
    if (bind(listener, (void *)&any, sizeof any) || listen(listener, 8192))
        die("listen");
    return listener;
}

static void *sink(void *argument) {
    int socket = (long)argument;
    char *buffer = malloc(1 << 18);
    ssize_t count;
    while ((count = read(socket, buffer, 1 << 18)) > 0)
        __sync_fetch_and_add(&bytes_sunk, count);
    close(socket);
    free(buffer);
    return 0;
}

static void *source(void *argument) {
    int socket = (long)argument;
    char *buffer = calloc(1, 1 << 17);
    while (write(socket, buffer, 1 << 17) > 0)
        ;
    close(socket);
    free(buffer);
    return 0;
}

static void *tell_counters(void *argument) {
    int socket = (long)argument;
    char text[64];
    while (read(socket, text, sizeof text) > 0) {
        int length = snprintf(text, sizeof text, "%lu %lu\n", bytes_sunk, datagrams_sunk);
        if (write(socket, text, length) < 0)
            break;
    }
    close(socket);
    return 0;
}

typedef struct { int port; void *(*serve)(void *); } Service;

// A thread per connection: there are at most a handful, and bulk must not wait for anything else.
static void *accept_all(void *argument) {
    Service *service = argument;
    int listener = listen_on(service->port);
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int client = accept(listener, 0, 0);
        if (client < 0)
            continue;
        no_delay(client);
        pthread_t thread;
        if (pthread_create(&thread, &detached, service->serve, (void *)(long)client))
            close(client);
    }
    return 0;
}

enum { DATAGRAMS = 64 };

static void *serve_datagrams(void *argument) {
    int port = (long)argument, datagrams = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
    Address here = address("0.0.0.0", port);
    setsockopt(datagrams, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    setsockopt(datagrams, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
    if (bind(datagrams, (void *)&here, sizeof here))
        die("bind of datagram port");
    char (*buffers)[DATAGRAM_CAPACITY] = malloc(DATAGRAMS * DATAGRAM_CAPACITY);
    struct mmsghdr messages[DATAGRAMS];
    struct iovec parts[DATAGRAMS];
    Address from[DATAGRAMS];
    for (;;) {
        for (int i = 0; i < DATAGRAMS; i++) {
            parts[i] = (struct iovec){buffers[i], DATAGRAM_CAPACITY};
            messages[i] = (struct mmsghdr){.msg_hdr = {.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &parts[i], .msg_iovlen = 1}};
        }
        int count = recvmmsg(datagrams, messages, DATAGRAMS, MSG_WAITFORONE, 0);
        if (count <= 0)
            continue;
        if (port == UDP_SINK_PORT) {
            datagrams_sunk += count;
            continue;
        }
        for (int i = 0; i < count; i++)
            parts[i].iov_len = messages[i].msg_len;
        for (int sent = 0; sent < count;) {
            int more = sendmmsg(datagrams, messages + sent, count - sent, 0);
            sent += more > 0 ? more : 1;
        }
    }
}

// Answers all complete requests; the answer names the address the request came from. A request that ends in 'c' closes the connection.
static bool answer(int socket, int requests, bool last) {
    Address peer;
    socklen_t length = sizeof peer;
    getpeername(socket, (void *)&peer, &length);
    char text[ANSWER_LENGTH];
    memset(text, 'x', sizeof text);
    snprintf(text, 64, "HTTP/1.1 200 OK\r\nContent-Length: 960\r\nX: %s\r\n", inet_ntoa(peer.sin_addr));
    for (int i = 0; i < requests; i++)
        if (write(socket, text, sizeof text) < 0)
            return false;
    if (last && requests)
        shutdown(socket, SHUT_WR);
    return true;
}

int serve(void) {
    static Service services[] = {{SINK_PORT, sink}, {SOURCE_PORT, source}, {COUNTER_PORT, tell_counters}};
    static uint16_t pending[1 << 20];   // bytes of an incomplete request, by socket number
    pthread_t thread;
    for (int i = 0; i < 3; i++)
        pthread_create(&thread, 0, accept_all, &services[i]);
    pthread_create(&thread, 0, serve_datagrams, (void *)(long)UDP_ECHO_PORT);
    pthread_create(&thread, 0, serve_datagrams, (void *)(long)UDP_SINK_PORT);

    int listener = listen_on(REQUEST_PORT), poll = epoll_create1(0);
    non_blocking(listener);
    struct epoll_event event = {EPOLLIN, {.fd = listener}}, events[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int socket = events[i].data.fd;
            if (socket == listener) {
                int client;
                while ((client = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
                    no_delay(client);
                    pending[client] = 0;
                    event = (struct epoll_event){EPOLLIN, {.fd = client}};
                    epoll_ctl(poll, EPOLL_CTL_ADD, client, &event);
                }
                continue;
            }
            char buffer[4096];
            ssize_t got = read(socket, buffer, sizeof buffer);
            if (got <= 0) {
                close(socket);
                continue;
            }
            int all = pending[socket] + got;
            pending[socket] = all % REQUEST_LENGTH;
            answer(socket, all / REQUEST_LENGTH, buffer[got - 1] == 'c');
        }
    }
}
