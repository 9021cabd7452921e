/*
 * Dolls on NetBSD.  What the rows say is in sys/net/if_tap.c (tap_dev_cloner,
 * tap_cdev_open, tap_dev_read, tap_dev_write, tap_dev_ioctl), sys/net/if_tun.c
 * (tunopen, tunread, tunwrite, tunioctl), sys/net/if.c (ifioctl_common,
 * sysctl_sndq_setup) and sys/netinet6/nd6.c (nd6_ioctl).
 */
#include "tap.h"

#include <net/if_tap.h>
#include <net/if_tun.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#define MAXLEN "net.interfaces.tap0.sndq.maxlen"
#define DROPS  "net.interfaces.tap0.sndq.drops"

NAMES(tap0)
NAMES(tun0)
NAMES(tun1)

static const struct ifreq tap0 = { .ifr_name = "tap0" };
static const int on = 1, queue = 1000, longer = 500;

static const struct in6_ndireq loud = { .ndi.flags = ND6_IFF_PERFORMNUD |
	    ND6_IFF_AUTO_LINKLOCAL };

static bool
is_silent(const void *arg, size_t len)
{
	(void)len;
	return ((const struct in6_ndireq *)arg)->ndi.flags ==
	    ND6_IFF_PERFORMNUD;
}

/* ifioctl_common(): another place than OpenBSD's, and read to its end */
static bool
is_described(const void *arg, size_t len)
{
	const struct ifreq *ifr = arg;

	(void)len;
	return ifr->ifr_buflen == IFDESCRSIZE &&
	    strcmp(ifr->ifr_buf, "etherpuppet") == 0;
}

#define PREPARE \
	FCNTL(101, F_SETFD, FD_CLOEXEC, 0), IOCTL(101, FIONBIO, .in = &on)
#define FINISH(maxlen)                                                     \
	ASK(AF_INET6, 102), IOCTL(102, SIOCGIFINFO_IN6, .out = &loud),     \
	    IOCTL(102, SIOCSIFINFO_FLAGS, .check = is_silent), CLOSE(102), \
	    IOCTL(100, SIOCSIFDESCR, .check = is_described),               \
	    SYSCTLBYNAME(maxlen, .in = &queue, .in_len = sizeof(queue))
#define MADE                                                               \
	ASK(AF_INET, 100), OPEN("/dev/tap", NODE_FLAGS, 101),              \
	    IOCTL(101, TAPGIFNAME, .out = &tap0), PREPARE, FINISH(MAXLEN), \
	    CLOSE(100)
#define DESTROYED(ifname)                                  \
	IF_NAMETOINDEX(#ifname, INDEX), ASK(AF_INET, 104), \
	    IOCTL(104, SIOCIFDESTROY, .check = is_##ifname), CLOSE(104)

/* -- the making of it ------------------------------------------------------ */

/* tap_fops_close() destroys it */
static const struct kernel_call cloned[] = {
	MADE,
	OPENED("tap0", &is_down),
	CLOSED,
};

static void
test_clones_a_tap(void **state)
{
	(void)state;
	KERNEL(cloned);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_string_equal(port.name, "tap0");
	assert_int_equal(port.linktype, LINK_ETHERNET);
	assert_int_equal(port.maxframe, FRAME_MAX);
	assert_null(port.control->set);
	assert_string_equal(kernel_said(), "");
	port_close(&port);
	helper_close();
	kernel_end();
}

#define ABSENT             \
	ASK(AF_INET, 100), \
	    IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .error = ENXIO)

static const struct kernel_call wished[] = {
	ABSENT,
	IOCTL(100, SIOCIFCREATE, .check = is_tap0),
	IF_NAMETOINDEX("tap0", INDEX),
	OPEN("/dev/tap0", NODE_FLAGS, 101),
	PREPARE,
	FINISH(MAXLEN),
	CLOSE(100),
	OPENED("tap0", &is_down),
	CLOSED,
	DESTROYED(tap0),
};

static void
test_makes_a_wished_one(void **state)
{
	(void)state;
	KERNEL(wished);
	assert_int_equal(tap_try("tap0", LINK_ANY), 0);
	port_close(&port);
	helper_close();
	kernel_end();
}

static const struct kernel_call no_node[] = {
	ABSENT,
	IOCTL(100, SIOCIFCREATE, .check = is_tap0),
	IF_NAMETOINDEX("tap0", INDEX),
	OPEN("/dev/tap0", NODE_FLAGS, 0, .error = ENOENT),
	DESTROYED(tap0),
	CLOSE(100),
};
static const struct kernel_call not_made[] = {
	ABSENT,
	IOCTL(100, SIOCIFCREATE, .check = is_tap0, .error = EPERM),
	CLOSE(100),
};
static const struct kernel_call no_driver[] = {
	ASK(AF_INET, 100),
	OPEN("/dev/tap", NODE_FLAGS, 0, .error = ENXIO),
	CLOSE(100),
};
static const struct kernel_call waiting[] = {
	ASK(AF_INET, 100),
	OPEN("/dev/tap", NODE_FLAGS, 101),
	IOCTL(101, TAPGIFNAME, .out = &tap0),
	FCNTL(101, F_SETFD, FD_CLOEXEC, 0),
	IOCTL(101, FIONBIO, .in = &on, .error = ENOTTY),
	CLOSE(101),
	CLOSE(100),
};
static const struct kernel_call nothing[] = { { 0 } };

static void
test_says_why_there_is_none(void **state)
{
	(void)state;
	KERNEL(no_node);
	assert_int_equal(tap_try("tap0", LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "tap0: /dev/tap0: ENOENT; make it: cd /dev && sh MAKEDEV NAME\n");
	kernel_end();
	KERNEL(not_made);
	assert_int_equal(tap_try("tap0", LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "tap0: SIOCIFCREATE: EPERM; run as root\n");
	kernel_end();
	KERNEL(no_driver);
	assert_int_equal(tap_try(NULL, LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "the doll: /dev/tap: ENXIO; see `modload if_tap' and `modload "
	    "if_tun'\n");
	kernel_end();
	KERNEL(waiting);
	assert_int_equal(tap_try(NULL, LINK_ANY), -1);
	assert_string_equal(kernel_said(), "the doll: FIONBIO: ENOTTY\n");
	kernel_end();
	kernel_begin("nothing", nothing, 0);
	assert_int_equal(tap_try("puppet0", LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "puppet0: name: EINVAL; NetBSD cannot rename interfaces: only -I "
	    "tapN can be had\n");
	kernel_end();
}

static const struct kernel_call taken[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .out = &is_up),
	OPEN("/dev/tap0", NODE_FLAGS, 101),
	PREPARE,
	CLOSE(100),
	OPENED("tap0", &is_up),
	CLOSED,
};
static const struct kernel_call busy[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .out = &is_up),
	OPEN("/dev/tap0", NODE_FLAGS, 0, .error = EBUSY),
	CLOSE(100),
};

static void
test_takes_one_of_the_user(void **state)
{
	(void)state;
	KERNEL(taken);
	assert_int_equal(tap_try("tap0", LINK_ANY), 0);
	port_close(&port);
	helper_close(); /* which leaves it */
	kernel_end();
	KERNEL(busy);
	assert_int_equal(tap_try("tap0", LINK_ANY), -1);
	assert_string_equal(kernel_said(),
	    "tap0: /dev/tap0: EBUSY; another process has it\n");
	kernel_end();
}

/* -- frames ---------------------------------------------------------------- */

/* tap_dev_read(): EHOSTDOWN; what pfil_run_hooks() ate is a read of nothing */
static const struct kernel_call reading[] = {
	MADE,
	OPENED("tap0", &is_up),
	READ(101, FRAME_MAX, frame, 3), /* of the last session */
	READ(101, FRAME_MAX, NULL, 0), /* nothing */
	READ(101, FRAME_MAX, NULL, 0, .error = EHOSTDOWN),
	SYSCTLBYNAME(DROPS, .error = ENOENT),
	READ(101, FRAME_MAX, NULL, 0), /* nothing */
	READ(101, FRAME_MAX, frame, sizeof(frame)),
	READ(101, FRAME_MAX, NULL, 0, .error = EAGAIN),
	READ(101, FRAME_MAX, NULL, 0, .error = EHOSTDOWN),
	IOCTL(101, FIONREAD),
	IOCTL(101, FIONREAD),
	IF_NAMETOINDEX("tap0", INDEX),
	IOCTL(103, SIOCGIFFLAGS, .check = is_tap0, .out = &is_up),
	CLOSED,
};

static void
test_rests_while_it_is_down(void **state)
{
	struct frame f[4];

	(void)state;
	KERNEL(reading);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port.ops->recv(&port, f, 4), 1);
	assert_int_equal(f[0].len, sizeof(frame));
	assert_int_equal(port.events, POLLIN);
	assert_int_equal(port.ops->recv(&port, f, 4), 0);
	assert_int_equal(port.events, 0);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_int_equal(port.events, POLLIN);
	tap_end();
}

/* tap_dev_write(): no mbuf, ENOBUFS; nothing about down */
static const struct kernel_call refusing[] = {
	MADE,
	OPENED("tap0", &is_down),
	IOCTL(103, SIOCGIFFLAGS, .check = is_tap0, .out = &is_down),
	IOCTL(103, SIOCGIFFLAGS, .check = is_tap0, .out = &is_up),
	WRITE(101, frame, sizeof(frame)),
	WRITE(101, NULL, sizeof(frame), .error = ENOBUFS),
	IOCTL(101, FIONREAD),
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
	assert_string_equal(kernel_said(),
	    "tap0: send: ENETDOWN; it is down: see `ifconfig tap0 up'; "
	    "-u does it at each session\ntap0: send: ENOBUFS\n");
	tap_end();
}

/* device_lookup_private() finds nothing */
static const struct kernel_call dead[] = {
	MADE,
	OPENED("tap0", &is_up),
	READ(101, FRAME_MAX, NULL, 0, .error = ENXIO),
	IOCTL(101, FIONREAD, .error = ENXIO),
	CLOSED_GONE("tap0"),
};
/* or that of another interface, where nobody has said FIONBIO */
static const struct kernel_call replaced[] = {
	MADE,
	OPENED("tap0", &is_up),
	IOCTL(101, FIONREAD),
	IF_NAMETOINDEX("tap0", INDEX + 1),
	CLOSE(101),
	IF_NAMETOINDEX("tap0", INDEX + 1),
	CLOSE(103),
};

static void
test_notices_that_it_is_gone(void **state)
{
	(void)state;
	KERNEL(dead);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_int_equal(tap_get_one(NULL, 0), -1);
	assert_int_equal(errno, ENXIO);
	assert_int_equal(port.fd, -1);
	assert_int_equal(port.ops->tick(&port), PORT_REMADE);
	assert_string_equal(kernel_said(), "tap0: the doll is gone\n");
	tap_end();
	KERNEL(replaced);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_int_equal(port.ops->tick(&port), PORT_REMADE);
	assert_int_equal(port.fd, -1);
	tap_end();
}

/* tunopen() makes it, nothing destroys it; tunwrite(): EIO over TUNMTU */
static const struct kernel_call raw[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tun0, .out = &is_up),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tun1, .error = ENXIO),
	OPEN("/dev/tun1", NODE_FLAGS, 101),
	IF_NAMETOINDEX("tun1", INDEX),
	PREPARE,
	IOCTL(101, TUNSIFHEAD, .in = &on),
	FINISH("net.interfaces.tun1.sndq.maxlen"),
	CLOSE(100),
	OPENED("tun1", &is_up),
	WRITE(101, framed4, sizeof(framed4)),
	WRITE(101, framed6, sizeof(framed6)),
	WRITE(101, framed4, sizeof(framed4), .error = EIO),
	IOCTL(101, FIONREAD),
	IOCTL(101, FIONREAD),
	READ(101, FRAME_MAX + 4, framed6, sizeof(framed6)),
	CLOSED,
	DESTROYED(tun1),
};

static void
test_carries_raw_ip(void **state)
{
	(void)state;
	KERNEL(raw);
	assert_int_equal(tap_try("tap0", LINK_RAW), 0);
	assert_string_equal(port.name, "tun1");
	assert_int_equal(port.maxframe, 1500);
	assert_int_equal(tap_put_one(packet4, sizeof(packet4)), 0);
	assert_int_equal(tap_put_one(packet6, sizeof(packet6)), 0);
	assert_int_equal(tap_put_one(packet4, sizeof(packet4)), 1);
	assert_int_equal(tap_put_one(neither, sizeof(neither)), 2);
	assert_int_equal(tap_get_one(packet6, sizeof(packet6)), 1);
	port_close(&port);
	helper_close();
	kernel_end();
}

static const uint32_t few = 2;
static const uint64_t many = 9;
static const struct kernel_call dropping[] = {
	ASK(AF_INET, 100),
	OPEN("/dev/tap", NODE_FLAGS, 101),
	IOCTL(101, TAPGIFNAME, .out = &tap0),
	PREPARE,
	ASK(AF_INET6, 0, .error = EAFNOSUPPORT),
	IOCTL(100, SIOCSIFDESCR, .check = is_described),
	SYSCTLBYNAME(MAXLEN, .in = &longer, .in_len = sizeof(longer)),
	CLOSE(100),
	OPENED("tap0", &is_up),
	SYSCTLBYNAME(MAXLEN, .out = &longer, .out_len = sizeof(longer)),
	ATTACHED(SYSCTLBYNAME(DROPS, .out = &few, .out_len = sizeof(few))),
	SYSCTLBYNAME(DROPS, .out = &many, .out_len = sizeof(many)),
	CLOSED,
};
static const struct kernel_call not_longer[] = {
	ASK(AF_INET, 100),
	OPEN("/dev/tap", NODE_FLAGS, 101),
	IOCTL(101, TAPGIFNAME, .out = &tap0),
	PREPARE,
	ASK(AF_INET6, 0, .error = EAFNOSUPPORT),
	IOCTL(100, SIOCSIFDESCR, .check = is_described),
	SYSCTLBYNAME(MAXLEN, .error = EPERM),
	CLOSE(100),
	OPENED("tap0", &is_up),
	SYSCTLBYNAME(MAXLEN, .out = &queue, .out_len = sizeof(queue)),
	CLOSED,
};

static void
test_has_the_queue_that_is_asked_for(void **state)
{
	struct port_config config = { .queue = 500 };

	(void)state;
	KERNEL(dropping);
	assert_int_equal(helper_port_open(&port, &port_tap, &config), 0);
	assert_string_equal(kernel_said(), "");
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 7);
	tap_end();
	KERNEL(not_longer);
	assert_int_equal(helper_port_open(&port, &port_tap, &config), 0);
	assert_string_equal(kernel_said(),
	    "tap0: -q 500 has no effect: sysctl net.interfaces.NAME.sndq."
	    "maxlen is another\n");
	tap_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clones_a_tap),
		cmocka_unit_test(test_makes_a_wished_one),
		cmocka_unit_test(test_says_why_there_is_none),
		cmocka_unit_test(test_takes_one_of_the_user),
		cmocka_unit_test(test_rests_while_it_is_down),
		cmocka_unit_test(test_counts_what_is_refused),
		cmocka_unit_test(test_notices_that_it_is_gone),
		cmocka_unit_test(test_carries_raw_ip),
		cmocka_unit_test(test_has_the_queue_that_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
