/* SPDX-License-Identifier: ISC */
/* For tests: compiles a filter in its child, as the helper does, and waits. */
#ifndef BOUNDED_H
#define BOUNDED_H

#include <sys/types.h>
#include <sys/wait.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filter/filter_child.h"

/* Reads the answer of a child that compiles.  0; -1: why is filled. */
static inline int
filter_await(int fd, pid_t pid, struct filter_answer *a, char *why, size_t size)
{
	struct pollfd pfd = { fd, POLLIN, 0 };
	size_t got = 0;
	int result, status = 0;

	do
		(void)poll(&pfd, 1, -1);
	while ((result = filter_read(fd, a, &got)) == 0);
	(void)close(fd);
	(void)waitpid(pid, &status, 0);
	if (result == -1)
		filter_died(status, why, size);
	else
		(void)snprintf(why, size, "%s", a->why);
	return result == 1 && a->len > 0 ? 0 : -1;
}

/* The caller frees the program. */
static inline int
filter_build_bounded(const struct filter_config *config,
    struct bpf_program *out, char *why, size_t size)
{
	static struct filter_answer a;
	const char *failed;
	pid_t pid;
	int fd = filter_start(config, false, NULL, &pid, &failed);

	memset(out, 0, sizeof(*out));
	if (fd == -1) {
		(void)snprintf(why, size, "%s", failed);
		return -1;
	}
	if (filter_await(fd, pid, &a, why, size) == -1)
		return -1;
	out->bf_insns = malloc(a.len * sizeof(a.insns[0]));
	if (out->bf_insns == NULL)
		abort();
	out->bf_len = a.len;
	memcpy(out->bf_insns, a.insns, a.len * sizeof(a.insns[0]));
	return 0;
}

#endif
