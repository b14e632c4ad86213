// nfq-c: the C limit of a per-packet engine on NFQUEUE. One thread takes packets from the queue and redirects connections by swapping
// their addresses ("reflect"); one thread is the relay that dials a SOCKS5 server. No rules, no owners, no flow table: what remains is the
// price of the kernel's interface, which is what a real engine is compared with.
#ifndef NFQ_C_H
#define NFQ_C_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    int queue;
    int relay_port;
    unsigned redirected_net;        // the first 16 bits of the addresses to redirect
    struct sockaddr_in socks_server;
} Settings;

extern Settings settings;
// Destination port of the flow that comes from a port, in network order: the other half of the tuple is in the swapped addresses.
extern uint16_t destination_port[65536];

void *run_queue(void *unused);
int run_relay(void);
#endif
