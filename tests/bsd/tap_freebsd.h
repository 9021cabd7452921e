/* SPDX-License-Identifier: ISC */
/*
 * Dolls on FreeBSD.  Sources of the rows: sys/net/if_tuntap.c (tunclone,
 * tunopen, tunioctl, tunread, tunwrite, tundtor), sys/net/if.c (if_rename,
 * ifhwioctl) and sys/netinet6/nd6.c (nd6_ioctl).
 */
static const struct ifreq tap0 = { .ifr_name = "tap0" },
			  tun0 = { .ifr_name = "tun0" },
			  lan = { .ifr_name = "lan" };
static const int on = 1;

static bool
renames(const void *arg, const char *from, const char *to)
{
	return names(arg, from) &&
	    strcmp(((const struct ifreq *)arg)->ifr_data, to) == 0;
}

static bool
to_puppet0(const void *arg, size_t len)
{
	(void)len;
	return renames(arg, "tap0", "puppet0");
}

static bool
to_puppet1(const void *arg, size_t len)
{
	(void)len;
	return renames(arg, "tap0", "puppet1");
}

static bool
tun_to_puppet0(const void *arg, size_t len)
{
	(void)len;
	return renames(arg, "tun0", "puppet0");
}

NAMES(tap0)
NAMES(puppet0)
NAMES(lan)

/* nd6_ifattach(): flags that sysctls may set by default */
static const struct in6_ndireq loud = { .ndi.flags = ND6_IFF_PERFORMNUD |
	    ND6_IFF_AUTO_LINKLOCAL | ND6_IFF_ACCEPT_RTADV };

static bool
is_silent(const void *arg, size_t len)
{
	const struct in6_ndireq *nd = arg;

	(void)len;
	return nd->ndi.flags == (ND6_IFF_PERFORMNUD | ND6_IFF_NO_DAD);
}

#define SILENCE                                                        \
	ASK(AF_INET6, 102), IOCTL(102, SIOCGIFINFO_IN6, .out = &loud), \
	    IOCTL(102, SIOCSIFINFO_FLAGS, .check = is_silent), CLOSE(102)
/* FreeBSD 15 and later: the close destroys it */
#define MADE                                                  \
	ASK(AF_INET, 100), OPEN("/dev/tap", NODE_FLAGS, 101), \
	    IOCTL(101, TAPSTRANSIENT, .in = &on),             \
	    IOCTL(101, TAPGIFNAME, .out = &tap0),             \
	    IOCTL(100, SIOCSIFNAME, .check = to_puppet0), SILENCE, CLOSE(100)
/* FreeBSD 13, 14: it stays */
#define MADE_TO_STAY                                          \
	ASK(AF_INET, 100), OPEN("/dev/tap", NODE_FLAGS, 101), \
	    IOCTL(101, TAPSTRANSIENT, .error = ENOTTY),       \
	    IOCTL(101, TAPGIFNAME, .out = &tap0),             \
	    IF_NAMETOINDEX("tap0", INDEX),                    \
	    IOCTL(100, SIOCSIFNAME, .check = to_puppet0),     \
	    IF_NAMETOINDEX("puppet0", INDEX), SILENCE, CLOSE(100)

/* -- the making of it ------------------------------------------------------ */

/* names in use, if_rename(): EEXIST */
#define MADE_NAME "puppet1"
#define MAXFRAME  65535
static const struct kernel_call made[] = {
	ASK(AF_INET, 100),
	OPEN("/dev/tap", NODE_FLAGS, 101),
	IOCTL(101, TAPSTRANSIENT, .in = &on),
	IOCTL(101, TAPGIFNAME, .out = &tap0),
	IOCTL(100, SIOCSIFNAME, .check = to_puppet0, .error = EEXIST),
	IOCTL(100, SIOCSIFNAME, .check = to_puppet1),
	SILENCE,
	CLOSE(100),
	OPENED("puppet1", &is_down),
	CLOSED,
};

/* the cloner's name is not set again: EEXIST */
static const struct kernel_call kept_name[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_tap0, .error = ENXIO),
	OPEN("/dev/tap", NODE_FLAGS, 101),
	IOCTL(101, TAPSTRANSIENT, .in = &on),
	IOCTL(101, TAPGIFNAME, .out = &tap0),
	SILENCE,
	CLOSE(100),
	OPENED("tap0", &is_down),
	CLOSED,
};

static const struct kernel_call stays[] = {
	MADE_TO_STAY,
	OPENED("puppet0", &is_down),
	CLOSED,
	IF_NAMETOINDEX("puppet0", INDEX),
	ASK(AF_INET, 104),
	IOCTL(104, SIOCIFDESTROY, .check = is_puppet0),
	CLOSE(104),
};

/* if_clone_destroyif(): "ifp is not on the list" */
static const struct kernel_call destroyed_twice[] = {
	MADE_TO_STAY,
	OPENED("puppet0", &is_down),
	CLOSED,
	IF_NAMETOINDEX("puppet0", INDEX),
	ASK(AF_INET, 104),
	IOCTL(104, SIOCIFDESTROY, .check = is_puppet0, .error = ENXIO),
	CLOSE(104),
};

static const struct kernel_call renamed_away[] = {
	MADE_TO_STAY, OPENED("puppet0", &is_down), CLOSED,
	IF_NAMETOINDEX("puppet0", INDEX + 1), /* another one by now */
};

static void
test_takes_away_what_stays(void **state)
{
	(void)state;
	opens(ROWS(kept_name), "tap0", "tap0");
	opens(ROWS(stays), NULL, "puppet0");
	opens(ROWS(destroyed_twice), NULL, "puppet0");
	opens(ROWS(renamed_away), NULL, "puppet0");
}

/* PRIV_NET_SETIFNAME: EPERM, with net.link.tap.user_open */
static const struct kernel_call not_renamed[] = {
	ASK(AF_INET, 100),
	OPEN("/dev/tap", NODE_FLAGS, 101),
	IOCTL(101, TAPSTRANSIENT, .error = ENOTTY),
	IOCTL(101, TAPGIFNAME, .out = &tap0),
	IF_NAMETOINDEX("tap0", INDEX),
	IOCTL(100, SIOCSIFNAME, .check = to_puppet0, .error = EPERM),
	CLOSE(101),
	IF_NAMETOINDEX("tap0", INDEX),
	ASK(AF_INET, 104),
	IOCTL(104, SIOCIFDESTROY, .check = is_tap0),
	CLOSE(104),
	CLOSE(100),
};
/* devfs: cloning is off, or there is no driver */
static const struct kernel_call no_node[] = {
	ASK(AF_INET, 100),
	OPEN("/dev/tap", NODE_FLAGS, 0, .error = ENOENT),
	CLOSE(100),
};
static const struct kernel_call no_right[] = {
	ASK(AF_INET, 100),
	OPEN("/dev/tap", NODE_FLAGS, 0, .error = EACCES),
	CLOSE(100),
};
static const struct kernel_call no_socket[] = {
	SOCKET(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, .error = EMFILE),
};

static void
test_says_why_there_is_none(void **state)
{
	(void)state;
	refuses(ROWS(not_renamed), NULL,
	    "the doll: SIOCSIFNAME: EPERM; run as root; in a jail see "
	    "allow.vnet and vnet in jail(8)\n");
	refuses(ROWS(no_node), NULL,
	    "the doll: /dev/tap: ENOENT; see `kldload if_tuntap', sysctl "
	    "net.link.tap.devfs_cloning and, in a jail, devfs(8)\n");
	refuses(ROWS(no_right), NULL,
	    "the doll: /dev/tap: EACCES; run as root\n");
	refuses(ROWS(no_socket), NULL, "the doll: socket: EMFILE\n");
}

/* -- one that was there ---------------------------------------------------- */

static const struct tapinfo ether = { .type = IFT_ETHER },
			    ppp = { .type = IFT_PPP };

static const struct kernel_call taken[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_lan, .out = &is_up),
	OPEN("/dev/lan", NODE_FLAGS, 101),
	IOCTL(101, TAPGIFINFO, .out = &ether),
	CLOSE(100),
	OPENED("lan", &is_up),
	CLOSED,
};
static const struct kernel_call busy[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_lan, .out = &is_up),
	OPEN("/dev/lan", NODE_FLAGS, 0, .error = EBUSY),
	CLOSE(100),
};
static const struct kernel_call a_tun[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_lan, .out = &is_up),
	OPEN("/dev/lan", NODE_FLAGS, 101),
	IOCTL(101, TAPGIFINFO, .out = &ppp),
	CLOSE(101),
	CLOSE(100),
};
static const struct kernel_call a_card[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_lan, .out = &is_up),
	OPEN("/dev/lan", NODE_FLAGS, 0, .error = ENOENT),
	CLOSE(100),
};

static void
test_takes_one_of_the_user(void **state)
{
	(void)state;
	opens(ROWS(taken), "lan", "lan");
	refuses(ROWS(busy), "lan",
	    "lan: /dev/lan: EBUSY; another process has it\n");
	refuses(ROWS(a_tun), "lan",
	    "lan: TAPGIFINFO: EINVAL; there is an interface of this name and "
	    "another kind\n");
	refuses(ROWS(a_card), "lan",
	    "lan: /dev/lan: EINVAL; there is an interface of this name and "
	    "another kind\n");
}

/* -- frames ---------------------------------------------------------------- */

/* tunwrite(): down: takes no frame; too long: EIO; no mbuf: ENOBUFS */
static const struct kernel_call refusing[] = {
	MADE,
	OPENED("puppet0", &is_up),
	WRITE(101, frame, sizeof(frame)),
	WRITE(101, NULL, sizeof(frame), .error = EIO),
	IOCTL(101, FIONREAD),
	WRITE(101, NULL, sizeof(frame), .error = ENOBUFS),
	IOCTL(101, FIONREAD),
	WRITE(101, NULL, sizeof(frame), .error = EINTR),
	{ .what = KERNEL_WRITE, .fd = 101, .number = sizeof(frame) },
	IOCTL(103, SIOCGIFFLAGS, .check = is_puppet0, .out = &is_down),
	IOCTL(103, SIOCGIFFLAGS, .check = is_puppet0, .out = &is_up),
	WRITE(101, frame, sizeof(frame)),
	CLOSED,
};

static void
test_counts_what_is_refused(void **state)
{
	(void)state;
	RUN(refusing, NULL,
	    "puppet0: send: EIO\npuppet0: send: ENOBUFS\n"
	    "puppet0: send: ENETDOWN; it is down: see `ifconfig puppet0 up'; "
	    "-u does it at each session\n",
	    PUT, PUT_REFUSED, PUT_REFUSED, PUT_REFUSED, PUT_REFUSED, PUT);
}

/* if_getgroup(): "all" comes first, the cloner's group last */
static bool
groups_are(const void *arg, const char *second)
{
	const struct ifgroupreq *r = arg;
	struct ifg_req *groups = r->ifgr_groups;

	if (r->ifgr_len < 2 * sizeof(*groups))
		return false;
	(void)strcpy(groups[0].ifgrq_group, "all");
	(void)strcpy(groups[1].ifgrq_group, second);
	return true;
}

static bool
of_tap(const void *arg, size_t len)
{
	(void)len;
	return groups_are(arg, "tap");
}

static bool
of_none(const void *arg, size_t len)
{
	(void)len;
	return groups_are(arg, "");
}

#define GROUPS(...) IOCTL(103, SIOCGIFGROUP, __VA_ARGS__)

static const struct kernel_call reading[] = {
	MADE,
	OPENED("puppet0", &is_up),
	READ(101, FRAME_MAX, frame, 3), /* of the last session */
	ATTACHED(IF_INDEXTONAME(INDEX, "puppet0"), GETIFADDRS(NULL)),
	READ(101, FRAME_MAX, NULL, 0, .error = EINTR),
	READ(101, FRAME_MAX, frame, sizeof(frame)),
	READ(101, FRAME_MAX, NULL, 0, .error = EAGAIN),
	IOCTL(101, FIONREAD),
	IOCTL(101, TAPGIFNAME, .out = &lan),
	GROUPS(.check = of_tap),
	IOCTL(103, SIOCGIFFLAGS, .check = is_lan, .out = &is_up),
	/* moved into a jail: it is not visible from here */
	IOCTL(101, FIONREAD),
	IOCTL(101, TAPGIFNAME, .out = &lan),
	GROUPS(.error = ENXIO),
	IOCTL(103, SIOCGIFFLAGS, .check = is_lan, .error = ENXIO),
	WRITE(101, frame, sizeof(frame)),
	CLOSED,
};

static void
test_follows_its_name(void **state)
{
	(void)state;
	KERNEL(reading);
	assert_int_equal(tap_try(NULL, LINK_ANY), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(tap_get_one(frame, sizeof(frame)), 1);
	assert_int_equal(tap_get_one(NULL, 0), 0);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_string_equal(port.name, "lan");
	assert_string_equal(kernel_said(), "puppet0: renamed to lan\n");
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_int_equal(tap_put_one(frame, sizeof(frame)), 0);
	tap_end();
}

/*
 * sys/net/if_clone.c, if_clone_destroyif(): it leaves its group, and
 * tun_destroy() waits for the close; a signal, or EBUSY, puts it back.
 */
#define LOOK(group)                                                \
	IOCTL(101, FIONREAD), IOCTL(101, TAPGIFNAME, .out = &lan), \
	    IOCTL(103, SIOCGIFGROUP, .check = (group))
#define LOOK_UP(group) \
	LOOK(group), IOCTL(103, SIOCGIFFLAGS, .check = is_lan, .out = &is_up)
static const struct kernel_call destroyed[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_lan, .out = &is_up),
	OPEN("/dev/lan", NODE_FLAGS, 101),
	IOCTL(101, TAPGIFINFO, .out = &ether),
	CLOSE(100),
	OPENED("lan", &is_up),
	LOOK_UP(of_tap),
	LOOK_UP(of_none),
	LOOK_UP(of_tap), /* it was put back */
	LOOK_UP(of_none),
	LOOK(of_none),
	CLOSE(101),
	IF_NAMETOINDEX("lan", INDEX),
	POLL(-1, 0, 0),
	IF_NAMETOINDEX("lan", INDEX),
	POLL(-1, 0, 0),
	IF_NAMETOINDEX("lan", 0),
	CLOSE(103),
};
/* `ifconfig lan -group tap' */
static const struct kernel_call never_grouped[] = {
	ASK(AF_INET, 100),
	IOCTL(100, SIOCGIFFLAGS, .check = is_lan, .out = &is_up),
	OPEN("/dev/lan", NODE_FLAGS, 101),
	IOCTL(101, TAPGIFINFO, .out = &ether),
	CLOSE(100),
	OPENED("lan", &is_up),
	LOOK_UP(of_none),
	LOOK_UP(of_none),
	LOOK_UP(of_none),
	CLOSED,
};

static void
test_notices_that_it_is_gone(void **state)
{
	(void)state;
	RUN(destroyed, "lan", "lan: the doll is gone\n", TICK, TICK, TICK, TICK,
	    TICK_REMADE);
	RUN(never_grouped, "lan", "", TICK, TICK, TICK);
}

/* tunoutput(), tunwrite_l3(): TUN_IFHEAD */
#define TUN	     "puppet0"
#define TUN_WISH     NULL
#define TUN_MAXFRAME TUNMRU
#define TUN_TOO_LONG EIO
#define TUN_CLOSED   CLOSED
#define TUN_MADE                                              \
	ASK(AF_INET, 100), OPEN("/dev/tun", NODE_FLAGS, 101), \
	    IOCTL(101, TAPSTRANSIENT, .in = &on),             \
	    IOCTL(101, TAPGIFNAME, .out = &tun0),             \
	    IOCTL(100, SIOCSIFNAME, .check = tun_to_puppet0), \
	    IOCTL(101, TUNSIFHEAD, .in = &on), SILENCE, CLOSE(100)

static const struct sockaddr of_link = { .sa_family = AF_LINK },
			     of_inet = { .sa_family = AF_INET };
static struct if_data five = { .ifi_oqdrops = 5 },
		      twelve = { .ifi_oqdrops = 12 };
static struct ifaddrs list_five[2] = {
	{ .ifa_next = &list_five[1],
	    .ifa_name = (char *)"em0",
	    .ifa_addr = (struct sockaddr *)&of_link,
	    .ifa_data = &twelve },
	{ .ifa_name = (char *)"puppet0",
	    .ifa_addr = (struct sockaddr *)&of_link,
	    .ifa_data = &five },
};
static struct ifaddrs list_twelve[2] = {
	{ .ifa_next = &list_twelve[1],
	    .ifa_name = (char *)"puppet0",
	    .ifa_addr = (struct sockaddr *)&of_link,
	    .ifa_data = &twelve },
	{ .ifa_name = (char *)"puppet0",
	    .ifa_addr = (struct sockaddr *)&of_inet,
	    .ifa_data = &five },
};
/* IFQ_HANDOFF: IFCOUNTER_OQDROPS */
#define NAMED	   IF_INDEXTONAME(INDEX, "puppet0")
#define DROPS(n)   NAMED, GETIFADDRS(list_##n)
#define DROPS_FAIL NAMED, GETIFADDRS(NULL, .error = ENOMEM)
#define QUEUE_MADE MADE, OPENED("puppet0", &is_up)
#define QUEUE_SAID                                                   \
	"puppet0: -q 500 has no effect: all queues have the length " \
	"net.link.ifqmaxlen, which /boot/loader.conf sets\n"

#define OWN_TESTS                                     \
	cmocka_unit_test(test_takes_away_what_stays), \
	    cmocka_unit_test(test_follows_its_name),
