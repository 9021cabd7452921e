/* SPDX-License-Identifier: ISC */
/*
 * Messages of a fixed size between two processes, with descriptors beside them:
 * an AF_UNIX socket pair that keeps the bounds of messages (SOCK_SEQPACKET).
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stddef.h>

#define CHANNEL_FDS 8 /* descriptors beside one message, at most */

/* Makes the pair, close-on-exec.  0; -1 errno. */
int channel_pair(int fds[2]);

/*
 * Sends one message with n descriptors, which stay open here.  Waits for room.
 * 0; -1 errno (EPIPE: the other end is closed).
 */
int channel_send(int channel, const void *data, size_t size, const int *fds,
    int n);

/*
 * Receives one message of exactly this size; fds[CHANNEL_FDS] gets its
 * descriptors, close-on-exec, and *n their number.  1; 0: the other end is
 * closed; -1 errno (EMFILE: the message has come, but this process had no room
 * for its descriptors; EBADMSG: a message of another size).
 */
int channel_recv(int channel, void *data, size_t size, int *fds, int *n);

#endif
