/* SPDX-License-Identifier: ISC */
#ifndef FILTER_CHILD_H
#define FILTER_CHILD_H

#include <sys/types.h>
#include <stdbool.h>
#include <pcap.h>

#include "filter/filter.h"

#define FILTER_CPU_SECONDS 1
#define FILTER_SECONDS	   4 /* in all */

/*
 * Does filter_build() in a child process with limited time and memory, for a
 * text from a stranger.  Returns a descriptor, non-blocking, close-on-exec,
 * that becomes readable for filter_read(); the pid is the child's, which the
 * caller waits for.  base: builds the program without any -f, too.  user: of
 * -Z, or NULL.  -1: errno, and *failed names the call.
 */
struct filter_answer {
	u_int len; /* of insns; 0: why */
	u_int base_len; /* of base; 0: why, if it was asked for */
	char why[256];
	struct bpf_insn insns[FILTER_INSNS], base[FILTER_INSNS];
};
int filter_start(const struct filter_config *, bool base, const char *user,
    pid_t *pid, const char **failed);

/*
 * Reads what is there; *got counts the bytes, 0 at first.  1: *answer is
 * filled; 0: not yet; -1: the child has died, filter_died() says how.
 */
int filter_read(int fd, struct filter_answer *, size_t *got);
/* Fills why: status is what waitpid(2) tells of such a child. */
void filter_died(int status, char *why, size_t size);

#endif
