// Throughput: streams that run for a while before and during the measured time. Uploads are counted where they arrive.
#include "pb.h"

enum { STREAMS = 256 };
static const double WARM_UP = 0.4;

static volatile uint64_t received[STREAMS];
static volatile int failed;
static Address destination;
static bool upwards;

static void *stream(void *argument) {
    long index = (long)argument;
    int socket = tcp_open(destination);
    if (socket < 0) {
        failed = 1;
        return 0;
    }
    char *buffer = calloc(1, 1 << 17);
    ssize_t count;
    while ((count = upwards ? write(socket, buffer, 1 << 17) : read(socket, buffer, 1 << 17)) > 0)
        received[index] += count;
    failed = 2;
    return 0;
}

void server_counters(const char *control_ip, uint64_t *bytes, uint64_t *datagrams) {
    static int control = -1;
    if (control < 0) {
        control = socket(AF_INET, SOCK_STREAM, 0);
        Address to = address(control_ip, COUNTER_PORT);
        if (connect(control, (void *)&to, sizeof to))
            die("connect to the counters");
    }
    char text[64] = {0};
    if (write(control, "x", 1) != 1 || read(control, text, 63) <= 0)
        die("reading the counters");
    sscanf(text, "%lu %lu", bytes, datagrams);
}

static uint64_t moved(int streams, const char *control_ip) {
    uint64_t sum = 0, datagrams;
    if (upwards)
        server_counters(control_ip, &sum, &datagrams);
    else
        for (int i = 0; i < streams; i++)
            sum += received[i];
    return sum;
}

int bulk(char **arguments) {
    const char *control_ip = arguments[4];
    upwards = !strcmp(arguments[1], "up");
    int streams = atoi(arguments[2]);
    double seconds = atof(arguments[3]);
    if (streams < 1 || streams > STREAMS)
        return 2;
    destination = address(arguments[0], upwards ? SINK_PORT : SOURCE_PORT);
    moved(streams, control_ip);
    pthread_t thread;
    for (long i = 0; i < streams; i++)
        pthread_create(&thread, 0, stream, (void *)i);
    usleep(WARM_UP * 1e6);
    uint64_t before = moved(streams, control_ip);
    double start = now();
    usleep(seconds * 1e6);
    uint64_t after = moved(streams, control_ip);
    double took = now() - start;
    // gb includes the warm-up: CPU time is taken over the whole run.
    double rate = (after - before) / took;
    printf("{\"gbps\":%.4f,\"gb\":%.4f,\"failed\":%d}\n", rate * 8 / 1e9, rate * (took + WARM_UP) / 1e9, failed);
    fflush(stdout);
    _exit(0);
}
