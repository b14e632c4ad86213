/*
 * stream.h - a stream to the daemon, out of a Windows program.
 *
 * Windows code makes Linux system calls here, which Wine 8 lets through: invisible to Winsock and to the TCP tables, and no call to the
 * wineserver. Where: the environment variable WEIRBED, unix:PATH.
 */
#ifndef STREAM_H
#define STREAM_H
#include <windows.h>

typedef INT_PTR stream;

stream stream_open(void);                                              /* negative: nobody listens */
INT_PTR stream_read(stream s, void *buffer, INT_PTR size);             /* as read(2) */
int stream_read_all(stream s, void *buffer, INT_PTR size);             /* 0, or -1 when it ended before */
int stream_write(stream s, const void *bytes, INT_PTR size);           /* all of them; 0 or -1 */
void stream_end(stream s);                                             /* both sides see the end; a read in another thread returns */
void stream_close(stream s);

/* The number by which Linux knows the socket of a descriptor, which no other socket ever gets; 0: no socket. */
ULONGLONG stream_cookie(stream s);
#endif
