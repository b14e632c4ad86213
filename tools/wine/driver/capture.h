/*
 * capture.h - taking packets off the stack with NFQUEUE.
 *
 *   outbound  mangle OUTPUT, loopback included: as in Windows, loopback packets are only ever seen outbound
 *   inbound   mangle INPUT without lo, so after reassembly; for addresses of this namespace only, not broadcast and multicast
 * With no open handle every packet is accepted; if the daemon dies the rules let everything pass (queue-bypass).
 */
#ifndef CAPTURE_H
#define CAPTURE_H

int capture_open(int large_segments);    /* queues and firewall rules; 0 or -1 */
int capture_fd(void);
void capture_read(void);                 /* handles what has been captured by now, a bounded number */
void capture_close(void);                /* removes the firewall rules */
#endif
