/*
 * client.c - a plain Winsock program: the application whose traffic is diverted.
 *
 *   client connect HOST PORT                 connects and closes
 *   client get     HOST PORT PATH FILE       HTTP GET, the body goes to FILE ("-": thrown away)
 *   client put     HOST PORT PATH FILE       HTTP PUT of FILE
 *   client echo    HOST PORT BYTES           sends BYTES to an echo server and compares what comes back
 *   client many    HOST PORT COUNT           COUNT connections at once, a line echoed on each
 *   client hold    HOST PORT SECONDS         connects, stays connected, closes
 *   client udp     HOST PORT COUNT [BYTES]   COUNT datagrams to an echo server, one after the other
 *   client listen  HOST PORT SECONDS         an echo server itself, TCP
 *   client bound   HOST PORT SECONDS         a UDP socket bound to HOST and PORT, silent
 *
 * HOST is an address or a name, IPv4 or IPv6. Options before the verb: -t SECONDS (time-out of each step, 20), -b ADDRESS and
 * -p PORT (bind the client's socket). The first line says the process id, then one line per thing that happens.
 * Exit: 0 done, 1 other error, 2 wrong use, 3 refused, 4 timed out, 5 reset, 6 unreachable, 7 bytes lost or different.
 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DONE, OTHER, USAGE, REFUSED, TIMED_OUT, WAS_RESET, UNREACHABLE, DIFFERENT, CHUNK = 65536 };

static int timeout_seconds = 20;
static const char *bind_address;
static const char *bind_port;

static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    fflush(stdout);
}

static int exit_code(int error)
{
    switch (error) {
    case WSAECONNREFUSED: return REFUSED;
    case WSAETIMEDOUT: return TIMED_OUT;
    case WSAECONNRESET: case WSAECONNABORTED: return WAS_RESET;
    case WSAENETUNREACH: case WSAEHOSTUNREACH: return UNREACHABLE;
    default: return OTHER;
    }
}

static int failed(const char *what, int error)
{
    say("%s failed: error %d", what, error);
    return exit_code(error);
}

static struct addrinfo *resolve(const char *host, const char *port, int type, int flags)
{
    struct addrinfo hint = {.ai_socktype = type, .ai_flags = flags}, *found = NULL;
    if (getaddrinfo(host, port, &hint, &found)) {
        say("no such host or port: %s %s", host, port);
        exit(OTHER);
    }
    return found;
}

static void say_ends(const char *what, SOCKET s)
{
    struct sockaddr_storage local, remote;
    int l = sizeof local, r = sizeof remote;
    char name[2][NI_MAXHOST], port[2][NI_MAXSERV];
    if (getsockname(s, (void *)&local, &l) || getpeername(s, (void *)&remote, &r)) return;
    getnameinfo((void *)&local, l, name[0], NI_MAXHOST, port[0], NI_MAXSERV, NI_NUMERICHOST | NI_NUMERICSERV);
    getnameinfo((void *)&remote, r, name[1], NI_MAXHOST, port[1], NI_MAXSERV, NI_NUMERICHOST | NI_NUMERICSERV);
    say("%s %s %s > %s %s", what, name[0], port[0], name[1], port[1]);
}

/* Waits until the socket is connected; 0 or a Winsock error. */
static int wait_connected(SOCKET s)
{
    fd_set writable, broken;
    struct timeval time = {timeout_seconds, 0};
    int error = 0, size = sizeof error;
    FD_ZERO(&writable); FD_SET(s, &writable);
    FD_ZERO(&broken); FD_SET(s, &broken);
    int ready = select(0, NULL, &writable, &broken, &time);
    if (ready == 0) return WSAETIMEDOUT;
    if (ready < 0) return WSAGetLastError();
    getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &size);
    return error;
}

static int bind_own(SOCKET s, const struct addrinfo *to)
{
    if (!bind_address && !bind_port) return 0;
    const char *any = to->ai_family == AF_INET6 ? "::" : "0.0.0.0";
    struct addrinfo *from = resolve(bind_address ? bind_address : any, bind_port ? bind_port : "0", to->ai_socktype, AI_NUMERICHOST);
    int error = bind(s, from->ai_addr, (int)from->ai_addrlen) ? WSAGetLastError() : 0;
    freeaddrinfo(from);
    return error;
}

/* A socket that is connecting; on failure the program ends with the code of the failure. */
static SOCKET begin_to(const char *host, const char *port, int type)
{
    struct addrinfo *to = resolve(host, port, type, 0);
    SOCKET s = socket(to->ai_family, type, 0);
    u_long on = 1;
    int error = bind_own(s, to);
    if (error) exit(failed("bind", error));
    ioctlsocket(s, FIONBIO, &on);
    error = connect(s, to->ai_addr, (int)to->ai_addrlen) ? WSAGetLastError() : 0;
    if (error && error != WSAEWOULDBLOCK) exit(failed("connect", error));
    freeaddrinfo(to);
    return s;
}

/* The same socket, connected and with time-outs. */
static SOCKET finish(SOCKET s)
{
    u_long off = 0;
    DWORD time = timeout_seconds * 1000;
    int error = wait_connected(s);
    if (error) exit(failed("connect", error));
    ioctlsocket(s, FIONBIO, &off);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, (char *)&time, sizeof time);
    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, (char *)&time, sizeof time);
    say_ends("connected", s);
    return s;
}

static SOCKET open_to(const char *host, const char *port, int type) { return finish(begin_to(host, port, type)); }

static int send_all(SOCKET s, const char *bytes, int count)
{
    for (int done = 0, n; done < count; done += n)
        if ((n = send(s, bytes + done, count - done, 0)) <= 0) return WSAGetLastError();
    return 0;
}

/* ---- HTTP ---- */

/* Reads an answer; the body goes to `body` unless NULL. Returns the status, or -1 with the Winsock error in *error. */
static int read_answer(SOCKET s, FILE *body, int *error)
{
    static char bytes[CHUNK];
    char head[4096] = "";
    int headed = 0, n;
    size_t have = 0;
    *error = 0;
    while ((n = recv(s, bytes, sizeof bytes, 0)) > 0) {
        int from = 0;
        for (; !headed && from < n; from++) {
            if (have < sizeof head - 1) head[have++] = bytes[from];
            headed = have >= 4 && !memcmp(head + have - 4, "\r\n\r\n", 4);
        }
        if (headed && body) fwrite(bytes + from, 1, n - from, body);
    }
    if (n < 0) *error = WSAGetLastError();
    return *error || !headed ? -1 : atoi(head + 9);
}

static int answered(SOCKET s, FILE *body)
{
    int error, status = read_answer(s, body, &error);
    if (body) fclose(body);
    closesocket(s);
    if (error) return failed("receive", error);
    say("status %d", status);
    return status >= 200 && status < 300 ? DONE : DIFFERENT;
}

static int get(char **v)
{
    char request[2048];
    SOCKET s = open_to(v[0], v[1], SOCK_STREAM);
    snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", v[2], v[0]);
    int error = send_all(s, request, (int)strlen(request));
    if (error) return failed("send", error);
    return answered(s, strcmp(v[3], "-") ? fopen(v[3], "wb") : NULL);
}

static int put(char **v)
{
    static char bytes[CHUNK];
    FILE *file = fopen(v[3], "rb");
    int error, n;
    if (!file) { say("cannot read %s", v[3]); return USAGE; }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    SOCKET s = open_to(v[0], v[1], SOCK_STREAM);
    snprintf(bytes, sizeof bytes, "PUT %s HTTP/1.0\r\nHost: %s\r\nContent-Length: %ld\r\n\r\n", v[2], v[0], size);
    error = send_all(s, bytes, (int)strlen(bytes));
    while (!error && (n = (int)fread(bytes, 1, sizeof bytes, file)) > 0) error = send_all(s, bytes, n);
    fclose(file);
    if (error) return failed("send", error);
    return answered(s, NULL);
}

/* ---- echo ---- */

/* The byte at a place of the stream sent: every place has its own, so that a lost or doubled piece shows. */
static char byte_at(unsigned long long place) { return (char)((place * 2654435761u) >> 13); }

typedef struct { SOCKET s; unsigned long long bytes; int error; } sending;

static DWORD WINAPI send_pattern(void *argument)
{
    sending *job = argument;
    char bytes[16384];
    for (unsigned long long at = 0; at < job->bytes && !job->error;) {
        int n = 0;
        for (; n < (int)sizeof bytes && at < job->bytes; n++) bytes[n] = byte_at(at++);
        job->error = send_all(job->s, bytes, n);
    }
    shutdown(job->s, SD_SEND);
    return 0;
}

static int echo(char **v)
{
    static char bytes[CHUNK];
    sending job = {open_to(v[0], v[1], SOCK_STREAM), strtoull(v[2], NULL, 10), 0};
    HANDLE sender = CreateThread(NULL, 0, send_pattern, &job, 0, NULL);
    unsigned long long at = 0;
    int n;
    while ((n = recv(job.s, bytes, sizeof bytes, 0)) > 0)
        for (int k = 0; k < n; k++, at++)
            if (bytes[k] != byte_at(at)) { say("different at byte %llu", at); return DIFFERENT; }
    if (n < 0) return failed("receive", WSAGetLastError());
    WaitForSingleObject(sender, INFINITE);
    if (job.error) return failed("send", job.error);
    say("echoed %llu bytes", at);
    return at == job.bytes ? DONE : DIFFERENT;
}

static int many(char **v)
{
    int count = atoi(v[2]), wrong = 0;
    SOCKET *s = calloc(count, sizeof *s);
    for (int k = 0; k < count; k++) s[k] = begin_to(v[0], v[1], SOCK_STREAM);
    for (int k = 0; k < count; k++) finish(s[k]);
    for (int k = 0; k < count; k++) {
        char line[32], back[32] = "";
        snprintf(line, sizeof line, "line of connection %6d\n", k);
        if (send_all(s[k], line, (int)strlen(line))) { wrong++; continue; }
        for (int have = 0, n; have < (int)strlen(line); have += n)
            if ((n = recv(s[k], back + have, (int)sizeof back - 1 - have, 0)) <= 0) break;
        wrong += strcmp(line, back) != 0;
    }
    for (int k = 0; k < count; k++) closesocket(s[k]);
    say("%d connections, %d wrong", count, wrong);
    return wrong ? DIFFERENT : DONE;
}

static int udp(char **v, int arguments)
{
    static char bytes[65536], back[65536];
    int count = atoi(v[2]), size = arguments > 3 ? atoi(v[3]) : 32;
    SOCKET s = open_to(v[0], v[1], SOCK_DGRAM);
    for (int k = 0; k < count; k++) {
        for (int i = 0; i < size; i++) bytes[i] = byte_at((unsigned long long)k * 65536 + i);
        if (send(s, bytes, size, 0) < 0) return failed("send", WSAGetLastError());
        int n = recv(s, back, sizeof back, 0);
        if (n < 0) return failed("receive", WSAGetLastError());
        if (n != size || memcmp(bytes, back, size)) { say("datagram %d: %d bytes came back different", k, n); return DIFFERENT; }
    }
    say("echoed %d datagrams", count);
    return DONE;
}

/* ---- sockets that stay ---- */

static int hold(SOCKET s, const char *seconds)
{
    Sleep(atoi(seconds) * 1000);
    closesocket(s);
    say("closed");
    return DONE;
}

static SOCKET bound_to(const char *host, const char *port, int type)
{
    struct addrinfo *at = resolve(host, port, type, AI_PASSIVE | AI_NUMERICHOST);
    SOCKET s = socket(at->ai_family, type, 0);
    if (bind(s, at->ai_addr, (int)at->ai_addrlen)) exit(failed("bind", WSAGetLastError()));
    struct sockaddr_in6 name;
    int size = sizeof name;
    getsockname(s, (void *)&name, &size);
    say("bound to port %u", ntohs(name.sin6_port));
    freeaddrinfo(at);
    return s;
}

static DWORD WINAPI serve_echo(void *argument)
{
    SOCKET s = (SOCKET)argument;
    char bytes[CHUNK / 4];
    int n;
    while ((n = recv(s, bytes, sizeof bytes, 0)) > 0 && !send_all(s, bytes, n)) ;
    closesocket(s);
    return 0;
}

static DWORD WINAPI accept_all(void *argument)
{
    for (SOCKET c; (c = accept((SOCKET)argument, NULL, NULL)) != INVALID_SOCKET;) {
        say_ends("accepted", c);
        CloseHandle(CreateThread(NULL, 0, serve_echo, (void *)c, 0, NULL));
    }
    return 0;
}

static int serve(char **v)
{
    SOCKET s = bound_to(v[0], v[1], SOCK_STREAM);
    if (listen(s, SOMAXCONN)) return failed("listen", WSAGetLastError());
    say("listening");
    CloseHandle(CreateThread(NULL, 0, accept_all, (void *)s, 0, NULL));
    return hold(s, v[2]);
}

static int run(const char *verb, char **v, int count)
{
    if (count >= 2 && !strcmp(verb, "connect")) return hold(open_to(v[0], v[1], SOCK_STREAM), "0");
    if (count >= 4 && !strcmp(verb, "get")) return get(v);
    if (count >= 4 && !strcmp(verb, "put")) return put(v);
    if (count >= 3 && !strcmp(verb, "echo")) return echo(v);
    if (count >= 3 && !strcmp(verb, "many")) return many(v);
    if (count >= 3 && !strcmp(verb, "hold")) return hold(open_to(v[0], v[1], SOCK_STREAM), v[2]);
    if (count >= 3 && !strcmp(verb, "udp")) return udp(v, count);
    if (count >= 3 && !strcmp(verb, "listen")) return serve(v);
    if (count >= 3 && !strcmp(verb, "bound")) return hold(bound_to(v[0], v[1], SOCK_DGRAM), v[2]);
    say("wrong use; see the head of client.c");
    return USAGE;
}

int main(int argc, char **v)
{
    WSADATA data;
    int at = 1;
    WSAStartup(0x202, &data);
    say("pid %lu", GetCurrentProcessId());
    for (; at + 1 < argc && v[at][0] == '-'; at += 2) {
        if (v[at][1] == 't') timeout_seconds = atoi(v[at + 1]);
        else if (v[at][1] == 'b') bind_address = v[at + 1];
        else if (v[at][1] == 'p') bind_port = v[at + 1];
    }
    return run(at < argc ? v[at] : "", v + at + 1, argc - at - 1);
}
