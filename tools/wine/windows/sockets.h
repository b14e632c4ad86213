/*
 * sockets.h - which Wine process owns a socket, from Wine's own handle tables.
 *
 * Linux cannot tell: a TCP socket is held by the wineserver alone until it is connected and used. A socket is known by its cookie, a
 * number of the Linux kernel that no other socket ever gets.
 */
#ifndef SOCKETS_H
#define SOCKETS_H
#include <windows.h>

/* Reads the sockets of all Wine processes, keeping what it knew. One caller at a time. */
void sockets_refresh(void);

/* The owner as of the last refresh; 0 = no Wine process. */
DWORD sockets_owner(ULONGLONG cookie);

/* Forgets what has none of these cookies: the handle stands for another socket by now, or for one that had not been made quite when asked. */
void sockets_keep(const ULONGLONG *cookies, DWORD count);
#endif
