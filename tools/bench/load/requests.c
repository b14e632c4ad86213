// New connections, kept-alive requests, held connections: one epoll loop, a small state machine per connection.
#include "pb.h"

typedef enum { CONNECTING, METHOD, REPLY, ANSWER } State;
typedef struct { int socket, got; State state; double started; } Connection;
typedef enum { NEW_CONNECTIONS, KEPT_ALIVE, HELD } Mode;

static const double LOST_AFTER = 1;
enum { MOST_FAILURES = 2000, OPENING_AT_ONCE = 32 };

static int poll;
static Mode mode;
static Address destination;
static Connection *connections;
static long failures, done;
static char request[REQUEST_LENGTH];

static void start(Connection *connection) {
    connection->started = now();
    connection->got = 0;
    connection->state = CONNECTING;
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (connection->socket < 0)
        die("socket");
    Address *to = use_socks ? &socks_server : &destination;
    connect(connection->socket, (void *)to, sizeof *to);    // how it went is read when the socket becomes writable
    non_blocking(connection->socket);   // an LD_PRELOAD wrapper may have made it blocking
    struct epoll_event event = {EPOLLOUT, {.ptr = connection}};
    epoll_ctl(poll, EPOLL_CTL_ADD, connection->socket, &event);
}

static void fail(Connection *connection) {
    failures++;
    close(connection->socket);
    if (failures > MOST_FAILURES)
        die("too many errors");
    if (mode == HELD) {
        connection->socket = -1;
        done++;
        return;
    }
    usleep(1000);
    start(connection);
}

static bool send_request(Connection *connection) {
    if (mode == KEPT_ALIVE)
        connection->started = now();
    connection->state = ANSWER;
    connection->got = 0;
    return write(connection->socket, request, REQUEST_LENGTH) == REQUEST_LENGTH;
}

static void connected(Connection *connection) {
    no_delay(connection->socket);
    struct epoll_event event = {EPOLLIN, {.ptr = connection}};
    epoll_ctl(poll, EPOLL_CTL_MOD, connection->socket, &event);
    bool sent;
    if (use_socks) {
        const uint8_t greeting[] = {5, 1, 0};
        sent = write(connection->socket, greeting, sizeof greeting) == sizeof greeting;
        connection->state = METHOD;
        connection->got = 0;
    } else {
        sent = send_request(connection);
    }
    if (!sent)
        fail(connection);
}

// The bytes of one SOCKS step are all there.
static bool next_step(Connection *connection) {
    connection->got = 0;
    if (connection->state == METHOD) {
        connection->state = REPLY;
        uint8_t connect_request[10];
        write_socks_request(connect_request, 1, &destination);
        return write(connection->socket, connect_request, 10) == 10;
    }
    return send_request(connection);
}

// Returns whether to read on.
static bool answered(Connection *connection, const char *bytes, ssize_t count) {
    if (connection->state == METHOD || connection->state == REPLY) {
        bool refused = connection->state == REPLY && connection->got == 0 && count > 1 && bytes[1];
        connection->got += count;
        bool complete = connection->got == (connection->state == METHOD ? 2 : 10);
        if (refused || (complete && !next_step(connection))) {
            fail(connection);
            return false;
        }
        return true;
    }
    if (!connection->got && mode != KEPT_ALIVE)
        record_latency(now() - connection->started);
    connection->got += count;
    if (connection->got < ANSWER_LENGTH || mode == NEW_CONNECTIONS)
        return true;
    done++;
    if (mode == HELD)
        return false;
    record_latency(now() - connection->started);
    if (!send_request(connection)) {
        fail(connection);
        return false;
    }
    return true;
}

static void readable(Connection *connection) {
    for (;;) {
        char buffer[8192];
        int most = connection->state == METHOD ? 2 - connection->got : connection->state == REPLY ? 10 - connection->got : (int)sizeof buffer;
        ssize_t count = read(connection->socket, buffer, most);
        if (count < 0 && errno == EAGAIN)
            return;
        if (count == 0 && mode == NEW_CONNECTIONS && connection->state == ANSWER && connection->got >= ANSWER_LENGTH) {
            close(connection->socket);
            done++;
            start(connection);
            return;
        }
        if (count <= 0) {
            fail(connection);
            return;
        }
        if (!answered(connection, buffer, count))
            return;
    }
}

static void turn(void) {
    struct epoll_event events[128];
    int count = epoll_wait(poll, events, 128, 100);
    for (int i = 0; i < count; i++) {
        Connection *connection = events[i].data.ptr;
        if (connection->state != CONNECTING) {
            readable(connection);
            continue;
        }
        int error = 0;
        socklen_t length = sizeof error;
        getsockopt(connection->socket, SOL_SOCKET, SO_ERROR, &error, &length);
        if (error)
            fail(connection);
        else
            connected(connection);
    }
}

static void prepare(const char *ip, int count) {
    destination = address(ip, REQUEST_PORT);
    memset(request, 'r', REQUEST_LENGTH);
    if (mode == NEW_CONNECTIONS)
        request[REQUEST_LENGTH - 1] = 'c';
    poll = epoll_create1(0);
    connections = calloc(count, sizeof *connections);
}

int requests(char **arguments) {
    mode = strcmp(arguments[1], "keep") ? NEW_CONNECTIONS : KEPT_ALIVE;
    int count = atoi(arguments[2]);
    double seconds = atof(arguments[3]);
    prepare(arguments[0], count);
    for (int i = 0; i < count; i++)
        start(&connections[i]);
    long lost = 0;
    double measure_at = now() + (mode == KEPT_ALIVE ? 0.2 : 0.1), began = 0, look_at = 0;
    for (;;) {
        double time = now();
        if (!began && time > measure_at) {
            began = time;
            forget_latencies();
            done = 0;
        }
        if (began && time > began + seconds)
            break;
        if (time > look_at) {
            look_at = time + 0.1;
            for (int i = 0; i < count; i++)
                if (time - connections[i].started > LOST_AFTER) {
                    lost++;
                    close(connections[i].socket);
                    start(&connections[i]);
                }
        }
        turn();
    }
    double took = now() - began;
    sort_latencies();
    printf("{\"rps\":%.1f,\"p50\":%.1f,\"p99\":%.1f,\"err\":%ld,\"lost\":%ld,\"seconds\":%.3f}\n", done / took, percentile(.5), percentile(.99),
           failures, lost, took);
    return 0;
}

int hold(char **arguments) {
    int count = atoi(arguments[1]), started = 0;
    mode = HELD;
    prepare(arguments[0], count);
    double give_up = now() + 60, stalled = now() + 4;
    while (done < count && now() < give_up && now() < stalled) {
        long before = done;
        while (started < count && started - done < OPENING_AT_ONCE)
            start(&connections[started++]);
        turn();
        if (done > before)
            stalled = now() + 4;
    }
    printf("{\"held\":%ld,\"err\":%ld}\n", done - failures, failures);
    fflush(stdout);
    char line[8];
    return read(0, line, sizeof line) < 0;
}

int who(char **arguments) {
    int socket = tcp_open(address(arguments[0], REQUEST_PORT));
    struct timeval patience = {2, 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char answer[ANSWER_LENGTH + 1] = {0};
    memset(request, 'r', REQUEST_LENGTH);
    if (socket < 0 || write(socket, request, REQUEST_LENGTH) != REQUEST_LENGTH || !read_all(socket, answer, ANSWER_LENGTH))
        die("who");
    char *name = strstr(answer, "X: ");
    char *end = name ? strchr(name, '\r') : 0;
    if (!end)
        die("answer without a name");
    *end = 0;
    puts(name + 3);
    return 0;
}
