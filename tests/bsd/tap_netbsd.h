/* SPDX-License-Identifier: ISC */
/*
 * Dolls on NetBSD.  Sources of the rows: sys/net/if_tap.c (tap_dev_cloner,
 * tap_cdev_open, tap_dev_read, tap_dev_write, tap_dev_ioctl), sys/net/if_tun.c
 * (tunopen, tunread, tunwrite, tunioctl), sys/net/if.c (ifioctl_common,
 * sysctl_sndq_setup) and sys/netinet6/nd6.c (nd6_ioctl).
 */
#define MAXLEN "net.interfaces.tap0.sndq.maxlen"

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

/* ifioctl_common(): not OpenBSD's field; the kernel reads the whole buffer */
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
#define MADE_NAME "tap0"
#define MAXFRAME  FRAME_MAX
static const struct kernel_call made[] = {
	MADE,
	OPENED("tap0", &is_down),
	CLOSED,
};

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
	refuses(ROWS(no_node), "tap0",
	    "tap0: /dev/tap0: ENOENT; make it: cd /dev && sh MAKEDEV NAME\n");
	refuses(ROWS(not_made), "tap0",
	    "tap0: SIOCIFCREATE: EPERM; run as root\n");
	refuses(ROWS(no_driver), NULL,
	    "the doll: /dev/tap: ENXIO; see `modload if_tap' and `modload "
	    "if_tun'\n");
	refuses(ROWS(waiting), NULL, "the doll: FIONBIO: ENOTTY\n");
	refuses("nothing", nothing, 0, "puppet0",
	    "puppet0: name: EINVAL; NetBSD cannot rename interfaces: only -I "
	    "tapN can be had\n");
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
	opens(ROWS(wished), "tap0", "tap0");
	opens(ROWS(taken), "tap0", "tap0");
	refuses(ROWS(busy), "tap0",
	    "tap0: /dev/tap0: EBUSY; another process has it\n");
}

/* An int until NetBSD 9. */
static const uint32_t five = 5;
static const uint64_t twelve = 12;
#define DROPS_NAME "net.interfaces.tap0.sndq.drops"
#define DROPS(n)   SYSCTLBYNAME(DROPS_NAME, .out = &n, .out_len = sizeof(n))
#define DROPS_FAIL SYSCTLBYNAME(DROPS_NAME, .error = ENOENT)

/* -- frames ---------------------------------------------------------------- */

/* tap_dev_read(): EHOSTDOWN; 0 bytes if pfil_run_hooks() dropped the frame */
static const struct kernel_call reading[] = {
	MADE,
	OPENED("tap0", &is_up),
	READ(101, FRAME_MAX, frame, 3), /* of the last session */
	READ(101, FRAME_MAX, NULL, 0), /* nothing */
	READ(101, FRAME_MAX, NULL, 0, .error = EHOSTDOWN),
	DROPS_FAIL,
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

/* tap_dev_write(): no mbuf: ENOBUFS; no error while it is down */
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
	RUN(refusing, NULL,
	    "tap0: send: ENETDOWN; it is down: see `ifconfig tap0 up'; "
	    "-u does it at each session\ntap0: send: ENOBUFS\n",
	    PUT_REFUSED, PUT, PUT_REFUSED);
}

/* device_lookup_private() finds nothing */
static const struct kernel_call dead[] = {
	MADE,
	OPENED("tap0", &is_up),
	READ(101, FRAME_MAX, NULL, 0, .error = ENXIO),
	IOCTL(101, FIONREAD, .error = ENXIO),
	CLOSED_GONE("tap0"),
};
/* the descriptor belongs to another interface, without FIONBIO */
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
	static const char gone[] = "tap0: the doll is gone\n";

	(void)state;
	RUN(dead, NULL, gone, GET_DEAD, TICK_REMADE, PUT_REFUSED);
	RUN(replaced, NULL, gone, TICK_REMADE);
}

/* tunopen() makes it, nothing destroys it; tunwrite(): EIO over TUNMTU */
#define TUN	     "tun1"
#define TUN_WISH     "tap0"
#define TUN_MAXFRAME 1500
#define TUN_TOO_LONG EIO
#define TUN_CLOSED   CLOSED, DESTROYED(tun1)
#define TUN_MADE                                                               \
	ASK(AF_INET, 100),                                                     \
	    IOCTL(100, SIOCGIFFLAGS, .check = is_tun0, .out = &is_up),         \
	    IOCTL(100, SIOCGIFFLAGS, .check = is_tun1, .error = ENXIO),        \
	    OPEN("/dev/tun1", NODE_FLAGS, 101), IF_NAMETOINDEX("tun1", INDEX), \
	    PREPARE, IOCTL(101, TUNSIFHEAD, .in = &on),                        \
	    FINISH("net.interfaces.tun1.sndq.maxlen"), CLOSE(100)

/* -q 500, on a kernel without IPv6 */
#define QUEUE_ASKED(...)                                      \
	ASK(AF_INET, 100), OPEN("/dev/tap", NODE_FLAGS, 101), \
	    IOCTL(101, TAPGIFNAME, .out = &tap0), PREPARE,    \
	    ASK(AF_INET6, 0, .error = EAFNOSUPPORT),          \
	    IOCTL(100, SIOCSIFDESCR, .check = is_described),  \
	    SYSCTLBYNAME(MAXLEN, __VA_ARGS__), CLOSE(100),    \
	    OPENED("tap0", &is_up)
#define QUEUE_SAID ""
#define QUEUE_MADE                                            \
	QUEUE_ASKED(.in = &longer, .in_len = sizeof(longer)), \
	    SYSCTLBYNAME(MAXLEN, .out = &longer, .out_len = sizeof(longer))

static const struct kernel_call not_longer[] = {
	QUEUE_ASKED(.error = EPERM),
	SYSCTLBYNAME(MAXLEN, .out = &queue, .out_len = sizeof(queue)),
	CLOSED,
};

static void
test_says_that_the_queue_is_no_longer(void **state)
{
	struct port_config config = { .queue = 500 };

	(void)state;
	KERNEL(not_longer);
	assert_int_equal(port_opened(&port, &port_tap, &config), 0);
	assert_string_equal(kernel_said(),
	    "tap0: -q 500 has no effect: sysctl net.interfaces.NAME.sndq."
	    "maxlen is another\n");
	tap_end();
}

#define OWN_TESTS                                      \
	cmocka_unit_test(test_rests_while_it_is_down), \
	    cmocka_unit_test(test_says_that_the_queue_is_no_longer),
