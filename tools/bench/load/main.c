// pb: the load program of the benchmark, client and server.
//   pb srv
//   pb [-s ip:port] bulk  ip up|down streams seconds control_ip
//   pb [-s ip:port] http  ip conn|keep concurrency seconds
//   pb [-s ip:port] hold  ip count            opens, one request each, then waits for a line on stdin
//   pb [-s ip:port]      echo  ip window seconds size
//   pb [-s ip:port]      flood ip kpps seconds size control_ip
//   pb [-s ip:port]      who   ip                  prints the address the server sees
// -s: speak SOCKS5 itself. Every result is one line of JSON.
#include "pb.h"

bool use_socks;
Address socks_server;

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

Address address(const char *ip, int port) {
    Address result = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, ip, &result.sin_addr);
    return result;
}

void die(const char *what) {
    printf("{\"error\":\"%s: %s\"}\n", what, strerror(errno));
    exit(1);
}

void no_delay(int socket) {
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void non_blocking(int socket) {
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
}

bool read_all(int socket, void *to, int length) {
    int got = 0;
    while (got < length) {
        ssize_t count = read(socket, (char *)to + got, length - got);
        if (count <= 0)
            return false;
        got += count;
    }
    return true;
}

static float *latencies;
static long latency_count, latency_capacity;

void record_latency(double seconds) {
    if (latency_count == latency_capacity) {
        latency_capacity = latency_capacity ? latency_capacity * 2 : 65536;
        latencies = realloc(latencies, sizeof *latencies * latency_capacity);
    }
    latencies[latency_count++] = seconds;
}

void forget_latencies(void) {
    latency_count = 0;
}

static int compare(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return a < b ? -1 : a > b;
}

void sort_latencies(void) {
    qsort(latencies, latency_count, sizeof *latencies, compare);
}

double percentile(double part) {
    return latency_count ? latencies[(long)(part * (latency_count - 1))] * 1e6 : -1;
}

int main(int count, char **arguments) {
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, 0, _IOLBF, 0);
    int at = 1;
    if (count > 3 && !strcmp(arguments[1], "-s")) {
        char *colon = strchr(arguments[2], ':');
        if (!colon)
            return 2;
        *colon = 0;
        socks_server = address(arguments[2], atoi(colon + 1));
        use_socks = true;
        at = 3;
    }
    static const struct { const char *name; int arguments; int (*run)(char **); } modes[] = {
        {"bulk", 5, bulk}, {"http", 4, requests}, {"hold", 2, hold}, {"who", 1, who}, {"echo", 4, echo}, {"flood", 5, flood},
    };
    if (at < count && !strcmp(arguments[at], "srv"))
        return serve();
    for (size_t i = 0; at < count && i < sizeof modes / sizeof *modes; i++)
        if (!strcmp(arguments[at], modes[i].name) && count - at - 1 >= modes[i].arguments)
            return modes[i].run(arguments + at + 1);
    fprintf(stderr, "pb: unknown mode or too few arguments; see main.c\n");
    return 2;
}
