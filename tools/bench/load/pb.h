// What the parts of pb, the load program, share. Plain blocking or epoll sockets only, so that LD_PRELOAD wrappers see every call.
#ifndef PB_H
#define PB_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct sockaddr_in Address;

enum {
    REQUEST_PORT = 8080,    // 128 bytes in, 1024 bytes out
    SINK_PORT = 5001,
    SOURCE_PORT = 5002,
    COUNTER_PORT = 7002,    // bytes and datagrams sunk so far, as text
    UDP_ECHO_PORT = 7000,
    UDP_SINK_PORT = 7001
};
enum { REQUEST_LENGTH = 128, ANSWER_LENGTH = 1024, DATAGRAM_CAPACITY = 2048 };

// Whether to speak SOCKS5 to this server instead of connecting straight to the destination.
extern bool use_socks;
extern Address socks_server;

double now(void);
Address address(const char *ip, int port);
_Noreturn void die(const char *what);
void no_delay(int socket);
void non_blocking(int socket);
bool read_all(int socket, void *to, int length);

// Latencies in seconds; percentile() answers in microseconds and wants them sorted.
void record_latency(double seconds);
void forget_latencies(void);
void sort_latencies(void);
double percentile(double part);

int write_socks_request(uint8_t *to, int command, const Address *destination);
// Connects, through the SOCKS server if there is one. -1 when refused.
int tcp_open(Address destination);
// A connected datagram socket; *header is the length of the SOCKS header every datagram needs.
int udp_open(Address destination, int *header);

// Bytes and datagrams the server has sunk so far.
void server_counters(const char *control_ip, uint64_t *bytes, uint64_t *datagrams);

int serve(void);
int bulk(char **arguments);
int requests(char **arguments);
int hold(char **arguments);
int who(char **arguments);
int echo(char **arguments);
int flood(char **arguments);
#endif
