/*
 * A BPF descriptor (bpf(4)): the calls that all three systems have, and the
 * few in which they differ.
 */
#ifndef BPF_DEVICE_H
#define BPF_DEVICE_H

#include <stdint.h>

#include "privilege/platform.h"

struct bpf_program;

/* A descriptor: non-blocking, close-on-exec, bound to nothing; -1 errno. */
int bpf_open(char failed[PLATFORM_CALL]);

/*
 * Gives it a buffer of this size, or of what the system allows (the sysctl
 * net.bpf.maxbufsize) or has memory for, and binds it with this filter in
 * place from the beginning.  The descriptor; -1 errno, and it is closed
 * (ENODEV: there is no such interface).
 */
int bpf_bind(int fd, const char *ifname, uint32_t buffer,
    const struct bpf_program *, char failed[PLATFORM_CALL]);

/* Each of these: 0; -1 errno. */

/* What was queued is gone, and the counters begin anew. */
int bpf_setfilter(int fd, const struct bpf_program *);
/* Nothing is heard from here on. */
int bpf_mute(int fd);

/* Of the interface that it is bound to: its present name[16], its DLT_*. */
int bpf_ifname(int fd, char *name);
int bpf_dlt(int fd, unsigned *dlt);

/* Why no descriptor came, with a remedy. */
void bpf_why(char *out, size_t size, const char *failed, int error);

#endif
