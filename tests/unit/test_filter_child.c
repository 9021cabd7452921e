/* SPDX-License-Identifier: ISC */
/*
 * The child that compiles, with a compiler that fails: filter_build() here
 * replaces the one of filter.c, and does what the text names.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <pcap.h>

#include "filter/filter.h"
#include "bounded.h"

#define MANY FILTER_INSNS

/* Sanitizers do not work under a memory limit: their builds set it to 0. */
#ifdef FILTER_MEMORY
#define LIMITED (FILTER_MEMORY > 0)
#else
#define LIMITED true
#endif

static int spy[2]; /* a pipe that the child must not inherit */

static int
make(struct bpf_program *out, u_int n)
{
	u_int i;

	out->bf_len = n;
	out->bf_insns = calloc(n, sizeof(*out->bf_insns));
	for (i = 0; i < n; i++)
		out->bf_insns[i] = (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K,
		    i);
	return 0;
}

static int
eat(char *why, size_t size)
{
	size_t n, step = 1 << 20;
	char *volatile p; /* else clang removes the allocation */

	for (n = 0; n < (size_t)1 << 30; n += step) {
		p = malloc(step);
		if (p == NULL) {
			snprintf(why, size, "out of memory");
			return -1;
		}
		*p = 1;
	}
	snprintf(why, size, "all is eaten");
	return -1;
}

static int
reach(char *why, size_t size)
{
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += write(fd, "", 0) == 0;
	snprintf(why, size, "%d descriptors, spy %zd", n,
	    write(spy[1], "x", 1));
	return -1;
}

int
filter_build(const struct filter_config *c, struct bpf_program *out, char *why,
    size_t size)
{
	const char *what = c->user[0];
	volatile int spin = 1;

	if (strcmp(what, "good") == 0)
		return make(out, MANY);
	if (strcmp(what, "spin") == 0)
		while (spin)
			;
	if (strcmp(what, "sleep") == 0)
		while (spin)
			pause();
	if (strcmp(what, "die") == 0)
		raise(SIGSEGV);
	if (strcmp(what, "exit") == 0)
		_exit(0);
	if (strcmp(what, "eat") == 0)
		return eat(why, size);
	if (strcmp(what, "ask") == 0) {
		c->seal();
		snprintf(why, size, "%s",
		    socket(AF_INET, SOCK_DGRAM, 0) == -1 ? "nobody" : "asks");
		return -1;
	}
	if (strcmp(what, "reach") == 0)
		return reach(why, size);
	snprintf(why, size, "syntax error");
	return -1;
}

static void
assert_fails(const char *what, const char *because)
{
	struct filter_config c = { .user = { what, NULL } };
	struct bpf_program program;
	char why[256] = "";

	assert_int_equal(filter_build_bounded(&c, &program, why, sizeof(why)),
	    -1);
	if (strstr(why, because) == NULL)
		fail_msg("%s: '%s' instead of '%s'", what, why, because);
	assert_null(program.bf_insns);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void
test_good(void **state)
{
	struct filter_config c = { .user = { "good", NULL } };
	struct bpf_program program;
	char why[256] = "";
	u_int i;

	(void)state;
	assert_int_equal(filter_build_bounded(&c, &program, why, sizeof(why)),
	    0);
	assert_int_equal(program.bf_len, MANY);
	for (i = 0; i < MANY; i++)
		assert_int_equal(program.bf_insns[i].k, i);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	free(program.bf_insns);
}

static void
test_fails(void **state)
{
	(void)state;
	assert_fails("bad", "syntax error");
	assert_fails("exit", "without answer");
	assert_fails("die", "died of it");
}

static long
children_seconds(void)
{
	struct rusage r;

	assert_int_equal(getrusage(RUSAGE_CHILDREN, &r), 0);
	return r.ru_utime.tv_sec + r.ru_stime.tv_sec;
}

/* The limit is processor time: a busy machine does not matter. */
static void
test_time(void **state)
{
	long before = children_seconds();

	(void)state;
	assert_fails("spin", "takes too long");
	assert_in_range(children_seconds() - before, 0, 2);
}

/* A handler and a mask of ours must not keep the child alive. */
static void
test_signals(void **state)
{
	sigset_t all, old;

	(void)state;
	sigfillset(&all);
	signal(SIGALRM, SIG_IGN);
	sigprocmask(SIG_BLOCK, &all, &old);
	assert_fails("sleep", "takes too long");
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGALRM, SIG_DFL);
}

static void
test_memory(void **state)
{
	(void)state;
	if (!LIMITED)
		skip();
	assert_fails("eat", "out of memory");
}

static void
test_descriptors(void **state)
{
	(void)state;
	assert_int_equal(pipe(spy), 0);
	assert_fails("reach", "spy -1");
	close(spy[1]);
	assert_int_equal(read(spy[0], &spy[1], 1), 0);
	close(spy[0]);
}

/* While it compiles the peer's text, the child cannot reach a name server. */
static void
test_sealed(void **state)
{
	(void)state;
	assert_fails("ask", "nobody");
}

/* Our process, not the child, writes what is in stdio's buffer. */
static void
test_buffers(void **state)
{
	struct filter_config c = { .user = { "bad", NULL } };
	struct bpf_program program;
	char why[256], text[8];
	FILE *f;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	f = fdopen(fds[1], "w");
	assert_non_null(f);
	fputs("once", f);
	filter_build_bounded(&c, &program, why, sizeof(why));
	fclose(f);
	assert_int_equal(read(fds[0], text, sizeof(text)), 4);
	close(fds[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_fails),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_buffers),
		cmocka_unit_test(test_sealed),
	};

	return cmocka_run_group_tests_name("filter_child", tests, NULL, NULL);
}
