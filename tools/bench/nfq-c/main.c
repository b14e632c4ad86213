// nfq-c queue relay_port redirected_net(a.b) socks_ip:port
// Packets to other nets are accepted with mark 0x77, which iptables saves to conntrack so that the flow is not queued again.
#include "nfq-c.h"

Settings settings;
uint16_t destination_port[65536];

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "nfq-c queue relay_port redirected_net socks_ip:port\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    unsigned first, second;
    char *colon = strchr(arguments[4], ':');
    if (sscanf(arguments[3], "%u.%u", &first, &second) != 2 || !colon)
        return 2;
    *colon = 0;
    settings.queue = atoi(arguments[1]);
    settings.relay_port = atoi(arguments[2]);
    settings.redirected_net = first << 8 | second;
    settings.socks_server.sin_family = AF_INET;
    settings.socks_server.sin_port = htons(atoi(colon + 1));
    inet_pton(AF_INET, arguments[4], &settings.socks_server.sin_addr);
    pthread_t thread;
    pthread_create(&thread, 0, run_queue, 0);
    return run_relay();
}
