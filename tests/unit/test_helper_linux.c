/*
 * A doll in a namespace of its own, by the helper's requests, in a network
 * and a mount namespace of ours.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/types.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "helper.h"
#include "port.h"

static struct helper_request request;
static struct helper_answer answer;

static void
apply(struct param_change change)
{
	request.what = HELPER_APPLY;
	request.change = change;
	if (helper_call(&request, &answer) == -1)
		fail_msg("%s: %s", answer.failed, strerror(errno));
}

/* What happens there is told, and what happens here is not. */
static void
watched(int watch, bool told)
{
	struct pollfd p = { watch, POLLIN, 0 };

	assert_int_equal(poll(&p, 1, told ? 1000 : 0), told);
	assert_int_equal(params_changed(watch), told);
}

/* Made, changed and read where ours sees nothing of it. */
static void
doll_in_namespace(void)
{
	struct param_change change = { .what = PARAM_ADD_ADDR };
	struct stat st;
	int fd, watch, status;

	assert_int_equal(helper_open("parlab"), 0);
	request.what = HELPER_TAP;
	request.linktype = LINK_ETHERNET;
	request.size = 1000;
	(void)strcpy(request.ifname, "pardoll0");
	if (helper_call(&request, &answer) == -1)
		fail_msg("%s: %s", answer.failed, strerror(errno));
	fd = answer.fd;
	assert_true(fd != -1);
	assert_string_equal(answer.ifname, "pardoll0");
	assert_false(answer.existed);

	assert_int_equal(addr_parse("192.0.2.1/24", &change.addr.addr), 0);
	request.what = HELPER_WATCH;
	assert_int_equal(helper_call(&request, &answer), 0);
	watch = answer.fd;
	watched(watch, false);
	assert_int_equal(params_apply("lo", &change), 0);
	watched(watch, false);
	apply(change);
	watched(watch, true);
	(void)close(watch);
	request.what = HELPER_READ;
	assert_int_equal(helper_call(&request, &answer), 0);
	assert_int_equal(answer.params.naddrs, 1);
	request.what = HELPER_LOCAL;
	assert_int_equal(helper_call(&request, &answer), 0);
	assert_int_equal(answer.local.n, 0);
	request.ifname[0] = '\0';
	assert_int_equal(helper_call(&request, &answer), 0);
	assert_in_range(answer.local.n, 1, 2);

	/* what was not made here is not changed, though it could be */
	request.what = HELPER_APPLY;
	request.change.what = PARAM_SET_UP;
	(void)strcpy(request.ifname, "lo");
	assert_int_equal(helper_call(&request, &answer), -1);
	assert_int_equal(answer.result, EPERM);

	/* the host that is to be kept apart is elsewhere */
	request.what = HELPER_FENCE;
	(void)strcpy(request.ifname, "pardoll0");
	assert_int_equal(helper_call(&request, &answer), -1);
	assert_int_equal(answer.result, EPERM);

	request.what = HELPER_HOOK;
	(void)strcpy(request.text,
	    "grep -q $PUPPET_IFNAME: /proc/net/dev && "
	    "! grep -q $PUPPET_IFNAME: /proc/$PPID/net/dev");
	assert_int_equal(helper_call(&request, &answer), 0);
	assert_int_equal(waitpid(answer.pid, &status, 0), answer.pid);
	assert_int_equal(status, 0);
	(void)close(fd);
	assert_int_equal(stat("/run/netns/parlab", &st), 0);
	helper_close();
	assert_int_equal(stat("/run/netns/parlab", &st), -1);
}

static void
test_namespace(void **state)
{
	(void)state;
	(void)unsetenv("SUDO_UID");
	(void)unsetenv("DOAS_USER");
	if (access("/dev/net/tun", R_OK | W_OK) == -1 ||
	    unshare(CLONE_NEWNET | CLONE_NEWNS) == -1 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("none", "/run", "tmpfs", 0, NULL) == -1)
		skip();
	doll_in_namespace();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
