/*
 * protocol.h - what the stand-in DLL and the daemon say to each other: one stream for each WinDivert handle.
 *
 * Every message is a `message` and what its type says. Both ends run on one machine, so numbers are in host order.
 * A RECEIVE is answered at once by a RECEIVED: with packets, with an error, or with STATUS_PENDING, after which a second RECEIVED of the
 * same id follows when something has come. Packets stay in the daemon until they are asked for: when the program is killed, the daemon
 * gives them back to the stack, as the driver does.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H
#include "divert.h"

typedef struct { uint32_t size, type; } message;                       /* size counts this header too */

enum {
    /* to the daemon */
    OPEN = 1,       /* open_request, knobs (lines NAME=value) with a NUL, filter with a NUL; answered by OPEN and an error */
    RECEIVE,        /* receive_request */
    SEND,           /* divert_address, packet */
    SET_PARAM,      /* set_param; answered by SET_PARAM when it holds */
    SHUTDOWN,       /* empty: stop capturing; answered by SHUTDOWN when everything before is done */
    CLOSE,          /* empty: pending receives are aborted, the queue goes back to the stack, then the stream ends */
    OWNERS,         /* empty: this stream answers questions from now on; to it OWNER_QUESTION, from it a uint32_t process id for each cookie */
    STATISTICS,     /* empty: answered by text, then the stream ends */
    KNOB,           /* text NAME=value with a NUL, for every handle open now that is of the layer named by an int32_t before it */
    SOCKETS,        /* empty: answered by SOCKETS and a socket_row for each socket of the namespace */
    /* from the daemon */
    RECEIVED = 20,  /* received, then `count` addresses, then `bytes` of packets */
    OWNER_QUESTION  /* owner_question, then `count` cookies */
};
enum { STATUS_PENDING_HERE = 997 };      /* ERROR_IO_PENDING */

typedef struct { int32_t layer, priority; uint64_t flags; uint32_t pid, knobs; } open_request;           /* knobs: size of their text */
typedef struct { uint32_t id, slots, size, unused; } receive_request;
typedef struct { uint32_t id, status, count, bytes; } received;        /* status: Windows error; with 122 there are bytes all the same */
typedef struct { uint32_t which, unused; uint64_t value; } set_param;
typedef struct { uint32_t count, all; } owner_question;                  /* all: there are no other sockets */

/* A socket as Linux has it; state is Linux', ports are in host order. held: a process (or the wineserver) has a descriptor of it. */
typedef struct { uint64_t cookie; uint32_t protocol, v6, state, held, pid, port, remote_port; uint8_t address[16], remote[16]; } socket_row;
enum { LINUX_ESTABLISHED = 1, LINUX_SYN_RECEIVED = 3, LINUX_CLOSED = 7, LINUX_LISTENING = 10, LINUX_NEW_SYN = 12 };
#endif
