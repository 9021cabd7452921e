/* SPDX-License-Identifier: ISC */
/*
 * A BPF descriptor (bpf(4)): the calls that all three systems have, and the
 * few in which they differ.
 */
#ifndef CAPTURE_ACQUIRE_BSD_H
#define CAPTURE_ACQUIRE_BSD_H

#include <stdint.h>

#include "privilege/platform.h"

struct bpf_program;

/*
 * A descriptor, non-blocking and close-on-exec, bound to the interface, that
 * hears nothing yet.  Its buffer has this size, or what the system allows (the
 * sysctl net.bpf.maxbufsize) or has memory for.  -1 errno (ENODEV: there is no
 * such interface), failed names the call.
 */
int bpf_open(const char *ifname, uint32_t buffer, char failed[PLATFORM_CALL]);

/* Each of these: 0; -1 errno. */

/* Frames that were queued are gone, and the counters begin at 0. */
int bpf_setfilter(int fd, const struct bpf_program *);
/* Nothing is heard from here on. */
int bpf_mute(int fd);

/* Of the interface that it is bound to: its present name[16], its DLT_*. */
int bpf_ifname(int fd, char *name);
int bpf_dlt(int fd, unsigned *dlt);

/* Writes why there is no descriptor, with a remedy. */
void bpf_why(char *out, size_t size, const char *failed, int error);

#endif
