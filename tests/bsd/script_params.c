/* SPDX-License-Identifier: ISC */
/*
 * Reading parameters when libdnet fails to open (script_libdnet.c has it open):
 * all of them come from the list of getifaddrs(3).
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
#include "list.h"
#include "port/params.h"
#include "port/port.h"

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

static const struct kernel_call plain[] = { INTF_NONE, GETIFADDRS(list) };
static const struct kernel_call failing[] = {
	INTF_NONE,
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
	INTF_NONE,
	GETIFADDRS(list),
	ASKED(ask_local, clean),
	ASKED(ask5, duplicated),
	ASKED(ask6, clean),
};
/* the address has gone in between; no more descriptors */
static const struct kernel_call unasked[] = {
	INTF_NONE,
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

/* net/if.h; an unknown link state counts as running. */
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
 * src/relay/relay.c reads the parameters every 5 s in any case.
 */
static const struct kernel_call untold[] = {
	INTF_NONE,
	GETIFADDRS(list),
	READ(100, 2048, NULL, 0, .error = EAGAIN),
	INTF_NONE,
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
