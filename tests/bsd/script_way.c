/* SPDX-License-Identifier: ISC */
/* Finding the interface by which a host is reached, by route(4). */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "kernel.h"
#include "privilege/platform.h"

#define SIZE sizeof(struct answer)
#define LEN  sizeof(struct rt_msghdr)

static struct answer {
	struct rt_msghdr head;
	char room[2048];
} ours, other, no_route;

static struct addr to;

static int
setup(void **state)
{
	(void)state;
	ours.head.rtm_type = RTM_GET;
	ours.head.rtm_seq = 1;
	ours.head.rtm_pid = getpid();
	ours.head.rtm_index = 7;
	other = ours;
	other.head.rtm_pid = getpid() + 1;
	other.head.rtm_index = 8;
	no_route = ours;
	no_route.head.rtm_errno = ESRCH;
	return addr_parse("192.0.2.1", &to);
}

static bool
asks(const void *arg, size_t len)
{
	const struct rt_msghdr *q = arg;
	const struct sockaddr *dst = (const void *)(q + 1);

	return q->rtm_type == RTM_GET && q->rtm_version == RTM_VERSION &&
	    q->rtm_msglen == len && q->rtm_addrs == (RTA_DST | RTA_IFP) &&
	    dst->sa_family == AF_INET;
}

/* WRITE compares the length, too, which the first test sets. */
/* No two versions of clang-format agree about braces in a macro. */
/* clang-format off */
#define QUESTION(n)                                                            \
	{                                                                      \
		.what = KERNEL_WRITE, .fd = 100, .number = (n), .check = asks, \
		.in_len = (n), .result = (n),                                  \
	}
/* clang-format on */

#define ASKED (LEN + 16 + ((sizeof(struct sockaddr_dl) + 7) & ~7UL))

/* Answers to other sockets are heard, too, and ignored. */
static void
test_answer(void **state)
{
	static const struct kernel_call calls[] = {
		SOCKET(PF_ROUTE, SOCK_RAW, 0, 100),
		QUESTION(ASKED),
		POLL(100, POLLIN, POLLIN),
		READ(100, SIZE, &other, LEN),
		POLL(100, POLLIN, POLLIN),
		READ(100, SIZE, &ours, LEN),
		CLOSE(100),
	};

	(void)state;
	KERNEL(calls);
	assert_int_equal(way_index(&to), 7);
	kernel_end();
}

static void
test_no_answer(void **state)
{
	static const struct kernel_call silent[] = {
		SOCKET(PF_ROUTE, SOCK_RAW, 0, 100),
		QUESTION(ASKED),
		POLL(100, POLLIN, 0),
		CLOSE(100),
	};
	static const struct kernel_call none[] = {
		SOCKET(PF_ROUTE, SOCK_RAW, 0, 100),
		QUESTION(ASKED),
		POLL(100, POLLIN, POLLIN),
		READ(100, SIZE, &no_route, LEN),
		CLOSE(100),
	};

	(void)state;
	KERNEL(silent);
	assert_int_equal(way_index(&to), 0);
	kernel_end();
	KERNEL(none);
	assert_int_equal(way_index(&to), 0);
	kernel_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_no_answer),
	};

	return cmocka_run_group_tests_name("way", tests, setup, NULL);
}
