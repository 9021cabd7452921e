/* SPDX-License-Identifier: ISC */
/*
 * A doll in its own network namespace, by the helper's requests.  The test runs
 * in a network and a mount namespace of its own.
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

#include "privilege/request.h"
#include "port/port.h"

static struct options words = { .role = ROLE_MASTER,
	.form = PEER_LISTEN,
	.peer = "1234",
	.doll = "pardoll0",
	.netns = "parlab" };
static struct request request;
static struct answer answer;

static void
apply(struct param_change change)
{
	request.what = REQUEST_APPLY;
	request.change = change;
	if (request_call(&request, -1, &answer) == -1)
		fail_msg("%s: %s", answer.failed, strerror(errno));
}

/* The watch reports changes in the doll's namespace, and not in ours. */
static void
watched(int watch, bool told)
{
	struct pollfd p = { watch, POLLIN, 0 }, from;
	char bytes[64];
	uint64_t due;

	/* as the helper's loop does */
	for (;;) {
		request_poll(&from, &due);
		if (due == UINT64_MAX)
			break;
		(void)poll(NULL, 0, 1);
	}
	assert_int_equal(poll(&from, 1, told ? 1000 : 0), told);
	request_turn(&from);
	assert_int_equal(poll(&p, 1, 0), told);
	assert_int_equal(read(watch, bytes, sizeof(bytes)), told ? 1 : -1);
}

/* Only addresses and routes of the doll's namespace count. */
static void
judged(void)
{
	int i;

	request.what = REQUEST_JUDGE;
	request.offer.stranger = true;
	request.offer.naddrs = 3;
	assert_int_equal(addr_parse("192.0.2.2/24",
			     &request.offer.addrs[0].addr),
	    0);
	assert_int_equal(addr_parse("193.0.0.1/2",
			     &request.offer.addrs[1].addr),
	    0);
	request.offer.addrs[2] = request.offer.addrs[0];
	request.offer.addrs[2].addr.addr_bits = 25;
	request.offer.own = request.offer.remote = request.offer.addrs[0].addr;
	assert_int_equal(request_call(&request, -1, &answer), 0);
	for (i = 0; i < 3; i++)
		assert_string_equal(answer.verdict.why[i], "");
	assert_int_equal(system("ip -n parlab addr add 198.51.100.1/24 dev lo"),
	    0);
	assert_int_equal(addr_parse("198.51.100.2/24",
			     &request.offer.addrs[0].addr),
	    0);
	assert_int_equal(request_call(&request, -1, &answer), 0);
	assert_string_equal(answer.verdict.why[0], "overlaps lo");
	request.offer.naddrs = PARAMS_ADDRS + 1;
	assert_int_equal(request_call(&request, -1, &answer), -1);
	assert_int_equal(answer.result, EINVAL);
	request.offer.naddrs = 1;
	request.offer.addrs[0].addr.addr_type = ADDR_TYPE_ETH;
	assert_int_equal(request_call(&request, -1, &answer), -1);
	assert_int_equal(answer.result, EINVAL);
}

static int
try_apply(struct param_change change)
{
	request.what = REQUEST_APPLY;
	request.change = change;
	return request_call(&request, -1, &answer);
}

static void
offer(const struct param_addr *addrs, int n)
{
	memset(&request.offer, 0, sizeof(request.offer));
	memcpy(request.offer.addrs, addrs, (size_t)n * sizeof(addrs[0]));
	request.offer.naddrs = n;
	request.what = REQUEST_JUDGE;
	assert_int_equal(request_call(&request, -1, &answer), 0);
}

/*
 * An address is set only after it was judged, beside those that were judged
 * with it; and a peer of a master that listens is a stranger.
 */
static void
applied_as_judged(struct param_change change)
{
	struct param_change other = change;
	struct param_addr bad = { 0 };

	assert_int_equal(addr_parse("198.51.100.7/24", &other.addr.addr), 0);
	assert_int_equal(try_apply(change), -1);
	assert_int_equal(answer.result, EPERM);
	offer(&other.addr, 1);
	assert_string_equal(answer.verdict.why[0], "");
	assert_int_equal(try_apply(change), -1);
	assert_int_equal(answer.result, EPERM);
	apply(other);
	offer(&change.addr, 1);
	assert_int_equal(try_apply(change), -1); /* the other is still there */
	assert_int_equal(answer.result, EPERM);
	other.what = PARAM_DEL_ADDR;
	apply(other);
	assert_int_equal(addr_parse("127.0.0.2/8", &bad.addr), 0);
	request.offer.addrs[0] = bad;
	request.what = REQUEST_JUDGE;
	assert_int_equal(request_call(&request, -1, &answer), -1);
	assert_int_equal(try_apply(change), -1);
	assert_int_equal(answer.result, EPERM);
	offer(&change.addr, 1);
	apply(change);
}

/* The doll is made, changed and read there, unseen in our namespace. */
static void
doll_in_namespace(void)
{
	struct param_change change = { .what = PARAM_ADD_ADDR };
	struct stat st;
	int fd, watch;

	words.hook = "grep -q $PUPPET_IFNAME: /proc/net/dev && "
		     "! grep -q $PUPPET_IFNAME: /proc/$PPID/net/dev && "
		     "test $PUPPET_IFNAME = pardoll1 && "
		     "test \"$PUPPET_PEER\" = 'gw port 1234' && "
		     "test $PUPPET_MTU = 1500 && test ${#PUPPET_MAC} = 17 && "
		     "test \"$PUPPET_ADDRESSES\" = 192.0.2.1/24";
	assert_int_equal(request_open(&words), 0);
	request.what = REQUEST_TAP;
	request.linktype = LINK_ETHERNET;
	request.size = 1000;
	if (request_call(&request, -1, &answer) == -1)
		fail_msg("%s", answer.why);
	fd = answer.fds[0];
	assert_true(fd != -1);
	assert_string_equal(answer.ifname, "pardoll0");
	assert_false(answer.existed);

	assert_int_equal(addr_parse("192.0.2.1/24", &change.addr.addr), 0);
	request.what = REQUEST_WATCH;
	assert_int_equal(request_call(&request, -1, &answer), 0);
	watch = answer.fds[0];
	watched(watch, false);
	assert_int_equal(params_apply("lo", &change), 0);
	watched(watch, false);
	applied_as_judged(change);
	watched(watch, true);
	(void)close(watch);
	request.what = REQUEST_READ;
	assert_int_equal(request_call(&request, -1, &answer), 0);
	assert_int_equal(answer.params.naddrs, 1);
	judged();

	/* no fence: the doll is in another namespace than the host */
	request.what = REQUEST_FENCE;
	assert_int_equal(request_call(&request, -1, &answer), -1);
	assert_int_equal(answer.result, EPERM);

	/* the doll has another name now */
	assert_int_equal(system("ip -n parlab link set pardoll0 down "
				"name pardoll1"),
	    0);
	request.what = REQUEST_HOOK;
	(void)strcpy(request.text, "gw port 1234");
	assert_int_equal(request_call(&request, -1, &answer), 0);
	request.what = REQUEST_ENDED;
	request.child = CHILD_HOOK;
	do {
		(void)poll(NULL, 0, 1);
		assert_int_equal(request_call(&request, -1, &answer), 0);
	} while (!answer.ended);
	assert_int_equal(answer.status, 0);
	(void)close(fd);
	assert_int_equal(stat("/run/netns/parlab", &st), 0);
	request_close();
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
