/* requests.h - what the program asks of its handle, and what handle.c gives requests.c to answer with. */
#ifndef REQUESTS_H
#define REQUESTS_H
#include "handle.h"

/* Obeys one message; -1 when the stream is to be ended. */
int handle_obey(handle *h, uint32_t type, uint8_t *body, size_t size);

/* Takes an open handle out of the list and tells the REFLECT handles. */
void handle_forget(handle *h);

void handle_append(handle *h, const void *data, size_t size);
void handle_tell(handle *h, int type, const void *data, size_t size);
void handle_receive(handle *h, const receive_request *r);
void handle_shutdown(handle *h);
void handle_abort_waiting(handle *h);
#endif
