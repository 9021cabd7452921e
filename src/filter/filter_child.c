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
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pcap.h>

#include "privilege/command.h"
#include "filter/filter.h"

/* Bytes of memory; 0: no limit (a sanitizer maps terabytes). */
#ifndef FILTER_MEMORY
#define FILTER_MEMORY (256u << 20)
#endif
#define CPU_SECONDS 2
#define SECONDS	    4

struct answer {
	u_int len; /* of insns; 0: why says what failed */
	char why[256];
	struct bpf_insn insns[FILTER_INSNS];
};

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
	limit(RLIMIT_CPU, CPU_SECONDS);
	if (FILTER_MEMORY > 0) {
		limit(RLIMIT_DATA, FILTER_MEMORY);
#ifdef RLIMIT_AS
		limit(RLIMIT_AS, FILTER_MEMORY);
#endif
	}
	signal(SIGALRM, SIG_DFL);
	alarm(SECONDS);
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

static bool
read_all(int fd, void *data, size_t len)
{
	char *at = data;
	ssize_t n;

	while (len > 0) {
		n = read(fd, at, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= n;
	}
	return true;
}

/*
 * A process that cannot open a descriptor cannot ask a name server, whatever
 * libpcap's scanner takes for a name.
 */
static void
no_descriptors(void)
{
	limit(RLIMIT_NOFILE, 0);
}

static void
filter_child(const struct filter_config *config, int out)
{
	struct filter_config sealed = *config, *cfg = &sealed;
	struct bpf_program program;
	struct answer a;

	out = command_keep(out);
	confine();
	cfg->seal = no_descriptors;
	memset(&a, 0, sizeof(a));
	if (filter_build(cfg, &program, a.why, sizeof(a.why)) == 0) {
		a.len = program.bf_len;
		memcpy(a.insns, program.bf_insns, a.len * sizeof(*a.insns));
	}
	_exit(write_all(out, &a, sizeof(a)) ? 0 : 1);
}

static void
say_death(pid_t pid, char *why, size_t size)
{
	int status = 0;

	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGALRM ||
		WTERMSIG(status) == SIGKILL))
		snprintf(why, size,
		    "compiling it takes too long: more than "
		    "%d s of processor time or %d s in all",
		    CPU_SECONDS, SECONDS);
	else if (WIFSIGNALED(status))
		snprintf(why, size, "libpcap died of it: %s",
		    strsignal(WTERMSIG(status)));
	else
		snprintf(why, size, "its compilation ended without answer");
}

/* Copies the program of an answer.  0; -1: why is filled. */
static int
answer_read(const struct answer *a, struct bpf_program *out, char *why,
    size_t size)
{
	if (a->len == 0 || a->len > FILTER_INSNS) {
		snprintf(why, size, "%.*s", (int)sizeof(a->why) - 1, a->why);
		return -1;
	}
	out->bf_insns = malloc(a->len * sizeof(*a->insns));
	if (out->bf_insns == NULL) {
		snprintf(why, size, "%s", strerror(errno));
		return -1;
	}
	memcpy(out->bf_insns, a->insns, a->len * sizeof(*a->insns));
	out->bf_len = a->len;
	return 0;
}

int
filter_build_bounded(const struct filter_config *cfg, struct bpf_program *out,
    char *why, size_t size)
{
	struct answer a;
	int fds[2];
	pid_t pid;
	bool answered;

	memset(out, 0, sizeof(*out));
	if (pipe(fds) == -1) {
		snprintf(why, size, "pipe: %s", strerror(errno));
		return -1;
	}
	pid = command_fork();
	if (pid == 0)
		filter_child(cfg, fds[1]);
	close(fds[1]);
	answered = pid != -1 && read_all(fds[0], &a, sizeof(a));
	if (pid == -1)
		snprintf(why, size, "fork: %s", strerror(errno));
	else if (!answered)
		say_death(pid, why, size);
	else
		while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
			;
	close(fds[0]);
	return answered ? answer_read(&a, out, why, size) : -1;
}
