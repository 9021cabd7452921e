/* SPDX-License-Identifier: ISC */
/*
 * Parameters and named namespaces on the running kernel, in a network and a
 * mount namespace of our own.  The tests check results by libc (getifaddrs,
 * ioctls), not by the code under test.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <linux/if_tun.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "port/params.h"
#include "privilege/platform.h"
#include "port/port.h"

static bool possible;
static int doll = -1;

/* -- simulated events, and features that a kernel lacks ---------------------
 */

#ifdef __GLIBC__
typedef unsigned long ioctl_request;
#else
typedef int ioctl_request;
#endif

static bool raise_at_mtu; /* somebody raises the interface meanwhile */
static bool no_ip6; /* as in a kernel without IPv6 */

/* Replaces libc's, for libdnet, too. */
int
ioctl(int fd, ioctl_request request, ...)
{
	struct ifreq ifr;
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (raise_at_mtu && request == SIOCSIFMTU) {
		raise_at_mtu = false;
		memcpy(&ifr, arg, sizeof(ifr));
		(void)syscall(SYS_ioctl, fd, SIOCGIFFLAGS, &ifr);
		ifr.ifr_flags |= IFF_UP;
		(void)syscall(SYS_ioctl, fd, SIOCSIFFLAGS, &ifr);
	}
	return (int)syscall(SYS_ioctl, fd, request, arg);
}

int
socket(int domain, int type, int protocol)
{
	if (no_ip6 && domain == AF_INET6) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	return (int)syscall(SYS_socket, domain, type, protocol);
}

/* -------------------------------------------------------------------------- */

static int
doll_make(const char *name, short flags)
{
	struct ifreq ifr = { .ifr_flags = (short)(flags | IFF_NO_PI) };
	int fd;

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if ((fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC)) == -1)
		return -1;
	if (ioctl(fd, TUNSETIFF, &ifr) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static int
group_setup(void **state)
{
	(void)state;
	possible = unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 &&
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("none", "/run", "tmpfs", 0, NULL) == 0;
	return 0;
}

static int
doll_setup(void **state)
{
	(void)state;
	doll = possible ? doll_make("pardoll0", IFF_TAP) : -1;
	return 0;
}

static int
doll_teardown(void **state)
{
	(void)state;
	if (doll != -1)
		(void)close(doll);
	return 0;
}

/* Skips the test without rights, namespaces or a tun driver. */
static void
need(bool what)
{
	if (!what)
		skip();
}

static struct addr
address(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static struct param_change
change_addr(enum param_what what, const char *text, const char *other)
{
	struct param_change change;

	memset(&change, 0, sizeof(change));
	change.what = what;
	change.addr.addr = address(text);
	if (other == NULL)
		return change;
	change.addr.kind = strncmp(other, "brd ", 4) == 0 ? PARAM_BROADCAST :
							    PARAM_PEER;
	change.addr.other = address(strchr(other, ' ') + 1);
	return change;
}

static void
set_addr(const char *ifname, enum param_what what, const char *text,
    const char *other)
{
	struct param_change change = change_addr(what, text, other);

	if (params_apply(ifname, &change) == -1)
		fail_msg("%s: %s", text, strerror(errno));
}

static int
mask_bits(const struct sockaddr *sa)
{
	const uint8_t *p = (const uint8_t *)sa;
	size_t i, from = offsetof(struct sockaddr_in, sin_addr), len = 4;
	int bits = 0;

	if (sa->sa_family == AF_INET6) {
		from = offsetof(struct sockaddr_in6, sin6_addr);
		len = 16;
	}
	for (i = 0; i < len; i++)
		bits += __builtin_popcount(p[from + i]);
	return bits;
}

static const char *
text_of(const struct sockaddr *sa, char out[INET6_ADDRSTRLEN])
{
	const void *p = &((const struct sockaddr_in *)sa)->sin_addr;

	if (sa->sa_family == AF_INET6)
		p = &((const struct sockaddr_in6 *)sa)->sin6_addr;
	return inet_ntop(sa->sa_family, p, out, INET6_ADDRSTRLEN);
}

/* "10.0.0.1/8 brd 10.255.255.255, 10.1.1.1/32 peer 10.1.1.2" */
static const char *
seen(const char *ifname)
{
	static char out[4096];
	char text[INET6_ADDRSTRLEN];
	struct ifaddrs *list, *ifa;
	size_t n = 0;

	out[0] = '\0';
	assert_int_equal(getifaddrs(&list), 0);
	for (ifa = list; ifa != NULL; ifa = ifa->ifa_next) {
		if (ifa->ifa_addr == NULL || strcmp(ifa->ifa_name, ifname) ||
		    (ifa->ifa_addr->sa_family != AF_INET &&
			ifa->ifa_addr->sa_family != AF_INET6))
			continue;
		n += (size_t)sprintf(out + n, "%s%s/%d", n > 0 ? ", " : "",
		    text_of(ifa->ifa_addr, text), mask_bits(ifa->ifa_netmask));
		if (ifa->ifa_broadaddr == NULL)
			continue;
		n += (size_t)sprintf(out + n, " %s %s",
		    ifa->ifa_flags & IFF_POINTOPOINT ? "peer" : "brd",
		    text_of(ifa->ifa_broadaddr, text));
	}
	freeifaddrs(list);
	return out;
}

static struct ifreq
ask(const char *ifname, unsigned long call)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	assert_int_equal(ioctl(fd, call, &ifr), 0);
	(void)close(fd);
	return ifr;
}

static void
set_up(const char *ifname)
{
	struct param_change change = { .what = PARAM_SET_UP };

	assert_int_equal(params_apply(ifname, &change), 0);
	assert_int_equal(params_apply(ifname, &change), 0);
	assert_true(ask(ifname, SIOCGIFFLAGS).ifr_flags & IFF_UP);
}

static void
test_mac_mtu_while_up(void **state)
{
	struct param_change mac = { .what = PARAM_SET_MAC,
		.mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
	struct param_change mtu = { .what = PARAM_SET_MTU, .mtu = 9000 };
	struct param_change speed = { .what = PARAM_SET_SPEED,
		.speed = 2500,
		.half_duplex = true };
	struct params p;

	(void)state;
	need(doll != -1);
	set_up("pardoll0");
	assert_int_equal(params_apply("pardoll0", &mac), 0);
	assert_int_equal(params_apply("pardoll0", &mtu), 0);
	assert_memory_equal(ask("pardoll0", SIOCGIFHWADDR).ifr_hwaddr.sa_data,
	    mac.mac, 6);
	assert_int_equal(ask("pardoll0", SIOCGIFMTU).ifr_mtu, 9000);
	assert_true(ask("pardoll0", SIOCGIFFLAGS).ifr_flags & IFF_UP);

	assert_int_equal(params_read("pardoll0", &p), 0);
	assert_string_equal(p.name, "pardoll0");
	assert_int_equal(p.linktype, LINK_ETHERNET);
	assert_true(p.have_mac && p.have_mtu && p.have_addrs);
	assert_memory_equal(p.mac, mac.mac, 6);
	assert_int_equal(p.mtu, 9000);
	assert_int_equal(p.mtu_max, 65521);
	assert_int_equal(p.flags, PARAM_UP | PARAM_RUNNING);

	if (p.speed != 0 && params_apply("pardoll0", &speed) == 0) {
		assert_int_equal(params_read("pardoll0", &p), 0);
		assert_int_equal(p.speed, 2500);
		assert_true(p.half_duplex);
	} else
		assert_int_equal(errno, EOPNOTSUPP);

	mtu.mtu = p.mtu_max;
	assert_int_equal(params_apply("pardoll0", &mtu), 0);
	mtu.mtu = p.mtu_max + 1;
	assert_int_equal(params_apply("pardoll0", &mtu), -1);
	assert_int_equal(errno, EINVAL);
}

static void
test_flags(void **state)
{
	struct params p;
	int off = 0;

	(void)state;
	need(doll != -1);
	assert_int_equal(params_read("pardoll0", &p), 0);
	assert_int_equal(p.flags, 0);
	set_up("pardoll0");
	need(ioctl(doll, TUNSETCARRIER, &off) == 0); /* Linux 4.20 */
	assert_int_equal(params_read("pardoll0", &p), 0);
	assert_int_equal(p.flags, PARAM_UP);
}

/* Each address has its own mask and broadcast; reading and setting agree. */
static void
test_addresses(void **state)
{
	static struct param_change changes[PARAMS_CHANGES];
	struct params p, empty;
	int i, fd;

	(void)state;
	need(doll != -1);
	set_addr("pardoll0", PARAM_ADD_ADDR, "192.168.1.1/24",
	    "brd 192.168.1.255");
	set_addr("pardoll0", PARAM_ADD_ADDR, "10.0.0.1/8",
	    "brd 10.255.255.255");
	set_addr("pardoll0", PARAM_ADD_ADDR, "192.168.1.2/24",
	    "brd 192.168.1.127");
	set_addr("pardoll0", PARAM_ADD_ADDR, "192.168.1.1/30",
	    "brd 192.168.1.3");
	assert_string_equal(seen("pardoll0"),
	    "192.168.1.1/24 brd 192.168.1.255, "
	    "10.0.0.1/8 brd 10.255.255.255, "
	    "192.168.1.1/30 brd 192.168.1.3, "
	    "192.168.1.2/24 brd 192.168.1.127");
	assert_int_equal(params_read("pardoll0", &p), 0);
	assert_int_equal(p.naddrs, 4);

	assert_true((fd = doll_make("pardoll1", IFF_TAP)) != -1);
	assert_int_equal(params_read("pardoll1", &empty), 0);
	p.have_mac = false;
	assert_int_equal(params_diff(&empty, &p, NULL, changes), 4);
	for (i = 0; i < 4; i++)
		assert_int_equal(params_apply("pardoll1", &changes[i]), 0);
	assert_int_equal(params_read("pardoll1", &empty), 0);
	assert_int_equal(params_diff(&empty, &p, &p, changes), 0);
	(void)close(fd);
}

/*
 * PARAM_SET_FIRST, by libdnet's intf_set(): its broadcast addresses for /31,
 * /32 and beside a peer are corrected.
 */
static void
test_first(void **state)
{
	static const struct {
		uint32_t mtu;
		const char *text, *other;
	} rows[] = {
		{ 68, "10.1.2.3/24", "brd 10.1.2.255" },
		{ 65521, "10.1.2.3/31", NULL },
		{ 1400, "10.1.2.3/32", NULL },
		{ 1400, "10.1.2.3/8", "brd 10.0.0.0" },
		{ 1400, "192.0.2.1/8", NULL },
		{ 1400, "10.1.2.3/24", "peer 10.9.9.9" },
	};
	struct param_change first;
	struct params p;
	size_t i;

	(void)state;
	need(doll != -1);
	/* without an IPv4 address in the namespace libdnet fails (EINVAL) */
	set_addr("lo", PARAM_ADD_ADDR, "127.0.0.1/8", NULL);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		first = change_addr(PARAM_SET_FIRST, rows[i].text,
		    rows[i].other);
		first.mtu = rows[i].mtu;
		if (params_apply("pardoll0", &first) == -1)
			fail_msg("%s: %s", rows[i].text, strerror(errno));
		assert_int_equal(params_read("pardoll0", &p), 0);
		assert_int_equal(p.naddrs, 1);
		assert_true(params_addr_equal(&p.addrs[0], &first.addr));
		assert_int_equal(p.mtu, rows[i].mtu);
		assert_int_equal(p.flags, 0);
		assert_int_equal(params_apply("pardoll0", &first), -1);
		assert_int_equal(errno, EBUSY); /* it has an address */
		first.what = PARAM_DEL_ADDR;
		assert_int_equal(params_apply("pardoll0", &first), 0);
	}
	set_up("pardoll0");
	first.what = PARAM_SET_FIRST;
	assert_int_equal(params_apply("pardoll0", &first), -1);
	assert_int_equal(errno, EBUSY);
	assert_null(strstr(seen("pardoll0"), "10.1.2.3"));
}

/*
 * intf_set() writes back the flags that it has read before, and takes down a
 * doll that somebody raises meanwhile: we raise it again.
 */
static void
test_first_raised(void **state)
{
	struct param_change first = change_addr(PARAM_SET_FIRST, "10.1.2.3/24",
	    "brd 10.1.2.255");

	(void)state;
	need(doll != -1);
	set_addr("lo", PARAM_ADD_ADDR, "127.0.0.1/8", NULL);
	first.mtu = 1400;
	raise_at_mtu = true;
	assert_int_equal(params_apply("pardoll0", &first), 0);
	assert_false(raise_at_mtu);
	assert_true(ask("pardoll0", SIOCGIFFLAGS).ifr_flags & IFF_UP);
	assert_int_equal(ask("pardoll0", SIOCGIFMTU).ifr_mtu, 1400);
	assert_non_null(strstr(seen("pardoll0"), "10.1.2.3/24 brd 10.1.2.255"));
}

/* Changes an address's broadcast, and removes an address. */
static void
test_addresses_change(void **state)
{
	static struct param_change changes[PARAMS_CHANGES];
	struct params p, want;
	int i, n;

	(void)state;
	need(doll != -1);
	set_addr("pardoll0", PARAM_ADD_ADDR, "10.0.0.1/24", "brd 10.0.0.255");
	set_addr("pardoll0", PARAM_ADD_ADDR, "10.0.1.1/24", NULL);
	assert_int_equal(params_read("pardoll0", &p), 0);
	want = p;
	want.naddrs = 1;
	want.addrs[0].other = address("10.0.0.0");
	n = params_diff(&p, &want, &p, changes);
	assert_int_equal(n, 3);
	for (i = 0; i < n; i++)
		assert_int_equal(params_apply("pardoll0", &changes[i]), 0);
	assert_string_equal(seen("pardoll0"), "10.0.0.1/24 brd 10.0.0.0");
}

static void
test_point_to_point(void **state)
{
	struct params p;
	int fd = -1;

	(void)state;
	need(possible && (fd = doll_make("partun0", IFF_TUN)) != -1);
	set_addr("partun0", PARAM_ADD_ADDR, "10.0.0.1/32", "peer 10.0.0.2");
	set_addr("partun0", PARAM_ADD_ADDR, "10.1.0.1/24", "peer 10.1.1.1");
	assert_string_equal(seen("partun0"),
	    "10.0.0.1/32 peer 10.0.0.2, 10.1.0.1/24 peer 10.1.1.1");
	assert_int_equal(params_read("partun0", &p), 0);
	assert_int_equal(p.linktype, LINK_RAW);
	assert_false(p.have_mac);
	assert_int_equal(p.naddrs, 2);
	assert_int_equal(p.addrs[1].kind, PARAM_PEER);
	assert_int_equal(p.addrs[1].addr.addr_bits, 24);
	assert_int_equal(params_validate(&p), 0);
	assert_int_equal(p.addrs[1].other.addr_data8[2], 1);
	set_addr("partun0", PARAM_DEL_ADDR, "10.0.0.1/32", "peer 10.0.0.2");
	assert_string_equal(seen("partun0"), "10.1.0.1/24 peer 10.1.1.1");
	(void)close(fd);
}

static bool
ipv6_switch(const char *ifname, const char *value)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path),
	    "/proc/sys/net/ipv6/conf/%s/disable_ipv6", ifname);
	return (f = fopen(path, "w")) != NULL && fputs(value, f) >= 0 &&
	    fclose(f) == 0;
}

/* Whether params_read() lists this address with this prefix length. */
static bool
reads(const char *ifname, const char *text)
{
	struct addr a = address(text);
	struct params p;
	int i;

	assert_int_equal(params_read(ifname, &p), 0);
	assert_int_equal(params_validate(&p), 0);
	for (i = 0; i < p.naddrs; i++)
		if (addr_same(&p.addrs[i].addr, &a))
			return p.addrs[i].addr.addr_bits == a.addr_bits &&
			    p.addrs[i].kind == PARAM_NONE;
	return false;
}

/* Global, unique local and link-local ones, after IPv4. */
static void
test_ipv6(void **state)
{
	static const char *const texts[] = { "2001:db8::1/64", "fd00:9::1/48",
		"fe80::7/64", "2001:db8:1::2/128" };
	struct params p;
	size_t i;

	(void)state;
	need(doll != -1 && ipv6_switch("pardoll0", "0"));
	set_up("pardoll0");
	for (i = 0; i < 4; i++) {
		set_addr("pardoll0", PARAM_ADD_ADDR, texts[i], NULL);
		set_addr("pardoll0", PARAM_ADD_ADDR, texts[i], NULL);
		assert_non_null(strstr(seen("pardoll0"), texts[i]));
		assert_true(reads("pardoll0", texts[i]));
	}
	set_addr("pardoll0", PARAM_ADD_ADDR, "192.0.2.1/24", NULL);
	assert_int_equal(params_read("pardoll0", &p), 0);
	assert_int_equal(p.addrs[0].addr.addr_type, ADDR_TYPE_IP);
	set_addr("pardoll0", PARAM_DEL_ADDR, texts[0], NULL);
	assert_null(strstr(seen("pardoll0"), texts[0]));
	assert_false(reads("pardoll0", texts[0]));
	assert_true(reads("pardoll0", texts[1]));
}

static void
test_ipv6_off(void **state)
{
	struct param_change change;

	(void)state;
	need(doll != -1 && ipv6_switch("pardoll0", "1"));
	change = change_addr(PARAM_ADD_ADDR, "2001:db8::1/64", NULL);
	assert_int_equal(params_apply("pardoll0", &change), -1);
	assert_int_equal(errno, EAFNOSUPPORT);
	set_addr("pardoll0", PARAM_ADD_ADDR, "192.0.2.1/24", NULL);
}

/* params_read() uses rtnetlink alone; PARAM_SET_FIRST fails as libdnet. */
static void
reads_without_libdnet(int error)
{
	struct param_change first = { .what = PARAM_SET_FIRST, .mtu = 1300 };
	struct params p;

	assert_int_equal(params_read("pardoll0", &p), 0);
	assert_string_equal(p.name, "pardoll0");
	assert_int_equal(p.linktype, LINK_ETHERNET);
	assert_int_equal(p.flags, PARAM_UP | PARAM_RUNNING);
	assert_int_equal(p.mtu, 1400);
	assert_true(p.have_mac && p.have_mtu && p.have_addrs);
	assert_memory_equal(ask("pardoll0", SIOCGIFHWADDR).ifr_hwaddr.sa_data,
	    p.mac, 6);
	assert_int_equal(params_apply("pardoll0", &first), -1);
	assert_int_equal(errno, error);
	assert_int_equal(ask("pardoll0", SIOCGIFMTU).ifr_mtu, 1400);
}

/*
 * The error without IPv6: intf_open() fails since libdnet 1.16.  An older one
 * goes on, and the interface is up: PARAM_SET_FIRST is refused.
 */
static int
error_without_ip6(void)
{
	intf_t *intf = intf_open();

	if (intf == NULL)
		return EAFNOSUPPORT;
	(void)intf_close(intf);
	return EBUSY;
}

static void
test_without_libdnet(void **state)
{
	struct param_change mtu = { .what = PARAM_SET_MTU, .mtu = 1400 };

	(void)state;
	need(doll != -1);
	assert_int_equal(params_apply("pardoll0", &mtu), 0);
	set_up("pardoll0");
	assert_int_equal(system("ip -4 addr flush dev lo 2>/dev/null"), 0);
	reads_without_libdnet(EINVAL); /* no IPv4 address: intf_get() */
	set_addr("pardoll0", PARAM_ADD_ADDR, "10.1.2.3/24", NULL);
	no_ip6 = true;
	reads_without_libdnet(error_without_ip6());
	assert_true(reads("pardoll0", "10.1.2.3/24"));
	no_ip6 = false;
}

/* Whether the watch becomes readable within a second, and quiet after that. */
static bool
told(int watch)
{
	struct pollfd p = { watch, POLLIN, 0 };
	bool ready = poll(&p, 1, 1000) == 1;

	assert_true(params_changed(watch) == ready);
	assert_int_equal(poll(&p, 1, 0), 0);
	return ready;
}

static void
rename_link(const char *from, const char *to)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", from);
	(void)snprintf(ifr.ifr_newname, sizeof(ifr.ifr_newname), "%s", to);
	assert_int_equal(ioctl(fd, SIOCSIFNAME, &ifr), 0);
	(void)close(fd);
}

static void
test_watch(void **state)
{
	struct param_change mtu = { .what = PARAM_SET_MTU, .mtu = 1400 };
	struct param_change mac = { .what = PARAM_SET_MAC,
		.mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
	int watch, fd, off = 0;

	(void)state;
	need(doll != -1 && ipv6_switch("pardoll0", "0"));
	assert_true((watch = params_watch()) != -1);
	assert_true(fcntl(watch, F_GETFD) & FD_CLOEXEC);
	assert_false(params_changed(watch));
	set_addr("pardoll0", PARAM_ADD_ADDR, "192.0.2.1/24", NULL);
	assert_true(told(watch));
	set_addr("pardoll0", PARAM_ADD_ADDR, "2001:db8::1/64", NULL);
	assert_true(told(watch));
	assert_int_equal(params_apply("pardoll0", &mtu), 0);
	assert_true(told(watch));
	assert_int_equal(params_apply("pardoll0", &mac), 0);
	assert_true(told(watch));
	rename_link("pardoll0", "pardoll9");
	assert_true(told(watch));
	set_up("pardoll9");
	while (told(watch))
		;
	need(ioctl(doll, TUNSETCARRIER, &off) == 0); /* Linux 4.20 */
	assert_true(told(watch));
	while (told(watch))
		;
	assert_true((fd = doll_make("pardoll1", IFF_TAP)) != -1);
	assert_true(told(watch));
	while (told(watch))
		;
	(void)close(fd);
	assert_true(told(watch));
	(void)close(watch);
}

/* More changes than the socket holds are reported, too. */
static void
test_watch_storm(void **state)
{
	struct param_change mtu = { .what = PARAM_SET_MTU };
	int watch, i, size = 1;

	(void)state;
	need(doll != -1);
	assert_true((watch = params_watch()) != -1);
	assert_int_equal(setsockopt(watch, SOL_SOCKET, SO_RCVBUF, &size,
			     sizeof(size)),
	    0);
	for (i = 0; i < 200; i++) {
		mtu.mtu = 1000 + (uint32_t)i;
		assert_int_equal(params_apply("pardoll0", &mtu), 0);
	}
	assert_true(told(watch));
	mtu.mtu = 1500;
	assert_int_equal(params_apply("pardoll0", &mtu), 0);
	assert_true(told(watch));
	(void)close(watch);
}

struct seen {
	int n, nkind[LOCAL_NAME_SERVER + 1];
	char text[2048]; /* as much as has room: "KIND PREFIX IFNAME\n" */
};

static void
see(const struct local *l, void *arg)
{
	static const char *const kinds[] = { "address", "route", "hop" };
	struct seen *seen = arg;
	size_t len = strlen(seen->text);
	char text[ADDR_TEXT];

	seen->n++;
	seen->nkind[l->kind]++;
	(void)snprintf(seen->text + len, sizeof(seen->text) - len, "%s %s %s\n",
	    kinds[l->kind], addr_ntop(&l->addr, text, sizeof(text)), l->ifname);
}

/* Collects the results of params_local(). */
static const struct seen *
locals(const char *but)
{
	static struct seen seen;

	memset(&seen, 0, sizeof(seen));
	assert_int_equal(params_local(but, see, &seen), 0);
	return &seen;
}

static void
test_local(void **state)
{
	const struct seen *seen;
	char text[64];
	int i, fd = -1;

	(void)state;
	need(doll != -1 && (fd = doll_make("partun0", IFF_TUN)) != -1);
	set_addr("pardoll0", PARAM_ADD_ADDR, "10.0.0.1/24", "brd 10.0.0.255");
	set_addr("partun0", PARAM_ADD_ADDR, "10.1.0.1/32", "peer 10.1.0.2");
	assert_string_equal(locals("pardoll0")->text,
	    "address 10.1.0.2 partun0\naddress 10.1.0.1 partun0\n");
	assert_int_equal(locals(NULL)->nkind[LOCAL_ADDRESS], 3);

	for (i = 0; i < 300; i++) {
		sprintf(text, "10.2.%d.%d/32", i / 200, i % 200 + 1);
		set_addr("partun0", PARAM_ADD_ADDR, text, NULL);
	}
	assert_int_equal(locals("pardoll0")->nkind[LOCAL_ADDRESS], 302);
	seen = locals("partun0");
	assert_string_equal(seen->text, "address 10.0.0.1/24 pardoll0\n");
	(void)close(fd);
}

/* Routes of every table, but those by the doll. */
static void
test_local_routes(void **state)
{
	static const char *const expected[] = {
		"hop 10.1.0.9 partun0\n", /* the default route has only that */
		"route 10.0.0.0/8 partun0\n",
		"route 10.7.0.0/16 partun0\n",
		"hop 10.1.0.7 partun0\n",
		"route 10.8.0.0/16 \n",
		"route 10.9.0.0/16 partun0\n", /* also by the doll */
		"route 192.0.2.0/24 lo\n", /* any address of it is local */
		"route 2001:db8:7::/48 partun0\n",
		"hop 2001:db8:1::9 partun0\n",
	};
	const char *text;
	size_t i;
	int fd = -1;

	(void)state;
	need(doll != -1 && (fd = doll_make("partun0", IFF_TUN)) != -1);
	need(ipv6_switch("partun0", "0") && ipv6_switch("pardoll0", "0"));
	set_up("pardoll0");
	set_up("partun0");
	set_addr("pardoll0", PARAM_ADD_ADDR, "10.0.0.1/24", "brd 10.0.0.255");
	set_addr("pardoll0", PARAM_ADD_ADDR, "2001:db8::1/64", NULL);
	set_addr("partun0", PARAM_ADD_ADDR, "10.1.0.1/24", NULL);
	set_addr("partun0", PARAM_ADD_ADDR, "2001:db8:1::1/64", NULL);
	need(system("exec 2>/dev/null; ip link set lo up &&"
		    "ip route add default via 10.1.0.9 &&"
		    "ip route add 10.0.0.0/8 dev partun0 &&"
		    "ip route add 10.5.0.0/16 via 10.0.0.9 &&"
		    "ip route add 10.7.0.0/16 via 10.1.0.7 table 77 &&"
		    "ip route add unreachable 10.8.0.0/16 &&"
		    "ip route add 10.9.0.0/16 nexthop via 10.0.0.9"
		    " nexthop via 10.1.0.9 &&"
		    "ip route add local 192.0.2.0/24 dev lo &&"
		    "ip route add 10.6.0.0/16 nexthop via 10.0.0.9"
		    " nexthop via 10.0.0.8 &&"
		    "ip route add 2001:db8:7::/48 via 2001:db8:1::9") == 0);
	text = locals("pardoll0")->text;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		if (strstr(text, expected[i]) == NULL)
			fail_msg("no %sin:\n%s", expected[i], text);
	assert_null(strstr(text, "pardoll0"));
	assert_null(strstr(text, "10.0.0.9"));
	assert_null(strstr(text, "10.0.0.1")); /* the doll's own */
	assert_null(strstr(text, "10.5."));
	assert_null(strstr(text, "10.6."));
	assert_null(strstr(text, "2001:db8::"));
	text = locals(NULL)->text;
	assert_non_null(strstr(text, "route 10.5.0.0/16 pardoll0\n"));
	assert_int_equal(system("ip route flush table 77;"
				"ip addr flush dev lo"),
	    0);
	(void)close(fd);
}

static void
test_errors(void **state)
{
	struct param_change changes[] = {
		{ .what = PARAM_SET_MAC, .mac = { 2, 0, 0, 0, 0, 1 } },
		{ .what = PARAM_SET_MTU, .mtu = 1500 },
		{ .what = PARAM_SET_UP },
		change_addr(PARAM_ADD_ADDR, "10.0.0.1/24", NULL),
		change_addr(PARAM_DEL_ADDR, "10.0.0.1/24", NULL),
	};
	struct params p;
	size_t i;

	(void)state;
	need(doll != -1);
	assert_int_equal(params_read("parnone0", &p), -1);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(params_read("a-name-that-is-too-long", &p), -1);
	assert_int_equal(errno, ENODEV);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_int_equal(params_apply("parnone0", &changes[i]), -1);
		assert_int_equal(errno, ENODEV);
	}
	assert_int_equal(params_apply("pardoll0", &changes[4]), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
}

static ino_t
here(void)
{
	struct stat st;

	assert_int_equal(stat("/proc/thread-self/ns/net", &st), 0);
	return st.st_ino;
}

static void
test_netns(void **state)
{
	char failed[PLATFORM_CALL] = "";
	ino_t home = here();
	struct stat st;
	int again, back, ns;
	bool made;

	(void)state;
	need(possible);
	if ((ns = netns_open("parns", &made, failed)) == -1)
		fail_msg("%s: %s", failed, strerror(errno));
	assert_true(made);
	assert_true(here() == home);
	assert_true(fcntl(ns, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(fstat(ns, &st), 0);
	assert_true(st.st_ino != home);

	again = netns_open("parns", &made, failed);
	assert_true(again != -1);
	assert_false(made);
	assert_true((back = netns_enter(again)) != -1);
	assert_true(here() == st.st_ino);
	assert_true(ask("lo", SIOCGIFFLAGS).ifr_flags & IFF_UP);
	netns_leave(back);
	assert_true(here() == home);
	assert_int_equal(fcntl(back, F_GETFD), -1);

	if (system("command -v ip >/dev/null 2>&1") == 0)
		assert_int_equal(system(
				     "ip netns exec parns ip link >/dev/null"),
		    0);
	(void)close(again);
	(void)close(ns);
	assert_int_equal(netns_remove("parns"), 0);
	assert_int_equal(stat("/run/netns/parns", &st), -1);
	assert_int_equal(netns_remove("parns"), -1);
	assert_null(netns_recipe);
}

static void
test_netns_names(void **state)
{
	static const char *const bad[] = { "", ".", "..", "a/b", "/", "../x" };
	char failed[PLATFORM_CALL], longest[300];
	bool made;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(netns_open(bad[i], &made, failed), -1);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(netns_remove(bad[i]), -1);
		assert_int_equal(errno, EINVAL);
	}
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(netns_open(longest, &made, failed), -1);
	assert_int_equal(errno, ENAMETOOLONG);

	need(possible);
	(void)mkdir("/run/netns", 0755);
	assert_true((fd = open("/run/netns/parfile", O_CREAT, 0)) != -1);
	(void)close(fd);
	assert_int_equal(netns_open("parfile", &made, failed), -1);
	assert_int_equal(errno, EINVAL);
	assert_false(made);
	assert_int_equal(unlink("/run/netns/parfile"), 0);
}

#define WITH_DOLL(test) \
	cmocka_unit_test_setup_teardown(test, doll_setup, doll_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DOLL(test_mac_mtu_while_up),
		WITH_DOLL(test_flags),
		WITH_DOLL(test_addresses),
		WITH_DOLL(test_addresses_change),
		WITH_DOLL(test_point_to_point),
		WITH_DOLL(test_ipv6),
		WITH_DOLL(test_ipv6_off),
		WITH_DOLL(test_watch),
		WITH_DOLL(test_watch_storm),
		WITH_DOLL(test_local),
		WITH_DOLL(test_local_routes),
		WITH_DOLL(test_errors),
		WITH_DOLL(test_first),
		WITH_DOLL(test_first_raised),
		WITH_DOLL(test_without_libdnet),
		cmocka_unit_test(test_netns),
		cmocka_unit_test(test_netns_names),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
