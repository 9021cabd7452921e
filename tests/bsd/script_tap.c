/* SPDX-License-Identifier: ISC */
/*
 * The tap port of the BSDs, and making of dolls.  Each system's own rows and
 * tests are in tap_SYSTEM.h.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <sys/time.h>
#include <net/if.h>
#include <net/if_types.h>
#ifndef __OpenBSD__
#include <net/if_tap.h>
#endif
#ifdef __NetBSD__
#include <net/if_tun.h>
#endif
#ifdef __FreeBSD__
#include <net/if_var.h>
#endif
#include <netinet/in.h>
#ifndef __OpenBSD__
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#endif
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "port/port.h"
#include "privilege/helper.h"
#include "../unit/opened.h"
#include "promises.h"

#define NODE_FLAGS (O_RDWR | O_NONBLOCK | O_CLOEXEC)
#define ASK(domain, ...) \
	SOCKET(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0, __VA_ARGS__)
#define INDEX 7
/* the last step of the port's open, and its close */
#define OPENED(name, flags)                             \
	ASK(AF_INET, 103), IF_NAMETOINDEX(name, INDEX), \
	    LIMITED IF_NAMETOINDEX(name, INDEX),        \
	    IOCTL(103, SIOCGIFFLAGS, .out = flags)
#ifdef __FreeBSD__
static const unsigned long of_doll[] = { FIONREAD, TAPGIFNAME },
			   of_view[] = { SIOCGIFFLAGS, SIOCGIFGROUP };
#define LIMITED                                                          \
	RIGHT("cap_rights_limit", 101),                                  \
	    RIGHT("cap_ioctls_limit", KERNEL_TWO(101, 2), .in = of_doll, \
		.in_len = sizeof(of_doll)),                              \
	    RIGHT("cap_rights_limit", 103),                              \
	    RIGHT("cap_ioctls_limit", KERNEL_TWO(103, 2), .in = of_view, \
		.in_len = sizeof(of_view)),
#else
#define LIMITED
#endif
/* the port's attach; argument: a row for the frames dropped before */
#define ATTACHED(...) \
	READ(101, FRAME_MAX, NULL, 0, .error = EAGAIN), __VA_ARGS__
#define CLOSED	    CLOSE(101), CLOSE(103)
#define ROWS(table) #table, (table), sizeof(table) / sizeof((table)[0])
/* the port's close if the doll is gone: its descriptor is closed before */
#define CLOSED_GONE(name) CLOSE(101), IF_NAMETOINDEX(name, 0), CLOSE(103)

static const struct ifreq is_up = { .ifr_flags = IFF_UP }, is_down;

static struct port port;

/* Returns as the port's open: 0 or -1. */
static int
tap_try(const char *name, int linktype)
{
	struct port_config config = { .name = name, .linktype = linktype };

	return port_opened(&port, &port_tap, &config);
}

static bool
names(const void *arg, const char *name)
{
	return strcmp(((const struct ifreq *)arg)->ifr_name, name) == 0;
}

#define NAMES(ifname)                                        \
	static bool is_##ifname(const void *arg, size_t len) \
	{                                                    \
		(void)len;                                   \
		return names(arg, #ifname);                  \
	}

/* Ethernet, IPv4, IPv6, neither */
static uint8_t frame[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0 };
static uint8_t packet4[] = { 0x45, 0, 0, 20 }, packet6[] = { 0x60, 0, 0, 0 },
	       neither[] = { 0x10, 0, 0, 0 };
static const uint8_t framed4[] = { 0, 0, 0, AF_INET, 0x45, 0, 0, 20 },
		     framed6[] = { 0, 0, 0, AF_INET6, 0x60, 0, 0, 0 };

/* Sends one frame.  Returns how many were refused until now. */
static int
tap_put_one(uint8_t *data, size_t len)
{
	struct frame f = { .data = data, .len = (uint32_t)len };

	assert_int_equal(port.ops->send(&port, &f, 1), 1);
	return (int)port.count.refused;
}

/* Returns as recv, for one frame at most. */
static int
tap_get_one(const uint8_t *data, size_t len)
{
	struct frame f;
	int n = port.ops->recv(&port, &f, 1);

	if (n != 1)
		return n;
	assert_true(f.outbound);
	assert_int_equal(f.len, len);
	assert_memory_equal(f.data, data, len);
	return 1;
}

static void
tap_end(void)
{
	port_close(&port);
	kernel_end();
}

/* ---- runs that all three have ---- */

/* rows, calls, n: ROWS(table), the expected calls */
static void
refuses(const char *rows, const struct kernel_call *calls, size_t n,
    const char *wish, const char *said)
{
	kernel_begin(rows, calls, n);
	assert_int_equal(tap_try(wish, LINK_ANY), -1);
	assert_string_equal(kernel_said(), said);
	kernel_end();
}

/* Makes a doll, or opens one that exists, and closes it. */
static void
opens(const char *rows, const struct kernel_call *calls, size_t n,
    const char *wish, const char *name)
{
	kernel_begin(rows, calls, n);
	assert_int_equal(tap_try(wish, LINK_ANY), 0);
	assert_string_equal(port.name, name);
	assert_string_equal(kernel_said(), "");
	port_close(&port);
	helper_close();
	helper_close(); /* a second call destroys nothing */
	kernel_end();
}

/* The calls of the port in a run. */
enum act {
	PUT, /* a frame; it is not refused */
	PUT_REFUSED,
	GET, /* a frame */
	GET_NONE,
	GET_DEAD,
	TICK,
	TICK_REMADE,
};

static void
act_one(enum act act)
{
	int refused = (int)port.count.refused;

	switch (act) {
	case PUT:
	case PUT_REFUSED:
		assert_int_equal(tap_put_one(frame, sizeof(frame)),
		    refused + (act == PUT_REFUSED));
		break;
	case GET:
		assert_int_equal(tap_get_one(frame, sizeof(frame)), 1);
		break;
	case GET_NONE:
	case GET_DEAD:
		assert_int_equal(tap_get_one(NULL, 0),
		    act == GET_DEAD ? -1 : 0);
		break;
	case TICK:
	case TICK_REMADE:
		assert_int_equal(port.ops->tick(&port),
		    act == TICK ? PORT_SAME : PORT_REMADE);
	}
}

/* Runs with a new doll or an existing one; further arguments: acts. */
#define RUN(table, wish, said, ...)                                       \
	runs(ROWS(table), wish, said, (const enum act[]) { __VA_ARGS__ }, \
	    sizeof((const enum act[]) { __VA_ARGS__ }) / sizeof(enum act))

static void
runs(const char *rows, const struct kernel_call *calls, size_t n,
    const char *wish, const char *said, const enum act *acts, size_t nacts)
{
	size_t i;

	kernel_begin(rows, calls, n);
	assert_int_equal(tap_try(wish, LINK_ANY), 0);
	for (i = 0; i < nacts; i++)
		act_one(acts[i]);
	assert_int_equal(port.count.refused_bytes,
	    port.count.refused * sizeof(frame));
	assert_string_equal(kernel_said(), said);
	tap_end();
}

#if defined(__FreeBSD__)
#include "tap_freebsd.h"
#elif defined(__OpenBSD__)
#include "tap_openbsd.h"
#else
#include "tap_netbsd.h"
#endif

static void
test_makes_one(void **state)
{
	(void)state;
	KERNEL(made);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_string_equal(port.name, MADE_NAME);
	assert_int_equal(port.linktype, LINK_ETHERNET);
	assert_int_equal(port.maxframe, MAXFRAME);
	assert_null(port.control->set);
	assert_string_equal(kernel_said(), "");
	port_close(&port);
	helper_close(); /* the close has destroyed it */
	kernel_end();
}

/* A session with raw IP begins, where the doll was tap0. */
static const struct kernel_call raw[] = {
	TUN_MADE,
	OPENED(TUN, &is_up),
	WRITE(101, framed4, sizeof(framed4)),
	WRITE(101, framed6, sizeof(framed6)),
	WRITE(101, framed4, sizeof(framed4), .error = TUN_TOO_LONG),
	IOCTL(101, FIONREAD),
	IOCTL(101, FIONREAD),
	READ(101, FRAME_MAX + 4, framed6, sizeof(framed6)),
	READ(101, FRAME_MAX + 4, framed4, sizeof(framed4)),
	TUN_CLOSED,
};

static void
test_carries_raw_ip(void **state)
{
	(void)state;
	KERNEL(raw);
	assert_int_equal(tap_try(TUN_WISH, LINK_RAW), 0);
	assert_string_equal(port.name, TUN);
	assert_int_equal(port.linktype, LINK_RAW);
	assert_int_equal(port.maxframe, TUN_MAXFRAME);
	assert_int_equal(tap_put_one(packet4, sizeof(packet4)), 0);
	assert_int_equal(tap_put_one(packet6, sizeof(packet6)), 0);
	assert_int_equal(tap_put_one(packet4, sizeof(packet4)), 1);
	assert_int_equal(tap_put_one(neither, sizeof(neither)), 2);
	assert_int_equal(tap_get_one(packet6, sizeof(packet6)), 1);
	assert_int_equal(tap_get_one(packet4, sizeof(packet4)), 1);
	port_close(&port);
	helper_close();
	kernel_end();
}

static const struct kernel_call dropping[] = {
	QUEUE_MADE,
	ATTACHED(DROPS(five)),
	DROPS(twelve),
	DROPS_FAIL,
	DROPS(twelve), /* detach: one is left */
	READ(101, FRAME_MAX, frame, sizeof(frame)),
	READ(101, FRAME_MAX, NULL, 0, .error = EAGAIN),
	ATTACHED(DROPS(five)), /* the doll was made again in between */
	DROPS(twelve),
	CLOSED,
};

static void
test_counts_what_is_dropped(void **state)
{
	struct port_config config = { .queue = 500 };

	(void)state;
	KERNEL(dropping);
	assert_int_equal(port_opened(&port, &port_tap, &config), 0);
	assert_string_equal(kernel_said(), QUEUE_SAID);
	port.ops->stats(&port); /* no session: counts nothing */
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 7);
	port.ops->stats(&port);
	port.ops->detach(&port);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 7);
	assert_int_equal(port.count.left, 1);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 14);
	tap_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_makes_one),
		cmocka_unit_test(test_says_why_there_is_none),
		cmocka_unit_test(test_takes_one_of_the_user),
		cmocka_unit_test(test_counts_what_is_refused),
		cmocka_unit_test(test_notices_that_it_is_gone),
		cmocka_unit_test(test_carries_raw_ip),
		cmocka_unit_test(test_counts_what_is_dropped), OWN_TESTS };

	kernel_promise(PROMISES);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
