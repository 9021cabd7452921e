/* SPDX-License-Identifier: ISC */
/* The signals of a child that command.c starts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "privilege/command.h"

static void
handler(int signo)
{
	(void)signo;
}

/* No signal is blocked or has our handler; SIGPIPE kills. */
static int
child_is_clean(void)
{
	struct sigaction sa;
	sigset_t blocked;
	int sig;

	if (sigprocmask(SIG_SETMASK, NULL, &blocked) == -1)
		return 0;
	for (sig = 1; sig < NSIG; sig++) {
		if (sigismember(&blocked, sig) == 1)
			return 0;
		if (sigaction(sig, NULL, &sa) == 0 && sa.sa_handler == handler)
			return 0;
	}
	return sigaction(SIGPIPE, NULL, &sa) == 0 && sa.sa_handler == SIG_DFL;
}

static void
test_signals(void **state)
{
	struct sigaction sa = { .sa_handler = handler };
	sigset_t some, mask;
	pid_t pid;
	int status;

	(void)state;
	assert_int_equal(sigaction(SIGTERM, &sa, NULL), 0);
	assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	(void)sigemptyset(&some);
	(void)sigaddset(&some, SIGUSR1);
	(void)sigprocmask(SIG_SETMASK, &some, NULL);
	if ((pid = command_fork()) == 0)
		_exit(child_is_clean() ? 0 : 1);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	/* our own mask has not changed */
	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	assert_int_equal(sigismember(&mask, SIGUSR1), 1);
	assert_int_equal(sigismember(&mask, SIGTERM), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
