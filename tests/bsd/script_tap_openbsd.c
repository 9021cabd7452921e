/*
 * Dolls on OpenBSD.  What the rows say is in sys/net/if_tun.c (tun_dev_open,
 * tun_dev_close, tun_clone_destroy, tun_dev_read, tun_dev_write), sys/net/if.c
 * (ifioctl) and sys/miscfs/deadfs/dead_vnops.c (what a revoked descriptor is).
 */
#include "tap.h"

#include <net/if_types.h>
#include <ifaddrs.h>

NAMES(tap0)
NAMES(tap1)
NAMES(tap2)
NAMES(tun0)

/* tun_dev_open() has set IFF_UP and IFF_RUNNING */
static const struct ifreq is_raised = { .ifr_flags = IFF_UP | IFF_RUNNING |
	    IFF_BROADCAST };

static bool
is_lowered(const void *arg, size_t len)
{
	(void)len;
	return ((const struct ifreq *)arg)->ifr_flags ==
	    (IFF_RUNNING | IFF_BROADCAST);
}

static bool
is_described(const void *arg, size_t len)
{
	(void)len;
	return strcmp(((const struct ifreq *)arg)->ifr_data, "etherpuppet") ==
	    0;
}

/* if_creategroup(): no digit at its end */
static bool
is_grouped(const void *arg, size_t len)
{
	(void)len;
	return strcmp(((const struct ifgroupreq *)arg)->ifgr_group, "puppet") ==
	    0;
}

#define LOWER                                        \
	IOCTL(100, SIOCGIFFLAGS, .out = &is_raised), \
	    IOCTL(100, SIOCSIFFLAGS, .check = is_lowered)
#define DESCRIBE                                         \
	IOCTL(100, SIOCSIFDESCR, .check = is_described), \
	    IOCTL(100, SIOCAIFGROUP, .check = is_grouped)
#define MADE                                                            \
	ASK(AF_INET, 100),                                              \
	    IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .error = ENXIO), \
	    OPEN("/dev/tap0", NODE_FLAGS, 101), LOWER, DESCRIBE, CLOSE(100)

/* -- the making of it ------------------------------------------------------ */

/* tap0 is somebody's, tap1 was taken between two calls */
static const struct kernel_call third[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .out = &is_down),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap1, .error = ENXIO),
	OPEN("/dev/tap1", NODE_FLAGS, 0, .error = EBUSY),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap2, .error = ENXIO),
	OPEN("/dev/tap2", NODE_FLAGS, 101),
	LOWER,
	DESCRIBE,
	CLOSE(100),
	OPENED("tap2", &is_down),
	CLOSED,
};

static void
test_takes_the_first_free_unit(void **state)
{
	(void)state;
	KERNEL(third);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_string_equal(port.name, "tap2");
	assert_int_equal(port.linktype, LINK_ETHERNET);
	assert_int_equal(port.maxframe, 65550);
	assert_null(port.control->set);
	assert_string_equal(kernel_said(), "");
	port_close(&port);
	helper_close(); /* the close has destroyed it */
	kernel_end();
}

/* /dev has four of them */
static const struct kernel_call no_node[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .error = ENXIO),
	OPEN("/dev/tap0", NODE_FLAGS, 0, .error = ENOENT),
	CLOSE(100),
};
static const struct kernel_call no_driver[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .error = ENXIO),
	OPEN("/dev/tap0", NODE_FLAGS, 0, .error = ENXIO),
	CLOSE(100),
};
static const struct kernel_call no_right[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .error = ENXIO),
	OPEN("/dev/tap0", NODE_FLAGS, 0, .error = EACCES),
	CLOSE(100),
};
/* suser(): the node is the user's, the interface is not */
static const struct kernel_call not_lowered[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .error = ENXIO),
	OPEN("/dev/tap0", NODE_FLAGS, 101),
	IOCTL(100, SIOCGIFFLAGS, .out = &is_raised),
	IOCTL(100, SIOCSIFFLAGS, .check = is_lowered, .error = EPERM),
	CLOSE(101),
	CLOSE(100),
};
static const struct kernel_call nothing[] = { { 0 } };

static void
test_says_why_there_is_none(void **state)
{
	(void)state;
	KERNEL(no_node);
	assert_int_equal(tap_try(NULL, LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "the doll: /dev/tap0: ENOENT; make it: cd /dev && sh MAKEDEV "
	    "NAME\n");
	kernel_end();
	KERNEL(no_driver);
	assert_int_equal(tap_try(NULL, LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "the doll: /dev/tap0: ENXIO; this kernel has no tap(4) and "
	    "tun(4)\n");
	kernel_end();
	KERNEL(no_right);
	assert_int_equal(tap_try(NULL, LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "the doll: /dev/tap0: EACCES; run as root\n");
	kernel_end();
	KERNEL(not_lowered);
	assert_int_equal(tap_try(NULL, LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "the doll: SIOCSIFFLAGS: EPERM; run as root\n");
	kernel_end();
}

static void
test_refuses_other_names(void **state)
{
	static const char *const others[] = { "puppet0", "tap", "tapx", "tap0x",
		"vether0" };
	char said[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		kernel_begin("nothing", nothing, 0);
		assert_int_equal(tap_try(others[i], LINK_ANY), -1);
		(void)snprintf(said, sizeof(said),
		    "%s: name: EINVAL; OpenBSD cannot rename interfaces: "
		    "only -I tapN can be had\n",
		    others[i]);
		assert_string_equal(kernel_said(), said);
		kernel_end();
	}
}

/* -- one that was there ---------------------------------------------------- */

#define ASKED(flags)                                                    \
	ASK(AF_INET, 100),                                              \
	    IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .out = (flags)), \
	    IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .out = (flags))

static const struct kernel_call was_up[] = {
	ASKED(&is_up),
	OPEN("/dev/tap0", NODE_FLAGS, 101),
	CLOSE(100),
	OPENED("tap0", &is_up),
	CLOSED,
};
static const struct kernel_call was_down[] = {
	ASKED(&is_down),
	OPEN("/dev/tap0", NODE_FLAGS, 101),
	LOWER,
	CLOSE(100),
	OPENED("tap0", &is_down),
	CLOSED,
};
static const struct kernel_call a_users[] = {
	ASKED(&is_down),
	OPEN("/dev/tap0", NODE_FLAGS, 101),
	IOCTL(100, SIOCGIFFLAGS, .out = &is_raised),
	IOCTL(100, SIOCSIFFLAGS, .check = is_lowered, .error = EPERM),
	CLOSE(100),
	OPENED("tap0", &is_up),
	CLOSED,
};
static const struct kernel_call busy[] = {
	ASKED(&is_up),
	OPEN("/dev/tap0", NODE_FLAGS, 0, .error = EBUSY),
	CLOSE(100),
};

static void
test_takes_one_of_the_user(void **state)
{
	(void)state;
	KERNEL(was_up);
	assert_int_equal(tap_try("tap0", LINK_ANY), 0);
	tap_end();
	KERNEL(was_down);
	assert_int_equal(tap_try("tap0", LINK_ANY), 0);
	tap_end();
	KERNEL(a_users);
	assert_int_equal(tap_try("tap0", LINK_ANY), 0);
	tap_end();
	KERNEL(busy);
	assert_int_equal(tap_try("tap0", LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "tap0: /dev/tap0: EBUSY; another process has it\n");
	kernel_end();
}

/* -- frames ---------------------------------------------------------------- */

/* tun_dev_write(): EMSGSIZE; no mbuf, ENOMEM; nothing about down */
static const struct kernel_call refusing[] = {
	MADE,
	OPENED("tap0", &is_down),
	IOCTL(103, SIOCGIFFLAGS, .check = is_tap0, .out = &is_down),
	IOCTL(103, SIOCGIFFLAGS, .check = is_tap0, .out = &is_up),
	WRITE(101, frame, sizeof(frame)),
	WRITE(101, NULL, sizeof(frame), .error = EMSGSIZE),
	IOCTL(101, FIONREAD),
	WRITE(101, NULL, sizeof(frame), .error = ENOMEM),
	IOCTL(101, FIONREAD),
	/* somebody takes it down */
	IOCTL(101, FIONREAD),
	IOCTL(103, SIOCGIFFLAGS, .out = &is_down),
	IOCTL(103, SIOCGIFFLAGS, .out = &is_down),
	CLOSED,
};

static void
test_counts_what_is_refused(void **state)
{
	(void)state;
	KERNEL(refusing);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_int_equal(tap_put_one(frame, sizeof(frame)), 1);
	assert_int_equal(tap_put_one(frame, sizeof(frame)), 1);
	assert_int_equal(tap_put_one(frame, sizeof(frame)), 2);
	assert_int_equal(tap_put_one(frame, sizeof(frame)), 3);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_int_equal(tap_put_one(frame, sizeof(frame)), 4);
	assert_int_equal(port.count.refused_bytes, 4 * sizeof(frame));
	assert_string_equal(kernel_said(),
	    "tap0: send: ENETDOWN; it is down: see `ifconfig tap0 up'; "
	    "-u does it at each session\n"
	    "tap0: send: EMSGSIZE\ntap0: send: ENOMEM\n");
	tap_end();
}

/* tun_clone_destroy(): VOP_REVOKE */
static const struct kernel_call read_dead[] = {
	MADE,
	OPENED("tap0", &is_up),
	READ(101, FRAME_MAX, frame, sizeof(frame)),
	READ(101, FRAME_MAX, NULL, 0, .error = EAGAIN),
	READ(101, FRAME_MAX, NULL, 0, .error = EIO),
	IOCTL(101, FIONREAD, .error = EBADF),
	CLOSED_GONE("tap0"),
};
static const struct kernel_call written_dead[] = {
	MADE,
	OPENED("tap0", &is_up),
	WRITE(101, NULL, sizeof(frame), .error = EIO),
	IOCTL(101, FIONREAD, .error = EBADF),
	CLOSED_GONE("tap0"),
};
/* between the two, tun_get() finds nothing; if_detach() is still to come */
static const struct kernel_call asked_dead[] = {
	MADE,
	OPENED("tap0", &is_up),
	IOCTL(101, FIONREAD, .error = ENXIO),
	CLOSE(101),
	IF_NAMETOINDEX("tap0", INDEX),
	POLL(-1, 0, 0),
	IF_NAMETOINDEX("tap0", 0),
	CLOSE(103),
};

static void
test_notices_that_it_is_gone(void **state)
{
	(void)state;
	KERNEL(read_dead);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_int_equal(tap_get_one(frame, sizeof(frame)), 1);
	assert_int_equal(tap_get_one(NULL, 0), 0);
	assert_int_equal(tap_get_one(NULL, 0), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(port.fd, -1);
	assert_int_equal(port.ops->tick(&port), PORT_REMADE);
	assert_int_equal(tap_put_one(frame, sizeof(frame)), 1);
	assert_string_equal(kernel_said(), "tap0: the doll is gone\n");
	tap_end();
	KERNEL(written_dead);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_int_equal(tap_put_one(frame, sizeof(frame)), 1);
	assert_int_equal(port.fd, -1);
	assert_string_equal(kernel_said(), "tap0: the doll is gone\n");
	tap_end();
	KERNEL(asked_dead);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_int_equal(port.ops->tick(&port), PORT_REMADE);
	assert_string_equal(kernel_said(), "tap0: the doll is gone\n");
	tap_end();
}

/* A session with raw IP begins where the doll was tap0.  tun_output(). */
static const struct kernel_call raw[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tun0, .error = ENXIO),
	OPEN("/dev/tun0", NODE_FLAGS, 101),
	LOWER,
	DESCRIBE,
	CLOSE(100),
	OPENED("tun0", &is_up),
	WRITE(101, framed4, sizeof(framed4)),
	WRITE(101, framed6, sizeof(framed6)),
	IOCTL(101, FIONREAD),
	READ(101, FRAME_MAX + 4, framed4, sizeof(framed4)),
	CLOSED,
};

static void
test_carries_raw_ip(void **state)
{
	(void)state;
	KERNEL(raw);
	assert_int_equal(tap_try("tap0", LINK_RAW), 0);
	assert_string_equal(port.name, "tun0");
	assert_int_equal(tap_put_one(packet4, sizeof(packet4)), 0);
	assert_int_equal(tap_put_one(packet6, sizeof(packet6)), 0);
	assert_int_equal(tap_put_one(neither, sizeof(neither)), 1);
	assert_int_equal(tap_get_one(packet4, sizeof(packet4)), 1);
	tap_end();
}

static const struct sockaddr of_link = { .sa_family = AF_LINK };
static struct if_data full = { .ifi_oqdrops = 3 };
static struct ifaddrs later = { .ifa_name = (char *)"tap0",
	.ifa_addr = (struct sockaddr *)&of_link,
	.ifa_data = &full };
/* if_getdata() adds ifq_qdrops */
static const struct kernel_call dropping[] = {
	MADE,
	OPENED("tap0", &is_up),
	ATTACHED(GETIFADDRS(NULL)),
	GETIFADDRS(&later),
	CLOSED,
};

static void
test_counts_what_is_dropped(void **state)
{
	struct port_config config = { .queue = 500 };

	(void)state;
	KERNEL(dropping);
	assert_int_equal(helper_port_open(&port, &port_tap, &config), 0);
	assert_string_equal(kernel_said(),
	    "tap0: -q 500 has no effect: OpenBSD's kernel sets the length of "
	    "all queues\n");
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 3);
	tap_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_the_first_free_unit),
		cmocka_unit_test(test_says_why_there_is_none),
		cmocka_unit_test(test_refuses_other_names),
		cmocka_unit_test(test_takes_one_of_the_user),
		cmocka_unit_test(test_counts_what_is_refused),
		cmocka_unit_test(test_notices_that_it_is_gone),
		cmocka_unit_test(test_carries_raw_ip),
		cmocka_unit_test(test_counts_what_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
