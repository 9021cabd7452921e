/* SPDX-License-Identifier: ISC */
/*
 * Compiles a stranger's text in a child process.  libpcap's optimizer is slow
 * with some texts and has looped for ever in the past; its parser has had bugs;
 * and for an unresolved name it asks a name server.  The kernel ends the child
 * when it has used up its processor time, sleeps too long or crashes.  The
 * child keeps only the descriptors of standard error and of the pipe for its
 * answer.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pcap.h>

#include "privilege/command.h"
#include "privilege/platform.h"
#include "filter/filter_child.h"

/* Bytes of memory; 0: no limit (a sanitizer maps terabytes). */
#ifndef FILTER_MEMORY
#define FILTER_MEMORY (32u << 20)
#endif

static void
limit(int what, rlim_t value)
{
	struct rlimit r;

	if (getrlimit(what, &r) == -1)
		return;
	if (r.rlim_max == RLIM_INFINITY || r.rlim_max > value)
		r.rlim_max = value;
	r.rlim_cur = r.rlim_max;
	setrlimit(what, &r);
}

static void
confine(void)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, FILTER_CPU_SECONDS);
	if (FILTER_MEMORY > 0) {
		limit(RLIMIT_DATA, FILTER_MEMORY);
#ifdef RLIMIT_AS
		limit(RLIMIT_AS, FILTER_MEMORY);
#endif
	}
	(void)signal(SIGALRM, SIG_DFL);
	alarm(FILTER_SECONDS);
}

static bool
write_all(int fd, const void *data, size_t len)
{
	const char *at = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, at, len);
		if (n == -1)
			return false;
		at += n;
		len -= n;
	}
	return true;
}

static const char *become; /* the user of -Z, or NULL */

/*
 * Before a text is compiled, which has no names any more (filter_resolve()).  A
 * process that cannot open a
 * descriptor cannot ask a name server either, whatever libpcap's scanner takes
 * for a name.  What a system lacks of the sandbox is not said each time.
 */
static void
seal(void)
{
	struct sandbox sandbox = { .what = SANDBOX_COMPILER,
		.user = become,
		.channel = -1 };
	char why[PLATFORM_WHY];

	if (sandbox_enter(&sandbox, why, sizeof(why)) == -1)
		_exit(1);
}

/* Builds one program.  Returns its length; 0: why is filled. */
static u_int
build(const struct filter_config *config, struct bpf_insn *out, char *why,
    size_t size)
{
	struct bpf_program program;

	if (filter_build(config, &program, why, size) == -1 ||
	    !filter_known(&program, why, size))
		return 0;
	memcpy(out, program.bf_insns, program.bf_len * sizeof(*out));
	return program.bf_len;
}

static void
filter_child(const struct filter_config *config, bool base, int out)
{
	static struct filter_answer a;
	struct filter_config sealed = *config;

	out = command_keep(out);
	confine();
	sealed.seal = seal;
	a.len = build(&sealed, a.insns, a.why, sizeof(a.why));
	sealed.user[0] = sealed.user[1] = NULL;
	if (a.len > 0 && base)
		a.base_len = build(&sealed, a.base, a.why, sizeof(a.why));
	_exit(write_all(out, &a, sizeof(a)) ? 0 : 1);
}

int
filter_start(const struct filter_config *config, bool base, const char *user,
    pid_t *pid, const char **failed)
{
	int fds[2], error;

	*failed = "pipe";
	if (pipe(fds) == -1)
		return -1;
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	*failed = "fork";
	become = user;
	if ((*pid = command_fork()) == 0)
		filter_child(config, base, fds[1]);
	error = errno;
	(void)close(fds[1]);
	if (*pid != -1)
		return fds[0];
	(void)close(fds[0]);
	errno = error;
	return -1;
}
