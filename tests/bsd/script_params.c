/*
 * How parameters are read: lists as getifaddrs(3) gives them, from
 * sys/net/rtsock.c (sysctl_iflist()) through lib/libc/net/getifaddrs.c of each
 * system.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#ifndef __FreeBSD__
#include <netinet6/in6_var.h>
#endif
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "params.h"
#include "port.h"

#define ETHERNET (IFF_UP | IFF_BROADCAST | IFF_MULTICAST)
#define TUNNEL	 (IFF_UP | IFF_POINTOPOINT | IFF_MULTICAST)
#define MAC	 "\x02\x11\x22\x33\x44\x55"

/* -- lists ------------------------------------------------------------------
 */

static struct entry {
	struct ifaddrs ifa;
	char name[16];
	struct sockaddr_storage addr, mask, other;
	struct if_data data;
} list[300];
static int used;

static struct entry *
entry_add(const char *name, unsigned flags)
{
	struct entry *e = &list[used];

	if (used > 0)
		list[used - 1].ifa.ifa_next = &e->ifa;
	used++;
	memset(e, 0, sizeof(*e));
	(void)snprintf(e->name, sizeof(e->name), "%s", name);
	e->ifa.ifa_name = e->name;
	e->ifa.ifa_flags = flags;
	e->ifa.ifa_addr = (struct sockaddr *)&e->addr;
	return e;
}

/* The interface itself; mac: len bytes. */
static struct entry *
entry_link(const char *name, unsigned flags, int type, const char *mac,
    size_t len)
{
	struct entry *e = entry_add(name, flags);
	struct sockaddr_dl *sdl = (void *)&e->addr;
	size_t nlen = strlen(name);

	sdl->sdl_len = (uint8_t)(offsetof(struct sockaddr_dl, sdl_data) + nlen +
	    len);
	sdl->sdl_family = AF_LINK;
	sdl->sdl_type = (uint8_t)type;
	sdl->sdl_nlen = (uint8_t)nlen;
	sdl->sdl_alen = (uint8_t)len;
	memcpy(sdl->sdl_data, name, nlen);
	memcpy(sdl->sdl_data + nlen, mac, len);
	e->data.ifi_mtu = 1500;
	e->data.ifi_type = (uint8_t)type;
	e->data.ifi_link_state = LINK_STATE_UP;
	e->ifa.ifa_data = &e->data;
	return e;
}

static struct sockaddr *
ip4(struct sockaddr_storage *ss, const char *bytes)
{
	struct sockaddr_in *sin = (void *)ss;

	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	memcpy(&sin->sin_addr, bytes, 4);
	return (struct sockaddr *)ss;
}

static struct sockaddr *
ip6(struct sockaddr_storage *ss, const char *bytes)
{
	struct sockaddr_in6 *sin6 = (void *)ss;

	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	memcpy(&sin6->sin6_addr, bytes, 16);
	return (struct sockaddr *)ss;
}

/* A mask cut after `len` bytes of it (in_socktrim()); what follows is not. */
static struct sockaddr *
mask(struct sockaddr_storage *ss, size_t from, const char *bytes, size_t len)
{
	uint8_t *p = (uint8_t *)ss;

	memset(ss, 0xff, sizeof(*ss));
	ss->ss_len = (uint8_t)(len > 0 ? from + len : 0);
	memcpy(p + from, bytes, len);
	return (struct sockaddr *)ss;
}

static struct entry *
entry_ip4(const char *name, unsigned flags, const char *addr,
    const char *netmask, size_t len, const char *other)
{
	struct entry *e = entry_add(name, flags);

	(void)ip4(&e->addr, addr);
	e->ifa.ifa_netmask = mask(&e->mask, 4, netmask, len);
	if (other != NULL)
		e->ifa.ifa_dstaddr = ip4(&e->other, other);
	return e;
}

static struct entry *
entry_ip6(const char *name, unsigned flags, const char *addr, size_t len)
{
	struct entry *e = entry_add(name, flags);

	(void)ip6(&e->addr, addr);
	e->ifa.ifa_netmask = mask(&e->mask, 8,
	    "\xff\xff\xff\xff\xff\xff\xff\xff", len);
	return e;
}

static const char global5[] = "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\5";
static const char global6[] = "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\6";
static const char local1[] = "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1";
static const char local1_on_3[] = "\xfe\x80\0\3\0\0\0\0\0\0\0\0\0\0\0\1";

static void
text_of(const struct params *p, char *out, size_t size)
{
	char text[ADDR_TEXT];
	size_t len = 0;
	int i;

	out[0] = '\0';
	for (i = 0; i < p->naddrs; i++) {
		len += (size_t)snprintf(out + len, size - len, "%s%s",
		    i > 0 ? ", " : "",
		    addr_ntop(&p->addrs[i].addr, text, sizeof(text)));
		if (p->addrs[i].kind == PARAM_NONE)
			continue;
		len += (size_t)snprintf(out + len, size - len, " %s %s",
		    p->addrs[i].kind == PARAM_PEER ? "peer" : "brd",
		    addr_ntop(&p->addrs[i].other, text, sizeof(text)));
	}
}

static void
assert_addrs(const struct params *p, const char *expected)
{
	char text[512];

	text_of(p, text, sizeof(text));
	assert_string_equal(text, expected);
}

/* -- what the kernel does ---------------------------------------------------
 */

static const struct kernel_call plain[] = { GETIFADDRS(list) };
static const struct kernel_call failing[] = {
	GETIFADDRS(NULL, .error = ENOMEM),
};

#ifdef __NetBSD__ /* the list has the flags of addresses */
#define ethernet plain
#else
static struct in6_ifreq ask_local, ask5, ask6, clean, duplicated;

static void
ask(struct in6_ifreq *ifr, const char *addr)
{
	memset(ifr, 0, sizeof(*ifr));
	memcpy(ifr->ifr_name, "em0", 4);
	ifr->ifr_addr.sin6_len = sizeof(ifr->ifr_addr);
	ifr->ifr_addr.sin6_family = AF_INET6;
	memcpy(&ifr->ifr_addr.sin6_addr, addr, 16);
}

#define ASKED(ifr, flags, ...)                                          \
	SOCKET(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, 100),            \
	    IOCTL(100, SIOCGIFAFLAG_IN6, .in = &(ifr), .out = &(flags), \
		##__VA_ARGS__),                                         \
	    CLOSE(100)

/*
 * sys/netinet6/in6.c, SIOCGIFAFLAG_IN6: a link-local address without its
 * interface gets it there: FreeBSD, in6_setscope(); OpenBSD,
 * in6_check_embed_scope().
 */
static const struct kernel_call ethernet[] = {
	GETIFADDRS(list),
	ASKED(ask_local, clean),
	ASKED(ask5, duplicated),
	ASKED(ask6, clean),
};
/* the address went in between; no more descriptors */
static const struct kernel_call unasked[] = {
	GETIFADDRS(list),
	ASKED(ask5, clean, .error = EADDRNOTAVAIL),
	SOCKET(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, .error = EMFILE),
};
#endif

static int
setup(void **state)
{
	(void)state;
	memset(list, 0, sizeof(list));
	used = 0;
#ifndef __NetBSD__
	ask(&ask_local, local1);
	ask(&ask5, global5);
	ask(&ask6, global6);
	ask(&clean, global6);
	clean.ifr_ifru.ifru_flags6 = IN6_IFF_AUTOCONF | IN6_IFF_DEPRECATED;
	ask(&duplicated, global5);
	duplicated.ifr_ifru.ifru_flags6 = IN6_IFF_DUPLICATED;
#endif
	return 0;
}

/* -- tests ------------------------------------------------------------------
 */

static void
list_ethernet(void)
{
	(void)entry_link("em00", ETHERNET, IFT_ETHER, MAC, 6);
	(void)entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	(void)entry_ip6("em0", ETHERNET, local1_on_3, 8);
	(void)entry_ip6("em0", ETHERNET, global5, 8);
#ifdef __NetBSD__
	list[used - 1].ifa.ifa_addrflags = IN6_IFF_DUPLICATED;
#endif
	(void)entry_ip4("em00", ETHERNET, "\x0a\1\1\1", "\xff", 1, NULL);
	(void)entry_ip4("em0", ETHERNET, "\xc0\0\2\x0a", "\xff\xff\xff", 3,
	    "\xc0\0\2\xff");
	(void)entry_ip4("em0", ETHERNET, "\x0a\1\2\3", "\xff\xff\xff\xff", 4,
	    "\x0a\1\2\3");
	(void)entry_ip4("em0", ETHERNET, "\x0a\1\4\1", "\xff\xff\xfe", 3,
	    "\0\0\0\0");
	entry_ip6("em0", ETHERNET, global6, 8)->ifa.ifa_netmask = NULL;
	entry_add("em0", ETHERNET)->ifa.ifa_addr = NULL;
}

static void
test_reads_ethernet(void **state)
{
	struct params p;

	(void)state;
	list_ethernet();
	KERNEL(ethernet);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_string_equal(p.name, "em0");
	assert_int_equal(p.linktype, LINK_ETHERNET);
	assert_int_equal(p.flags, PARAM_UP | PARAM_RUNNING);
	assert_true(p.have_mac && p.have_mtu && p.have_addrs);
	assert_memory_equal(p.mac, MAC, 6);
	assert_int_equal(p.mtu, 1500);
#if defined(__FreeBSD__)
	assert_int_equal(p.mtu_max, 65521); /* net/if_tap.h: TAPMRU - 14 */
#elif defined(__OpenBSD__)
	assert_int_equal(p.mtu_max, 16384); /* net/if_tun.h: TUNMRU */
#else
	assert_int_equal(p.mtu_max, 9000); /* net/if_ether.h: ETHERMTU_JUMBO */
#endif
	assert_addrs(&p,
	    "192.0.2.10/24 brd 192.0.2.255, 10.1.2.3, 10.1.4.1/23, "
	    "fe80::1/64, 2001:db8::6");
}

#ifdef __NetBSD__
/* sys/netinet/if_arp.c, arp_dad_duplicated() */
static void
test_leaves_out_duplicates_of_ip4(void **state)
{
	struct params p;

	(void)state;
	(void)entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	entry_ip4("em0", ETHERNET, "\x0a\1\1\1", "\xff", 1, NULL)
	    ->ifa.ifa_addrflags = IN_IFF_DUPLICATED;
	entry_ip4("em0", ETHERNET, "\x0a\1\1\2", "\xff", 1, NULL)
	    ->ifa.ifa_addrflags = IN_IFF_DETACHED | IN_IFF_TENTATIVE;
	KERNEL(plain);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_addrs(&p, "10.1.1.2/8");
}
#else
static void
test_keeps_what_cannot_be_asked(void **state)
{
	struct params p;

	(void)state;
	(void)entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	(void)entry_ip6("em0", ETHERNET, global5, 8);
	(void)entry_ip6("em0", ETHERNET, global6, 8);
	KERNEL(unasked);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_addrs(&p, "2001:db8::5/64, 2001:db8::6/64");
}
#endif

/* sys/netinet/in.c of all three: the route is to the peer alone. */
static void
test_reads_point_to_point(void **state)
{
	struct params p;

	(void)state;
	list_ethernet();
	entry_link("tun0", TUNNEL, IFT_TUNNEL, "", 0)->data.ifi_mtu = 1420;
	(void)entry_ip4("tun0", TUNNEL, "\x0a\x08\0\1", "\xff", 1,
	    "\x0a\x08\0\2");
	(void)entry_ip4("tun0", TUNNEL, "\x0a\x09\0\1", "\xff\xff\xff", 3,
	    "\x0a\x09\0\1");
	entry_ip4("tun0", TUNNEL, "\x0a\x0a\0\1", "", 0, "\x0a\x0a\0\2")
	    ->ifa.ifa_dstaddr->sa_family = AF_UNSPEC;
	KERNEL(plain);
	assert_int_equal(params_read("tun0", &p), 0);
	kernel_end();
	assert_int_equal(p.linktype, LINK_RAW);
	assert_false(p.have_mac);
	assert_int_equal(p.mtu, 1420);
#if defined(__FreeBSD__)
	assert_int_equal(p.mtu_max, 65535); /* net/if_tun.h: TUNMRU */
#elif defined(__OpenBSD__)
	assert_int_equal(p.mtu_max, 16384); /* net/if_tun.h: TUNMRU */
#else
	assert_int_equal(p.mtu_max, 1500); /* net/if_tun.h: TUNMTU */
#endif
	assert_addrs(&p, "10.8.0.1 peer 10.8.0.2, 10.9.0.1/24, 10.10.0.1/0");
}

static void
assert_state(int state, unsigned flags, unsigned expected)
{
	struct params p;

	(void)setup(NULL);
	entry_link("em0", flags, IFT_ETHER, MAC, 6)->data.ifi_link_state =
	    (uint8_t)state;
	KERNEL(plain);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_int_equal(p.flags, expected);
}

/* net/if.h; a link that nobody knows of is taken for one that is there. */
static void
test_reads_link_states(void **state)
{
	(void)state;
	assert_state(LINK_STATE_UNKNOWN, ETHERNET, PARAM_UP | PARAM_RUNNING);
	assert_state(LINK_STATE_UP, ETHERNET, PARAM_UP | PARAM_RUNNING);
	assert_state(LINK_STATE_UP, IFF_BROADCAST, PARAM_RUNNING);
	assert_state(LINK_STATE_DOWN, ETHERNET, PARAM_UP);
#ifdef __OpenBSD__
	assert_state(LINK_STATE_INVALID, ETHERNET, PARAM_UP);
	assert_state(LINK_STATE_KALIVE_DOWN, ETHERNET, PARAM_UP);
	assert_state(LINK_STATE_HALF_DUPLEX, ETHERNET,
	    PARAM_UP | PARAM_RUNNING);
	assert_state(LINK_STATE_FULL_DUPLEX, ETHERNET,
	    PARAM_UP | PARAM_RUNNING);
#endif
}

static void
read_link_of(int type, const char *mac, size_t len, struct params *p)
{
	(void)setup(NULL);
	(void)entry_link("x0", ETHERNET, type, mac, len);
	KERNEL(plain);
	assert_int_equal(params_read("x0", p), 0);
	kernel_end();
}

static void
test_knows_link_types(void **state)
{
	struct params p;

	(void)state;
	read_link_of(IFT_L2VLAN, MAC, 6, &p);
	assert_true(p.linktype == LINK_ETHERNET && p.have_mac);
	/* OpenBSD, sys/net/if_bridge.c */
	read_link_of(IFT_BRIDGE, "", 0, &p);
	assert_true(p.linktype == LINK_ETHERNET && !p.have_mac);
	read_link_of(IFT_LOOP, "", 0, &p);
	assert_int_equal(p.linktype, LINK_RAW);
	/* firewire */
	read_link_of(IFT_IEEE1394, "\1\2\3\4\5\6\7\x08", 8, &p);
	assert_true(p.linktype == LINK_ANY && !p.have_mac && p.mtu_max == 0);
}

/*
 * NetBSD, sys/net/if.c, SIOCSIFMTU: no message tells that an MTU has changed.
 * It is in what is read, which src/relay.c does every 5 s, told or not.
 */
static const struct kernel_call untold[] = {
	GETIFADDRS(list),
	READ(100, 2048, NULL, 0, .error = EAGAIN),
	GETIFADDRS(list),
};

static void
test_reads_an_mtu_that_nobody_told(void **state)
{
	struct params before, after;
	struct entry *em0;

	(void)state;
	em0 = entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	KERNEL(untold);
	assert_int_equal(params_read("em0", &before), 0);
	em0->data.ifi_mtu = 1400;
	assert_false(params_changed(100));
	assert_int_equal(params_read("em0", &after), 0);
	kernel_end();
	assert_int_equal(after.mtu, 1400);
	assert_false(params_equal(&before, &after));
}

static void
test_believes_no_address_beyond_the_end(void **state)
{
	struct params p;

	(void)state;
	entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6)->ifa.ifa_addr->sa_len--;
	KERNEL(plain);
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_int_equal(p.linktype, LINK_ETHERNET);
	assert_false(p.have_mac);
}

static void
test_reads_no_more_than_fit(void **state)
{
	char addr[4] = "\x0a\1\0\0";
	struct params p;
	int i;

	(void)state;
	(void)entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	(void)entry_ip6("em0", ETHERNET, local1, 8);
	for (i = 0; i < PARAMS_ADDRS + 5; i++) {
		addr[3] = (char)i;
		(void)entry_ip4("em0", ETHERNET, addr, "\xff", 1, NULL);
	}
	KERNEL(plain); /* IPv4 first: of the other none is asked */
	assert_int_equal(params_read("em0", &p), 0);
	kernel_end();
	assert_int_equal(p.naddrs, PARAMS_ADDRS);
	assert_int_equal(p.addrs[0].addr.addr_type, ADDR_TYPE_IP);
	assert_int_equal(p.addrs[PARAMS_ADDRS - 1].addr.addr_data8[3],
	    PARAMS_ADDRS - 1);
}

static void
test_says_what_is_not_there(void **state)
{
	struct params p;
	struct params_local local;

	(void)state;
	list_ethernet();
	KERNEL(plain);
	assert_int_equal(params_read("em", &p), -1);
	assert_int_equal(errno, ENODEV);
	kernel_end();
	KERNEL(failing);
	assert_int_equal(params_read("em0", &p), -1);
	assert_int_equal(errno, ENOMEM);
	kernel_end();
	KERNEL(failing);
	assert_int_equal(params_local(NULL, &local), -1);
	assert_int_equal(errno, ENOMEM);
	kernel_end();
}

static void
assert_local(const struct params_local *l, int i, const char *expected)
{
	char text[128], addr[ADDR_TEXT];

	(void)snprintf(text, sizeof(text), "%s %s", l->at[i].name,
	    addr_ntop(&l->at[i].addr, addr, sizeof(addr)));
	assert_string_equal(text, expected);
}

static void
test_lists_the_other_interfaces(void **state)
{
	struct params_local l;

	(void)state;
	(void)entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6);
	(void)entry_ip4("em0", ETHERNET, "\xc0\0\2\x0a", "\xff\xff\xff", 3,
	    "\xc0\0\2\xff");
	(void)entry_ip4("em00", ETHERNET, "\x0a\1\1\1", "\xff\xff", 2, NULL);
	(void)entry_ip6("em00", ETHERNET, local1_on_3, 8);
	(void)entry_ip4("tun0", TUNNEL, "\x0a\x08\0\1", "\xff", 1,
	    "\x0a\x08\0\2");
	KERNEL(plain);
	assert_int_equal(params_local("em0", &l), 0);
	kernel_end();
	assert_int_equal(l.n, 4);
	assert_local(&l, 0, "em00 10.1.1.1/16");
	assert_local(&l, 1, "em00 fe80::1/64");
	assert_local(&l, 2, "tun0 10.8.0.1");
	assert_local(&l, 3, "tun0 10.8.0.2");
	KERNEL(plain);
	assert_int_equal(params_local(NULL, &l), 0);
	kernel_end();
	assert_int_equal(l.n, 5);
	assert_local(&l, 0, "em0 192.0.2.10/24");
}

static void
test_says_that_there_are_more(void **state)
{
	char addr[4] = "\x0a\1\0\0";
	struct params_local l;
	int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		addr[3] = (char)i;
		(void)entry_ip4("em0", ETHERNET, addr, "\xff", 1, NULL);
	}
	KERNEL(plain);
	assert_int_equal(params_local(NULL, &l), 0);
	kernel_end();
	(void)entry_ip4("em0", ETHERNET, "\x0a\2\0\1", "\xff", 1, NULL);
	KERNEL(plain);
	assert_int_equal(params_local(NULL, &l), -1);
	assert_int_equal(errno, EOVERFLOW);
	kernel_end();
	assert_int_equal(l.n, 256);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_reads_ethernet, setup),
#ifdef __NetBSD__
		cmocka_unit_test_setup(test_leaves_out_duplicates_of_ip4,
		    setup),
#else
		cmocka_unit_test_setup(test_keeps_what_cannot_be_asked, setup),
#endif
		cmocka_unit_test_setup(test_reads_point_to_point, setup),
		cmocka_unit_test_setup(test_reads_link_states, setup),
		cmocka_unit_test_setup(test_knows_link_types, setup),
		cmocka_unit_test_setup(test_reads_an_mtu_that_nobody_told,
		    setup),
		cmocka_unit_test_setup(test_believes_no_address_beyond_the_end,
		    setup),
		cmocka_unit_test_setup(test_reads_no_more_than_fit, setup),
		cmocka_unit_test_setup(test_says_what_is_not_there, setup),
		cmocka_unit_test_setup(test_lists_the_other_interfaces, setup),
		cmocka_unit_test_setup(test_says_that_there_are_more, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
