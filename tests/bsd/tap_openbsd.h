/* SPDX-License-Identifier: ISC */
/*
 * Dolls on OpenBSD.  Sources of the rows: sys/net/if_tun.c (tun_dev_open,
 * tun_dev_close, tun_clone_destroy, tun_dev_read, tun_dev_write), sys/net/if.c
 * (ifioctl) and sys/miscfs/deadfs/dead_vnops.c (what a revoked descriptor is).
 */
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

/* if_creategroup(): a group's name must not end with a digit */
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

/* tap0 belongs to somebody, tap1 was taken between two calls */
#define MADE_NAME "tap2"
#define MAXFRAME  65550
static const struct kernel_call made[] = {
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

/* /dev has only four of these nodes */
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
/* suser(): the user may open the node, but not configure the interface */
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
	refuses(ROWS(no_node), NULL,
	    "the doll: /dev/tap0: ENOENT; make it: cd /dev && sh MAKEDEV "
	    "NAME\n");
	refuses(ROWS(no_driver), NULL,
	    "the doll: /dev/tap0: ENXIO; this kernel has no tap(4) and "
	    "tun(4)\n");
	refuses(ROWS(no_right), NULL,
	    "the doll: /dev/tap0: EACCES; run as root\n");
	refuses(ROWS(not_lowered), NULL,
	    "the doll: SIOCSIFFLAGS: EPERM; run as root\n");
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
		(void)snprintf(said, sizeof(said),
		    "%s: name: EINVAL; OpenBSD cannot rename interfaces: "
		    "only -I tapN can be had\n",
		    others[i]);
		refuses("nothing", nothing, 0, others[i], said);
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
	opens(ROWS(was_up), "tap0", "tap0");
	opens(ROWS(was_down), "tap0", "tap0");
	opens(ROWS(a_users), "tap0", "tap0");
	refuses(ROWS(busy), "tap0",
	    "tap0: /dev/tap0: EBUSY; another process has it\n");
}

/* -- frames ---------------------------------------------------------------- */

/* tun_dev_write(): EMSGSIZE; no mbuf: ENOMEM; no error while it is down */
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
	RUN(refusing, NULL,
	    "tap0: send: ENETDOWN; it is down: see `ifconfig tap0 up'; "
	    "-u does it at each session\n"
	    "tap0: send: EMSGSIZE\ntap0: send: ENOMEM\n",
	    PUT_REFUSED, PUT, PUT_REFUSED, PUT_REFUSED, TICK, PUT_REFUSED);
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
/* in between, tun_get() finds no interface; if_detach() comes later */
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
	static const char gone[] = "tap0: the doll is gone\n";

	(void)state;
	RUN(read_dead, NULL, gone, GET, GET_NONE, GET_DEAD, TICK_REMADE,
	    PUT_REFUSED);
	RUN(written_dead, NULL, gone, PUT_REFUSED, TICK_REMADE);
	RUN(asked_dead, NULL, gone, TICK_REMADE);
}

/* tun_output() */
#define TUN	     "tun0"
#define TUN_WISH     "tap0"
#define TUN_MAXFRAME 65536
#define TUN_TOO_LONG EMSGSIZE
#define TUN_CLOSED   CLOSED
#define TUN_MADE                                                        \
	ASK(AF_INET, 100),                                              \
	    IOCTL(100, SIOCGIFFLAGS, .check = is_tun0, .error = ENXIO), \
	    OPEN("/dev/tun0", NODE_FLAGS, 101), LOWER, DESCRIBE, CLOSE(100)

/* if_getdata() adds ifq_qdrops */
static const struct sockaddr of_link = { .sa_family = AF_LINK };
static struct if_data five = { .ifi_oqdrops = 5 },
		      twelve = { .ifi_oqdrops = 12 };
#define LIST(n)                                                        \
	static struct ifaddrs list_##n = { .ifa_name = (char *)"tap0", \
		.ifa_addr = (struct sockaddr *)&of_link,               \
		.ifa_data = &n }
LIST(five);
LIST(twelve);

#define NAMED	   IF_INDEXTONAME(INDEX, "tap0")
#define DROPS(n)   NAMED, GETIFADDRS(&list_##n)
#define DROPS_FAIL NAMED, GETIFADDRS(NULL, .error = ENOMEM)
#define QUEUE_MADE MADE, OPENED("tap0", &is_up)
#define QUEUE_SAID                                                      \
	"tap0: -q 500 has no effect: OpenBSD's kernel sets the length " \
	"of all queues\n"

#define OWN_TESTS cmocka_unit_test(test_refuses_other_names),
