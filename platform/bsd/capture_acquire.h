/* SPDX-License-Identifier: ISC */
/*
 * Calls of a BPF descriptor (bpf(4)) on the three systems.
 */
#ifndef CAPTURE_ACQUIRE_BSD_H
#define CAPTURE_ACQUIRE_BSD_H

#include <stdint.h>

#include "privilege/platform.h"

struct bpf_program;

/*
 * Opens a descriptor, non-blocking and close-on-exec, bound to the interface,
 * that hears nothing yet.  Its buffer has this many bytes, or fewer if the
 * system does not allow so many (sysctl net.bpf.maxbufsize) or lacks memory.
 * -1 errno (ENODEV: there is no such interface), failed names the call.
 */
int bpf_open(const char *ifname, uint32_t buffer, char failed[PLATFORM_CALL]);

/* Each of these: 0; -1 errno. */

/* Discards queued frames, too, and sets the counters to 0. */
int bpf_setfilter(int fd, const struct bpf_program *);
/* From now on the descriptor hears nothing. */
int bpf_mute(int fd);

/* Reads of its interface the present name, name[16], and the DLT_*. */
int bpf_ifname(int fd, char *name);
int bpf_dlt(int fd, unsigned *dlt);

/* Writes why there is no descriptor, with a remedy. */
void bpf_why(char *out, size_t size, const char *failed, int error);

#endif
