/* SPDX-License-Identifier: ISC */
/* The watch: route(4) messages of each system, built from its own headers. */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/route.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "port/params.h"

#define SIZE 2048
#define KIND (SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC)

static union message {
	struct if_msghdr link;
	struct rt_msghdr route;
	struct ifa_msghdr addr;
	struct if_announcemsghdr announce;
	struct {
		u_short len;
		u_char version;
		u_char type;
	} head;
	uint8_t bytes[SIZE];
} link_news, addr_news, gone_news, route_added, foreign, two, endless, beyond,
    stub;

static void
fill(union message *m, int type, size_t len)
{
	m->head.len = (u_short)len;
	m->head.version = RTM_VERSION;
	m->head.type = (u_char)type;
}

static int
setup(void **state)
{
	(void)state;
	fill(&link_news, RTM_IFINFO, sizeof(struct if_msghdr));
	fill(&addr_news, RTM_DELADDR, sizeof(struct ifa_msghdr));
	fill(&gone_news, RTM_IFANNOUNCE, sizeof(struct if_announcemsghdr));
	fill(&route_added, RTM_ADD, sizeof(struct rt_msghdr));
	fill(&foreign, RTM_ADD, sizeof(struct rt_msghdr));
	foreign.head.version = RTM_VERSION + 1;
	fill(&two, RTM_ADD, sizeof(struct rt_msghdr));
	memcpy(two.bytes + sizeof(struct rt_msghdr), &addr_news,
	    sizeof(addr_news.addr));
	fill(&endless, RTM_ADD, 0); /* length 0: no step would pass it */
	fill(&beyond, RTM_ADD, SIZE + 1);
	fill(&stub, RTM_ADD, sizeof(struct rt_msghdr));
	return 0;
}

/* -- what the kernel does ---------------------------------------------------
 */

/*
 * lost, filter: the errno of SO_RERROR and of the filter.  NetBSD,
 * net/route.h: an array of types; OpenBSD, sys/net/rtsock.c,
 * route_ctloutput(): a mask, route_input(): of what table; FreeBSD has no
 * filter.
 */
#if defined(__NetBSD__)
static const int on = 1;
static const u_char types[] = { RTM_IFINFO, RTM_IFANNOUNCE, RTM_NEWADDR,
	RTM_DELADDR, RTM_CHGADDR };
#define OPTIONS(lost, filter)                                    \
	SETSOCKOPT(100, SOL_SOCKET, SO_RERROR, .in = &on,        \
	    .in_len = sizeof(on), .error = (lost)),              \
	    SETSOCKOPT(100, PF_ROUTE, RO_MSGFILTER, .in = types, \
		.in_len = sizeof(types), .error = (filter))
#elif defined(__OpenBSD__)
static const unsigned table = RTABLE_ANY;
static const unsigned types = ROUTE_FILTER(RTM_IFINFO) |
    ROUTE_FILTER(RTM_IFANNOUNCE) | ROUTE_FILTER(RTM_NEWADDR) |
    ROUTE_FILTER(RTM_DELADDR) | ROUTE_FILTER(RTM_CHGADDRATTR) |
    ROUTE_FILTER(RTM_DESYNC);
#define OPTIONS(lost, filter)                                        \
	SETSOCKOPT(100, PF_ROUTE, ROUTE_TABLEFILTER, .in = &table,   \
	    .in_len = sizeof(table), .error = (lost)),               \
	    SETSOCKOPT(100, PF_ROUTE, ROUTE_MSGFILTER, .in = &types, \
		.in_len = sizeof(types), .error = (filter))
#else
static const int on = 1;
#define OPTIONS(lost, filter)                             \
	SETSOCKOPT(100, SOL_SOCKET, SO_RERROR, .in = &on, \
	    .in_len = sizeof(on), .error = (lost))
#endif

static const struct kernel_call watched[] = {
	SOCKET(PF_ROUTE, KIND, 0, 100),
	OPTIONS(0, 0),
	CLOSE(100),
};
/* sys/kern/uipc_socket.c, sosetopt(): an older kernel has no SO_RERROR */
static const struct kernel_call watched_old[] = {
	SOCKET(PF_ROUTE, KIND, 0, 100),
	OPTIONS(ENOPROTOOPT, 0),
	CLOSE(100),
};
/* raw_ctloutput(): nor a filter, as NetBSD 7 */
static const struct kernel_call unfiltered[] = {
	SOCKET(PF_ROUTE, KIND, 0, 100),
	OPTIONS(ENOPROTOOPT, ENOPROTOOPT),
	CLOSE(100),
};
static const struct kernel_call refused[] = {
	SOCKET(PF_ROUTE, KIND, 0, 0, .error = EMFILE),
};

#define GET(m, len) READ(100, SIZE, &(m), len)
#define WHOLE(m)    GET(m, (m##_len))
#define EMPTY	    READ(100, SIZE, NULL, 0, .error = EAGAIN)

enum {
	link_news_len = sizeof(struct if_msghdr),
	addr_news_len = sizeof(struct ifa_msghdr),
	gone_news_len = sizeof(struct if_announcemsghdr),
	route_added_len = sizeof(struct rt_msghdr),
	foreign_len = sizeof(struct rt_msghdr),
	two_len = sizeof(struct rt_msghdr) + sizeof(struct ifa_msghdr),
};

static const struct kernel_call quiet[] = { EMPTY };
static const struct kernel_call link_told[] = { WHOLE(link_news), EMPTY };
static const struct kernel_call addr_told[] = { WHOLE(addr_news), EMPTY };
static const struct kernel_call gone_told[] = { WHOLE(gone_news), EMPTY };
static const struct kernel_call route_told[] = { WHOLE(route_added), EMPTY };
static const struct kernel_call version_told[] = { WHOLE(foreign), EMPTY };
static const struct kernel_call two_told[] = { WHOLE(two), EMPTY };
/* all messages are read, even after the first one counts as a change */
static const struct kernel_call many_told[] = { WHOLE(link_news),
	WHOLE(route_added), WHOLE(route_added), EMPTY };
/* sys/kern/uipc_socket.c, soreceive(): SO_RERROR */
static const struct kernel_call lost_told[] = {
	WHOLE(route_added),
	READ(100, SIZE, NULL, 0, .error = ENOBUFS),
	EMPTY,
};
static const struct kernel_call disturbed[] = {
	READ(100, SIZE, NULL, 0, .error = EINTR),
	WHOLE(addr_news),
	EMPTY,
};
static const struct kernel_call ended[] = { GET(route_added, 0) };
static const struct kernel_call broken[] = {
	READ(100, SIZE, NULL, 0, .error = EIO),
};
static const struct kernel_call endless_told[] = {
	GET(endless, sizeof(struct rt_msghdr)),
	EMPTY,
};
static const struct kernel_call beyond_told[] = {
	GET(beyond, sizeof(struct rt_msghdr)),
	EMPTY,
};
/* a message and 3 bytes of a second one; then nothing but 3 bytes */
static const struct kernel_call pause_told[] = {
	GET(stub, sizeof(struct rt_msghdr) + 3),
	EMPTY,
};
static const struct kernel_call stub_told[] = { GET(stub, 3), EMPTY };

/* -- tests ------------------------------------------------------------------
 */

static void
test_watches(void **state)
{
	(void)state;
	KERNEL(watched);
	assert_int_equal(close(params_watch()), 0);
	kernel_end();
	KERNEL(watched_old);
	assert_int_equal(close(params_watch()), 0);
	kernel_end();
	KERNEL(refused);
	assert_int_equal(params_watch(), -1);
	assert_int_equal(errno, EMFILE);
	kernel_end();
	KERNEL(unfiltered);
	assert_int_equal(close(params_watch()), 0);
	kernel_end();
}

#define CHANGED(table, expected)                                 \
	do {                                                     \
		KERNEL(table);                                   \
		assert_int_equal(params_changed(100), expected); \
		kernel_end();                                    \
	} while (0)

static void
test_knows_news(void **state)
{
	(void)state;
	CHANGED(quiet, false);
	CHANGED(link_told, true);
	CHANGED(addr_told, true);
	CHANGED(gone_told, true);
	CHANGED(route_told, false);
	CHANGED(two_told, true);
	CHANGED(many_told, true);
	CHANGED(disturbed, true);
}

static void
test_knows_every_type(void **state)
{
	static const int news[] = {
		RTM_NEWADDR,
		RTM_DELADDR,
		RTM_IFINFO,
		RTM_IFANNOUNCE,
#ifdef RTM_CHGADDRATTR
		RTM_CHGADDRATTR,
		RTM_DESYNC,
#endif
#ifdef RTM_CHGADDR
		RTM_CHGADDR,
#endif
	};
	size_t i, n = sizeof(news) / sizeof(news[0]);
	int type;

	(void)state;
	for (type = 0; type < 256; type++) {
		for (i = 0; i < n && news[i] != type; i++)
			;
		stub.head.type = (u_char)type;
		KERNEL(((const struct kernel_call[]) {
		    GET(stub, sizeof(struct rt_msghdr)), EMPTY }));
		assert_int_equal(params_changed(100), i < n);
		kernel_end();
	}
	fill(&stub, RTM_ADD, sizeof(struct rt_msghdr));
}

/* A lost or unknown message counts as a change. */
static void
test_reads_anew_if_in_doubt(void **state)
{
	(void)state;
	CHANGED(lost_told, true);
	CHANGED(version_told, true);
	CHANGED(endless_told, true);
	CHANGED(pause_told, true);
	CHANGED(stub_told, true);
	CHANGED(beyond_told, false);
}

static void
test_ends(void **state)
{
	(void)state;
	CHANGED(ended, false);
	CHANGED(broken, false);
}

/* In a storm one call reads only so many messages. */
static void
test_leaves_a_storm(void **state)
{
	static struct kernel_call storm[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(storm) / sizeof(storm[0]); i++)
		storm[i] = (struct kernel_call)WHOLE(addr_news);
	CHANGED(storm, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watches),
		cmocka_unit_test(test_knows_news),
		cmocka_unit_test(test_knows_every_type),
		cmocka_unit_test(test_reads_anew_if_in_doubt),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_leaves_a_storm),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
