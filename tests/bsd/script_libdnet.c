/* SPDX-License-Identifier: ISC */
/*
 * libdnet's own src/intf.c (1.18.0) on these kernels: params_read() corrects
 * the values that it reads wrong or not at all, and PARAM_SET_FIRST sets those
 * that it cannot set.
 */
#include <errno.h>

#include "intf.h"
#include <netinet/in_var.h>
#ifndef __FreeBSD__
#include <netinet6/in6_var.h>
#endif
#include "port/port.h"
#include "../../platform/common/libdnet.h"

static const char global5[] = "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\5";
static const char local1_on_3[] = "\xfe\x80\0\3\0\0\0\0\0\0\0\0\0\0\0\1";

static int
setup(void **state)
{
	(void)state;
	memset(list, 0, sizeof(list));
	used = 0;
	return 0;
}

/* "192.0.2.10/24 brd 192.0.2.255, ..." */
static void
assert_addrs(const struct params *p, const char *expected)
{
	char text[ADDR_TEXT], all[512] = "";
	size_t len = 0;
	int i;

	for (i = 0; i < p->naddrs; i++) {
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
		    i > 0 ? ", " : "",
		    addr_ntop(&p->addrs[i].addr, text, sizeof(text)));
		if (p->addrs[i].kind != PARAM_NONE)
			len += (size_t)snprintf(all + len, sizeof(all) - len,
			    " %s %s",
			    p->addrs[i].kind == PARAM_PEER ? "peer" : "brd",
			    addr_ntop(&p->addrs[i].other, text, sizeof(text)));
	}
	assert_string_equal(all, expected);
}

/* -- what it reads ----------------------------------------------------------
 */

#ifdef __NetBSD__
#define ASKED /* the list has the flags of addresses */
#else
static struct in6_ifreq clean;
/* one for each IPv6 address */
#define ASKED                                                \
	SOCKET(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, 100), \
	    IOCTL(100, SIOCGIFAFLAG_IN6, .out = &clean), CLOSE(100),
#endif

#define ETHERNET_ROWS                                                     \
	INTF_OPEN, INTF_LINK, INTF_FIRST, INTF_BPF, INTF_CONF, INTF_MASK, \
	    INTF_MASK, INTF_CLOSE

static const struct kernel_call ethernet_alone[] = { ETHERNET_ROWS };
static const struct kernel_call ethernet[] = { ETHERNET_ROWS, GETIFADDRS(list),
	ASKED ASKED };

static void
list_ethernet(void)
{
	(void)entry_link("em00", ETHERNET, IFT_ETHER, "\2\0\0\0\0\1", 6);
	(void)entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	(void)entry_ip6("em0", ETHERNET, local1_on_3, 8);
	(void)entry_ip6("em0", ETHERNET, global5, 8);
	(void)entry_ip4("em00", ETHERNET, "\x0a\1\1\1", "\xff", 1, NULL);
	(void)entry_ip4("em0", ETHERNET, "\xc0\0\2\x0a", "\xff\xff\xff", 3,
	    "\xc0\0\2\xff");
	(void)entry_ip4("em0", ETHERNET, "\x0a\1\2\3", "\xff\xff\xff\xff", 4,
	    "\x0a\1\2\3");
	(void)entry_ip4("em0", ETHERNET, "\x0a\1\4\1", "\xff\xff\xfe", 3,
	    "\x0a\1\5\xff");
	intf_fill("em0");
}

static void
test_reads_ethernet(void **state)
{
	struct params p;

	(void)state;
	list_ethernet();
	memset(&p, 0, sizeof(p));
	KERNEL(ethernet_alone);
	assert_int_equal(libdnet_read("em0", &p), 0);
	kernel_end();
	assert_string_equal(p.name, "em0");
	assert_int_equal(p.mtu, 1500);
	assert_int_equal(p.flags, PARAM_UP); /* no PARAM_RUNNING */
	assert_int_equal(p.linktype, LINK_ANY);
	assert_int_equal(p.mtu_max, 0);
	/* only the first prefix is right, no broadcast, an index inside */
	assert_addrs(&p,
	    "192.0.2.10/24, 10.1.2.3/24, 10.1.4.1/24, fe80:3::1, 2001:db8::5");
#ifdef __OpenBSD__
	assert_false(p.have_mac);
#else
	assert_true(p.have_mac);
	assert_memory_equal(p.mac, MAC, 6);
#endif
}

static void
test_corrects_ethernet(void **state)
{
	struct params p;

	(void)state;
	list_ethernet();
	KERNEL(ethernet);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_string_equal(p.name, "em0");
	assert_int_equal(p.mtu, 1500);
	assert_int_equal(p.flags, PARAM_UP | PARAM_RUNNING);
	assert_int_equal(p.linktype, LINK_ETHERNET);
	assert_true(p.mtu_max > 0 && p.have_mac && p.have_addrs);
	assert_memory_equal(p.mac, MAC, 6);
	assert_addrs(&p,
	    "192.0.2.10/24 brd 192.0.2.255, 10.1.2.3, "
	    "10.1.4.1/23 brd 10.1.5.255, fe80::1/64, 2001:db8::5/64");
}

/* Addresses that only libdnet still lists are dropped. */
static void
test_forgets_what_only_libdnet_knew(void **state)
{
	static const struct kernel_call rows[] = { ETHERNET_ROWS,
		GETIFADDRS(list), ASKED };
	struct params p;

	(void)state;
	list_ethernet();
	list[3].ifa.ifa_addr = NULL;
	list[7].ifa.ifa_addr = NULL;
	KERNEL(rows);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_addrs(&p, "192.0.2.10/24 brd 192.0.2.255, 10.1.2.3, fe80::1/64");
}

#ifndef __NetBSD__
static struct in6_ifreq duplicated;
#endif

static void
test_leaves_out_duplicates(void **state)
{
#ifndef __NetBSD__
	static const struct kernel_call rows[] = { ETHERNET_ROWS,
		GETIFADDRS(list),
		SOCKET(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, 100),
		IOCTL(100, SIOCGIFAFLAG_IN6, .out = &duplicated), CLOSE(100),
		ASKED };
#else
	static const struct kernel_call rows[] = {
		ETHERNET_ROWS,
		GETIFADDRS(list),
	};
#endif
	struct params p;

	(void)state;
	list_ethernet();
#ifdef __NetBSD__
	list[2].ifa.ifa_addrflags = IN6_IFF_DUPLICATED;
#else
	duplicated.ifr_ifru.ifru_flags6 = IN6_IFF_DUPLICATED;
#endif
	KERNEL(rows);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_int_equal(p.naddrs, 4);
	assert_int_equal(p.addrs[3].addr.addr_data8[15], 5);
}

/* -- MACs -------------------------------------------------------------------
 */

#define BARE_ROWS \
	INTF_OPEN, INTF_LINK, INTF_BARE, INTF_BPF, INTF_CONF, INTF_CLOSE

static const struct kernel_call bare_alone[] = { BARE_ROWS };
static const struct kernel_call bare[] = { BARE_ROWS, GETIFADDRS(list) };

static void
test_corrects_the_mac(void **state)
{
	static const uint8_t zero[6];
	struct params p;

	(void)state;
	(void)entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	intf_fill("em0");
	memset(&p, 0, sizeof(p));
	KERNEL(bare_alone);
	assert_int_equal(libdnet_read("em0", &p), 0);
	kernel_end();
	assert_true(p.have_mac);
#ifdef __OpenBSD__ /* the empty address of an interface that has none */
	assert_memory_equal(p.mac, zero, 6);
#else
	(void)zero;
	assert_memory_equal(p.mac, MAC, 6);
#endif
	KERNEL(bare);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_true(p.have_mac);
	assert_memory_equal(p.mac, MAC, 6);
	assert_int_equal(p.naddrs, 0);
}

/* -- more than libdnet has room for -----------------------------------------
 */

static const struct kernel_call crowded_alone[] = {
	INTF_OPEN,
	INTF_LINK,
	INTF_FIRST,
	INTF_BPF,
	INTF_CONF,
	INTF_CLOSE,
};
static const struct kernel_call crowded[] = {
	INTF_OPEN,
	INTF_LINK,
	INTF_FIRST,
	INTF_BPF,
	INTF_CONF,
	INTF_CLOSE,
	GETIFADDRS(list),
};

/* 4192 bytes are 131 entries of 32, and 29 of NetBSD's. */
static void
test_reads_beyond_the_buffer(void **state)
{
	char addr[4] = "\x0a\2\0\0";
	struct params p;
	int i;

	(void)state;
	(void)entry_link("em1", ETHERNET, IFT_ETHER, MAC, 6);
	for (i = 0; i < 140; i++) {
		addr[3] = (char)i;
		(void)entry_ip4("em1", ETHERNET, addr, "\xff", 1, NULL);
	}
	(void)entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	for (i = 0; i < 3; i++) {
		addr[3] = (char)i;
		(void)entry_ip4("em0", ETHERNET, addr, "\xff\xff", 2, NULL);
	}
	intf_fill("em0");
	memset(&p, 0, sizeof(p));
	KERNEL(crowded_alone);
	assert_int_equal(libdnet_read("em0", &p), 0);
	kernel_end();
	assert_addrs(&p, "10.2.0.0/16");
	assert_false(p.have_mac);
	KERNEL(crowded);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_addrs(&p, "10.2.0.0/16, 10.2.0.1/16, 10.2.0.2/16");
	assert_true(p.have_mac);
}

/* -- point to point ---------------------------------------------------------
 */

#define TUNNEL_ROWS                                                        \
	INTF_OPEN, INTF_LINK, INTF_FIRST, INTF_PEER, INTF_CONF, INTF_MASK, \
	    INTF_CLOSE

static const struct kernel_call tunnel_alone[] = { TUNNEL_ROWS };
static const struct kernel_call tunnel[] = { TUNNEL_ROWS, GETIFADDRS(list) };

static void
test_corrects_peers(void **state)
{
	struct params p;

	(void)state;
	entry_link("tun0", TUNNEL, IFT_TUNNEL, "", 0)->data.ifi_mtu = 1420;
	(void)entry_ip4("tun0", TUNNEL, "\x0a\x08\0\1", "\xff", 1,
	    "\x0a\x08\0\2");
	(void)entry_ip4("tun0", TUNNEL, "\x0a\x09\0\1", "\xff\xff\xff", 3,
	    "\x0a\x09\0\2");
	intf_fill("tun0");
	memset(&p, 0, sizeof(p));
	KERNEL(tunnel_alone);
	assert_int_equal(libdnet_read("tun0", &p), 0);
	kernel_end();
	assert_addrs(&p, "10.8.0.1/8 peer 10.8.0.2, 10.9.0.1/8");
	KERNEL(tunnel);
	assert_int_equal(params_read("tun0", &p), 0);
	kernel_end();
	assert_int_equal(p.mtu, 1420);
	assert_int_equal(p.linktype, LINK_RAW);
	assert_false(p.have_mac);
	assert_addrs(&p, "10.8.0.1 peer 10.8.0.2, 10.9.0.1 peer 10.9.0.2");
}

/* -- what it sets -----------------------------------------------------------
 */

#define DOWN (IFF_BROADCAST | IFF_MULTICAST)

static struct ifreq down, up, mtu1400;
static struct in_aliasreq theirs, ours;

/* intf_set() reads before it sets */
#define FIRST_ROWS                                                       \
	INTF_OPEN, INTF_LINK, INTF_BARE, INTF_BPF, INTF_CONF, INTF_LINK, \
	    INTF_BARE, INTF_BPF, INTF_CONF,                              \
	    IOCTL(900, SIOCSIFMTU, .in = &mtu1400, .in_len = 20)
/* libdnet's request is one int longer, which NetBSD and OpenBSD do not read */
#define ALIAS(...) \
	IOCTL(900, SIOCAIFADDR, .in = &theirs, .in_len = 64, ##__VA_ARGS__)
#define FLAGS(fd, is, gets)                    \
	IOCTL(fd, SIOCGIFFLAGS, .out = &(is)), \
	    IOCTL(fd, SIOCSIFFLAGS, .in = &(gets))
#define ASK_SOCKET SOCKET(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 100)
#define IS_DOWN	   ASK_SOCKET, IOCTL(100, SIOCGIFFLAGS, .out = &down), CLOSE(100)
/* params_apply(): the address raises it, so it is taken down again */
#define ADDED                                                        \
	IS_DOWN, SOCKET(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 101), \
	    IOCTL(101, SIOCAIFADDR, .in = &ours),                    \
	    IOCTL(101, SIOCSIFFLAGS, .in = &down), CLOSE(101)

#ifndef __NetBSD__
/* FreeBSD, in_aifaddr_ioctl(): the mask must have 16 bytes */
static const struct kernel_call refused[] = {
	FIRST_ROWS,
	ALIAS(.error = EINVAL),
	IS_DOWN,
	INTF_CLOSE,
	BARE_ROWS,
	GETIFADDRS(list),
	ADDED,
};
#endif
#ifndef __FreeBSD__
/*
 * NetBSD, sys/netinet/in.c, in_control(): a mask of any length; OpenBSD,
 * in_ioctl_change_ifaddr(): of 8 bytes or more.
 */
static const struct kernel_call taken[] = {
	FIRST_ROWS,
	ALIAS(),
	FLAGS(900, up, down),
	INTF_CLOSE,
	BARE_ROWS,
	GETIFADDRS(list),
};
/* fails after SIOCSIFADDR has raised the interface: the route exists */
static const struct kernel_call raised[] = {
	FIRST_ROWS,
	ALIAS(.error = EEXIST),
	ASK_SOCKET,
	IOCTL(100, SIOCGIFFLAGS, .out = &up),
	CLOSE(100),
	ASK_SOCKET,
	IOCTL(100, SIOCSIFFLAGS, .in = &down),
	CLOSE(100),
	INTF_CLOSE,
	BARE_ROWS,
	GETIFADDRS(list),
	ADDED,
};
#endif

static void
sin_fill(struct sockaddr_in *sin, size_t len, const char *bytes)
{
	sin->sin_len = (uint8_t)len;
	sin->sin_family = AF_INET;
	memcpy(&sin->sin_addr, bytes, 4);
}

/* len: of libdnet's mask, from addr_btos() */
static void
alias_fill(struct in_aliasreq *r, size_t len, int bits)
{
	memset(r, 0, sizeof(*r));
	memcpy(r->ifra_name, "tap0", 5);
	sin_fill(&r->ifra_addr, sizeof(r->ifra_addr), "\x0a\1\2\3");
	sin_fill(&r->ifra_mask, len,
	    bits == 24 ? "\xff\xff\xff\0" : "\xff\xff\xf0\0");
	sin_fill(&r->ifra_dstaddr, sizeof(r->ifra_dstaddr),
	    bits == 24 ? "\x0a\1\2\xff" : "\x0a\1\x0f\xff");
}

static struct param_change
first_fill(const char *text, const char *broadcast)
{
	struct param_change c = { .what = PARAM_SET_FIRST, .mtu = 1400 };

	assert_int_equal(addr_parse(text, &c.addr.addr), 0);
	c.addr.kind = PARAM_BROADCAST;
	assert_int_equal(addr_parse(broadcast, &c.addr.other), 0);
	memcpy(down.ifr_name, "tap0", 5);
	down.ifr_flags = (short)DOWN;
	up = down;
	up.ifr_flags |= IFF_UP;
	mtu1400 = down;
	mtu1400.ifr_mtu = 1400;
	entry_link("tap0", DOWN, IFT_ETHER, MAC, 6)->data.ifi_mtu = 1400;
	intf_fill("tap0");
	return c;
}

static void
test_sets_first_address(void **state)
{
	struct param_change c = first_fill("10.1.2.3/20", "10.1.15.255");

	(void)state;
	alias_fill(&theirs, 4 + 2 + 4, 20);
	alias_fill(&ours, sizeof(struct sockaddr_in), 20);
#ifdef __FreeBSD__
	KERNEL(refused);
#else
	(void)entry_ip4("tap0", DOWN, "\x0a\1\2\3", "\xff\xff\xf0", 3,
	    "\x0a\1\x0f\xff");
	KERNEL(taken);
#endif
	assert_int_equal(params_apply("tap0", &c), 0);
	kernel_end();
}

static void
test_sets_what_libdnet_cannot(void **state)
{
	struct param_change c = first_fill("10.1.2.3/24", "10.1.2.255");

	(void)state;
	alias_fill(&theirs, 4 + 3 + 0, 24);
	alias_fill(&ours, sizeof(struct sockaddr_in), 24);
#ifdef __NetBSD__
	(void)entry_ip4("tap0", DOWN, "\x0a\1\2\3", "\xff\xff\xff", 3,
	    "\x0a\1\2\xff");
	KERNEL(taken);
#else
	KERNEL(refused);
#endif
	assert_int_equal(params_apply("tap0", &c), 0);
	kernel_end();
}

#ifndef __FreeBSD__
static void
test_lowers_what_was_refused(void **state)
{
	struct param_change c = first_fill("10.1.2.3/20", "10.1.15.255");

	(void)state;
	alias_fill(&theirs, 4 + 2 + 4, 20);
	alias_fill(&ours, sizeof(struct sockaddr_in), 20);
	KERNEL(raised);
	assert_int_equal(params_apply("tap0", &c), 0);
	kernel_end();
}
#endif

/* libdnet's broadcast address would become the peer. */
static void
test_sets_only_mtu_of_point_to_point(void **state)
{
	static struct ifreq tunnel_down;
	static struct in_aliasreq peer;
	static const struct kernel_call rows[] = {
		INTF_OPEN,
		INTF_LINK,
		INTF_BARE,
		IOCTL(900, SIOCGIFDSTADDR, .error = EADDRNOTAVAIL),
		INTF_CONF,
		INTF_LINK,
		INTF_BARE,
		IOCTL(900, SIOCGIFDSTADDR, .error = EADDRNOTAVAIL),
		INTF_CONF,
		IOCTL(900, SIOCSIFMTU, .in = &mtu1400, .in_len = 20),
		FLAGS(900, tunnel_down, tunnel_down),
		INTF_CLOSE,
		INTF_OPEN,
		INTF_LINK,
		INTF_BARE,
		IOCTL(900, SIOCGIFDSTADDR, .error = EADDRNOTAVAIL),
		INTF_CONF,
		INTF_CLOSE,
		GETIFADDRS(list),
		ASK_SOCKET,
		IOCTL(100, SIOCGIFFLAGS, .out = &tunnel_down),
		CLOSE(100),
		SOCKET(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 101),
		IOCTL(101, SIOCAIFADDR, .in = &peer),
		IOCTL(101, SIOCSIFFLAGS, .in = &tunnel_down),
		CLOSE(101),
	};
	struct param_change c = first_fill("10.1.2.3/32", "10.1.2.4");

	(void)state;
	(void)setup(NULL);
	c.addr.kind = PARAM_PEER;
	tunnel_down = down;
	tunnel_down.ifr_flags = (short)(IFF_POINTOPOINT | IFF_MULTICAST);
	entry_link("tap0", IFF_POINTOPOINT | IFF_MULTICAST, IFT_TUNNEL, "", 0)
	    ->data.ifi_mtu = 1400;
	intf_fill("tap0");
	alias_fill(&peer, sizeof(struct sockaddr_in), 24);
	sin_fill(&peer.ifra_mask, sizeof(peer.ifra_mask), "\xff\xff\xff\xff");
	sin_fill(&peer.ifra_dstaddr, sizeof(peer.ifra_dstaddr), "\x0a\1\2\4");
	KERNEL(rows);
	assert_int_equal(params_apply("tap0", &c), 0);
	kernel_end();
}

static void
assert_busy(unsigned flags, const char *other)
{
	static const struct kernel_call bare_rows[] = { BARE_ROWS };
	static const struct kernel_call full_rows[] = {
		INTF_OPEN,
		INTF_LINK,
		INTF_FIRST,
		INTF_BPF,
		INTF_CONF,
		INTF_CLOSE,
	};
	struct param_change c = first_fill("10.1.2.3/24", "10.1.2.255");

	list[0].ifa.ifa_flags = flags;
	if (other != NULL)
		(void)entry_ip4("tap0", flags, other, "\xff", 1, NULL);
	intf_fill("tap0");
	if (other != NULL)
		KERNEL(full_rows);
	else
		KERNEL(bare_rows);
	assert_int_equal(params_apply("tap0", &c), -1);
	assert_int_equal(errno, EBUSY);
	kernel_end();
}

static void
test_sets_none_of_a_live_doll(void **state)
{
	(void)state;
	assert_busy(DOWN | IFF_UP, NULL);
	(void)setup(NULL);
	assert_busy(DOWN, "\x0a\x09\0\1");
}

static const struct kernel_call not_open[] = { INTF_NONE };

/* src/relay/doll.c then sets each parameter by itself. */
static void
test_fails_without_ipv6(void **state)
{
	struct param_change c = first_fill("10.1.2.3/24", "10.1.2.255");

	(void)state;
	KERNEL(not_open);
	assert_int_equal(params_apply("tap0", &c), -1);
	assert_int_equal(errno, EAFNOSUPPORT);
	kernel_end();
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reads_ethernet),
		TEST(test_corrects_ethernet),
		TEST(test_forgets_what_only_libdnet_knew),
		TEST(test_leaves_out_duplicates),
		TEST(test_corrects_the_mac),
		TEST(test_reads_beyond_the_buffer),
		TEST(test_corrects_peers),
		TEST(test_sets_first_address),
		TEST(test_sets_what_libdnet_cannot),
#ifndef __FreeBSD__
		TEST(test_lowers_what_was_refused),
#endif
		TEST(test_sets_only_mtu_of_point_to_point),
		TEST(test_sets_none_of_a_live_doll),
		TEST(test_fails_without_ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
