// Datagrams: echo with a window of unanswered ones, and a flood at a given rate.
#include "pb.h"

enum { BATCH = 64 };

typedef struct {
    uint8_t bytes[BATCH][DATAGRAM_CAPACITY];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
} Datagrams;

static void prepare(Datagrams *datagrams, int length) {
    for (int i = 0; i < BATCH; i++) {
        datagrams->parts[i] = (struct iovec){datagrams->bytes[i], length};
        datagrams->messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &datagrams->parts[i], .msg_iovlen = 1}};
    }
}

// The SOCKS header where there is one, then the time it was sent.
static void fill(uint8_t *datagram, int header, const Address *destination, double time) {
    if (header) {
        write_socks_request(datagram, 0, destination);
        datagram[0] = 0;
    }
    memcpy(datagram + header, &time, sizeof time);
}

int echo(char **arguments) {
    Address destination = address(arguments[0], UDP_ECHO_PORT);
    int window = atoi(arguments[1]), size = atoi(arguments[3]), header, unanswered = 0;
    double seconds = atof(arguments[2]);
    int socket = udp_open(destination, &header);
    static Datagrams out, in;
    prepare(&out, size + header);
    prepare(&in, DATAGRAM_CAPACITY);
    struct timeval patience = {0, 50000};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    long answered = 0, lost = 0;
    double measure_at = now() + .4, began = 0;
    for (;;) {
        double time = now();
        if (!began && time > measure_at) {
            began = time;
            answered = lost = 0;
            forget_latencies();
        }
        if (began && time > began + seconds)
            break;
        int count = window - unanswered > BATCH ? BATCH : window - unanswered;
        for (int i = 0; i < count; i++)
            fill(out.bytes[i], header, &destination, time);
        int sent = count > 0 ? sendmmsg(socket, out.messages, count, 0) : 0;
        unanswered += sent > 0 ? sent : 0;
        int got = recvmmsg(socket, in.messages, BATCH, MSG_WAITFORONE, 0);
        if (got <= 0) {
            lost += unanswered;
            unanswered = 0;
            continue;
        }
        time = now();
        for (int i = 0; i < got; i++) {
            double then;
            memcpy(&then, in.bytes[i] + header, sizeof then);
            record_latency(time - then);
        }
        answered += got;
        unanswered = unanswered > got ? unanswered - got : 0;
    }
    double took = now() - began;
    sort_latencies();
    printf("{\"pps\":%.0f,\"p50\":%.1f,\"p99\":%.1f,\"lost\":%ld}\n", answered / took, percentile(.5), percentile(.99), lost);
    return 0;
}

int flood(char **arguments) {
    Address destination = address(arguments[0], UDP_SINK_PORT);
    double rate = atof(arguments[1]) * 1e3, seconds = atof(arguments[2]);
    int size = atoi(arguments[3]), header;
    enum { AT_ONCE = 16 };
    int socket = udp_open(destination, &header);
    static Datagrams out;
    prepare(&out, size + header);
    for (int i = 0; i < AT_ONCE; i++)
        fill(out.bytes[i], header, &destination, 0);
    uint64_t bytes, arrived_before = 0, arrived_after;
    if (write(socket, out.bytes[0], size + header) < 0)
        die("first datagram");
    usleep(200000);     // the first one may have to set up an association
    double start = now(), began = 0, sent = 0, sent_before = 0;
    for (;;) {
        double time = now();
        if (!began && time > start + .3) {
            server_counters(arguments[4], &bytes, &arrived_before);
            began = now();
            sent_before = sent;
        }
        if (began && time > began + seconds)
            break;
        if (rate > 0 && sent > rate * (time - start)) {
            usleep(200);
            continue;
        }
        int count = sendmmsg(socket, out.messages, AT_ONCE, 0);
        sent += count > 0 ? count : 0;
    }
    server_counters(arguments[4], &bytes, &arrived_after);
    double took = now() - began;
    printf("{\"pps\":%.0f,\"sent\":%.0f}\n", (arrived_after - arrived_before) / took, (sent - sent_before) / took);
    return 0;
}
