// Opening connections and datagram sockets, straight or through a SOCKS5 server (RFC 1928).
#include "pb.h"

enum { CONNECT = 1, UDP_ASSOCIATE = 3 };

int write_socks_request(uint8_t *to, int command, const Address *destination) {
    const uint8_t head[] = {5, command, 0, 1};
    memcpy(to, head, 4);
    memcpy(to + 4, &destination->sin_addr, 4);
    memcpy(to + 8, &destination->sin_port, 2);
    return 10;
}

// Greeting and request, step after step, as most programs do it. The server's bound address is left in reply + 4.
static bool negotiate(int socket, int command, const Address *destination, uint8_t reply[10]) {
    uint8_t greeting[] = {5, 1, 0}, request[10];
    if (write(socket, greeting, 3) != 3 || !read_all(socket, reply, 2))
        return false;
    write_socks_request(request, command, destination);
    return write(socket, request, 10) == 10 && read_all(socket, reply, 10) && reply[1] == 0;
}

int tcp_open(Address destination) {
    Address *to = use_socks ? &socks_server : &destination;
    int result = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(result, (void *)to, sizeof *to)) {
        close(result);
        return -1;
    }
    no_delay(result);
    uint8_t reply[10];
    if (use_socks && !negotiate(result, CONNECT, &destination, reply)) {
        close(result);
        return -1;
    }
    return result;
}

int udp_open(Address destination, int *header) {
    Address to = destination;
    *header = 0;
    if (use_socks) {
        // The association lives as long as this connection, which nobody closes.
        int control = socket(AF_INET, SOCK_STREAM, 0);
        Address any = address("0.0.0.0", 0);
        uint8_t reply[10];
        if (connect(control, (void *)&socks_server, sizeof socks_server) || !negotiate(control, UDP_ASSOCIATE, &any, reply))
            die("UDP ASSOCIATE");
        memcpy(&to.sin_addr, reply + 4, 4);
        memcpy(&to.sin_port, reply + 8, 2);
        if (!to.sin_addr.s_addr)
            to.sin_addr = socks_server.sin_addr;
        *header = 10;
    }
    int result = socket(AF_INET, SOCK_DGRAM, 0), size = 4 << 20;
    setsockopt(result, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    setsockopt(result, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
    if (connect(result, (void *)&to, sizeof to))
        die("connect of a datagram socket");
    return result;
}
