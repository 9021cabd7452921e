/* SPDX-License-Identifier: ISC */
/*
 * The helper as a process, and the way to it.  Tests of scripted kernels, which
 * know one process only, have other functions of these names.
 */
#ifndef SERVE_H
#define SERVE_H

struct answer;
struct options;
struct request;

/* Starts the helper.  0; -1: it is logged why. */
int serve_begin(const struct options *);
/*
 * Sends a request with a descriptor (-1: none) and waits for the answer, whose
 * descriptors are the caller's.  0; -1: errno, and answer->why or failed;
 * EPIPE: the helper has ended.
 */
int serve_ask(const struct request *, int fd, struct answer *);
/* Readable when the helper has ended; -1: there is none. */
int serve_fd(void);
/* Ends the helper and waits until it has removed what it made. */
void serve_end(void);

#endif
