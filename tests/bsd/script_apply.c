/* SPDX-License-Identifier: ISC */
/* Setting parameters, with the kernels' answers. */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#ifndef __FreeBSD__
#include <netinet6/in6_var.h>
#endif
#include <errno.h>
#include <string.h>

#include "kernel.h"
#include "port/params.h"

#define NAME	 "tap0"
#define MAC	 "\x02\x11\x22\x33\x44\x55"
#define ETHERNET (IFF_BROADCAST | IFF_MULTICAST)

/* -- requests ---------------------------------------------------------------
 */

static struct ifreq name_only, down, up, tunnel, mtu9000;
static struct in_aliasreq plain4, broadcast4, peer4, lone4;
static struct in6_aliasreq plain6, peer6;
static struct ifreq remove4;
static struct in6_ifreq remove6;

static void
flags_fill(struct ifreq *ifr, int flags)
{
	memcpy(ifr->ifr_name, NAME, sizeof(NAME));
	ifr->ifr_flags = (short)flags;
#ifdef __FreeBSD__ /* other settings stay */
	ifr->ifr_flagshigh = IFF_PPROMISC >> 16;
#endif
}

static void
sin_fill(struct sockaddr_in *sin, const char *bytes)
{
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	memcpy(&sin->sin_addr, bytes, 4);
}

static void
sin6_fill(struct sockaddr_in6 *sin6, const char *bytes)
{
	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	memcpy(&sin6->sin6_addr, bytes, 16);
}

static void
alias_fill(struct in_aliasreq *r, const char *netmask, const char *other)
{
	memcpy(r->ifra_name, NAME, sizeof(NAME));
	sin_fill(&r->ifra_addr, "\x0a\1\2\3");
	sin_fill(&r->ifra_mask, netmask);
	if (other != NULL)
		sin_fill(&r->ifra_dstaddr, other);
}

static void
alias6_fill(struct in6_aliasreq *r, const char *addr, const char *netmask,
    const char *other)
{
	memcpy(r->ifra_name, NAME, sizeof(NAME));
	sin6_fill(&r->ifra_addr, addr);
	sin6_fill(&r->ifra_prefixmask, netmask);
	if (other != NULL)
		sin6_fill(&r->ifra_dstaddr, other);
	r->ifra_lifetime.ia6t_vltime = 0xffffffff;
	r->ifra_lifetime.ia6t_pltime = 0xffffffff;
}

static int
setup(void **state)
{
	static const char local1[] = "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1";
	static const char local2[] = "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\2";
	static const char half[] = "\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"
				   "\0\0\0\0";
	static const char all[] = "\xff\xff\xff\xff\xff\xff\xff\xff"
				  "\xff\xff\xff\xff\xff\xff\xff\xff";

	(void)state;
	memcpy(name_only.ifr_name, NAME, sizeof(NAME));
	memcpy(mtu9000.ifr_name, NAME, sizeof(NAME));
	mtu9000.ifr_mtu = 9000;
	flags_fill(&down, ETHERNET);
	flags_fill(&up, ETHERNET | IFF_UP);
	flags_fill(&tunnel, IFF_POINTOPOINT | IFF_MULTICAST | IFF_UP);
	alias_fill(&plain4, "\xff\xff\xf0\0", NULL);
	alias_fill(&broadcast4, "\xff\xff\xf0\0", "\x0a\1\x0f\xfe");
	alias_fill(&peer4, "\xff\xff\xff\xff", "\x0a\1\2\4");
#ifdef __FreeBSD__
	alias_fill(&lone4, "\xff\xff\xf0\0", "\x0a\1\2\3");
#else
	alias_fill(&lone4, "\xff\xff\xf0\0", NULL);
#endif
	alias6_fill(&plain6, local1, half, NULL);
	alias6_fill(&peer6, local1, all, local2);
	memcpy(remove4.ifr_name, NAME, sizeof(NAME));
	sin_fill((struct sockaddr_in *)(void *)&remove4.ifr_addr, "\x0a\1\2\3");
	memcpy(remove6.ifr_name, NAME, sizeof(NAME));
	sin6_fill(&remove6.ifr_addr, local1);
	return 0;
}

/* -- what the kernel does ---------------------------------------------------
 */

#define ASK(family, ...)                                   \
	SOCKET(family, SOCK_DGRAM | SOCK_CLOEXEC, 0, 100), \
	    IOCTL(100, __VA_ARGS__), CLOSE(100)
/* netintro(4): the kernel reads only the name */
#define FLAGS(is) \
	ASK(AF_INET, SIOCGIFFLAGS, .in = &name_only, .in_len = 16, .out = &(is))
#define ADD(family, ...)                                   \
	SOCKET(family, SOCK_DGRAM | SOCK_CLOEXEC, 0, 101), \
	    IOCTL(101, __VA_ARGS__)

#ifdef __NetBSD__
static bool
is_our_mac(const void *arg, size_t len)
{
	const struct if_laddrreq *r = arg;
	const struct sockaddr_dl *sdl = (const void *)&r->addr;

	return len == sizeof(*r) && strcmp(r->iflr_name, NAME) == 0 &&
	    r->flags == IFLR_ACTIVE && sdl->sdl_family == AF_LINK &&
	    sdl->sdl_len == sizeof(*sdl) && sdl->sdl_alen == 6 &&
	    sdl->sdl_nlen == 0 && memcmp(sdl->sdl_data, MAC, 6) == 0;
}

/* NetBSD, sys/net/link_proto.c, link_control() */
#define SET_MAC(...) \
	ASK(AF_LINK, SIOCALIFADDR, .check = is_our_mac, ##__VA_ARGS__)
#else
static bool
is_our_mac(const void *arg, size_t len)
{
	const struct ifreq *ifr = arg;

	return len == sizeof(*ifr) && strcmp(ifr->ifr_name, NAME) == 0 &&
	    ifr->ifr_addr.sa_len == 6 &&
	    memcmp(ifr->ifr_addr.sa_data, MAC, 6) == 0;
}

/* sys/net/if.c; FreeBSD, ifhwioctl(), if_setlladdr(); OpenBSD, ifioctl() */
#define SET_MAC(...) \
	ASK(AF_INET, SIOCSIFLLADDR, .check = is_our_mac, ##__VA_ARGS__)
#endif

static const struct kernel_call mac[] = { SET_MAC() };
/* priv_check(); suser(); kauth_authorize_network() */
static const struct kernel_call mac_forbidden[] = { SET_MAC(.error = EPERM) };

static const struct kernel_call mtu[] = {
	ASK(AF_INET, SIOCSIFMTU, .in = &mtu9000, .in_len = 20),
};
/* FreeBSD, sys/net/if.c; OpenBSD, if_tun.c; NetBSD, if_ethersubr.c */
static const struct kernel_call mtu_refused[] = {
	ASK(AF_INET, SIOCSIFMTU, .error = EINVAL),
};

static const struct kernel_call raised[] = {
	FLAGS(down),
	ASK(AF_INET, SIOCSIFFLAGS, .in = &up),
};
static const struct kernel_call raised_already[] = { FLAGS(up) };
static const struct kernel_call gone[] = {
	ASK(AF_INET, SIOCGIFFLAGS, .error = ENXIO),
};
static const struct kernel_call raise_forbidden[] = {
	FLAGS(down),
	ASK(AF_INET, SIOCSIFFLAGS, .in = &up, .error = EPERM),
};

static const struct kernel_call added4[] = {
	FLAGS(up),
	ADD(AF_INET, SIOCAIFADDR, .in = &plain4),
	CLOSE(101),
};
static const struct kernel_call added_broadcast[] = {
	FLAGS(up),
	ADD(AF_INET, SIOCAIFADDR, .in = &broadcast4),
	CLOSE(101),
};

/*
 * FreeBSD, sys/net/if_ethersubr.c, ether_ioctl(), and OpenBSD, if_tun.c,
 * tun_ioctl(): SIOCSIFADDR sets IFF_UP; NetBSD, ether_ioctl():
 * SIOCINITIFADDR.
 */
static const struct kernel_call added_down[] = {
	FLAGS(down),
	ADD(AF_INET, SIOCAIFADDR, .in = &plain4),
	IOCTL(101, SIOCSIFFLAGS, .in = &down),
	CLOSE(101),
};
/* sys/netinet/in.c: fails because the route exists, after it has raised it */
static const struct kernel_call refused_down[] = {
	FLAGS(down),
	ADD(AF_INET, SIOCAIFADDR, .in = &plain4, .error = EEXIST),
	IOCTL(101, SIOCSIFFLAGS, .in = &down, .error = EPERM),
	CLOSE(101),
};

static const struct kernel_call added_peer[] = {
	FLAGS(tunnel),
	ADD(AF_INET, SIOCAIFADDR, .in = &peer4),
	CLOSE(101),
};
/*
 * FreeBSD, sys/netinet/in.c, in_aifaddr_ioctl(): EDESTADDRREQ without a peer;
 * OpenBSD, in_ifinit(), and NetBSD, in_ifinit(): no route without a peer.
 */
static const struct kernel_call added_lone[] = {
	FLAGS(tunnel),
	ADD(AF_INET, SIOCAIFADDR, .in = &lone4),
	CLOSE(101),
};
static const struct kernel_call no_peers[] = { FLAGS(up) };

static const struct kernel_call added6[] = {
	FLAGS(up),
	ADD(AF_INET6, SIOCAIFADDR_IN6, .in = &plain6),
	CLOSE(101),
};
/* sys/netinet6/in6.c: EINVAL for a peer with another prefix than 128 */
static const struct kernel_call added_peer6[] = {
	FLAGS(tunnel),
	ADD(AF_INET6, SIOCAIFADDR_IN6, .in = &peer6),
	CLOSE(101),
};
/* sys/kern/uipc_socket.c, socreate(): a kernel without INET6 */
static const struct kernel_call no_ip6[] = {
	FLAGS(up),
	SOCKET(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0,
	    .error = EPROTONOSUPPORT),
};
static const struct kernel_call no_family[] = {
	FLAGS(up),
	SOCKET(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0,
	    .error = EAFNOSUPPORT),
};

static const struct kernel_call removed4[] = {
	ASK(AF_INET, SIOCDIFADDR, .in = &remove4),
};
static const struct kernel_call removed6[] = {
	ASK(AF_INET6, SIOCDIFADDR_IN6, .in = &remove6),
};
/* sys/netinet/in.c, sys/netinet6/in6.c of all three */
static const struct kernel_call missing4[] = {
	ASK(AF_INET, SIOCDIFADDR, .error = EADDRNOTAVAIL),
};
static const struct kernel_call missing6[] = {
	ASK(AF_INET6, SIOCDIFADDR_IN6, .error = EADDRNOTAVAIL),
};
static const struct kernel_call remove_forbidden[] = {
	ASK(AF_INET, SIOCDIFADDR, .error = EPERM),
};
static const struct kernel_call no_sockets[] = {
	SOCKET(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, .error = EMFILE),
};
static const struct kernel_call nothing[1];

/* -- tests ------------------------------------------------------------------
 */

#define APPLY(table, c, expected)   \
	do {                        \
		KERNEL(table);      \
		apply(c, expected); \
	} while (0)

/* expected: an errno, or 0 */
static void
apply(const struct param_change *c, int expected)
{
	errno = 0;
	assert_int_equal(params_apply(NAME, c), expected == 0 ? 0 : -1);
	if (expected != 0)
		assert_int_equal(errno, expected);
	kernel_end();
}

static struct param_change
addr_change(enum param_what what, const char *text, int kind, const char *other)
{
	struct param_change c = { .what = what };

	assert_int_equal(addr_parse(text, &c.addr.addr), 0);
	c.addr.kind = kind;
	if (other != NULL)
		assert_int_equal(addr_parse(other, &c.addr.other), 0);
	return c;
}

static void
test_sets_mac(void **state)
{
	struct param_change c = { .what = PARAM_SET_MAC };

	(void)state;
	memcpy(c.mac, MAC, 6);
	APPLY(mac, &c, 0);
	APPLY(mac_forbidden, &c, EPERM);
}

static void
test_sets_mtu(void **state)
{
	struct param_change c = { .what = PARAM_SET_MTU, .mtu = 9000 };

	(void)state;
	APPLY(mtu, &c, 0);
	APPLY(mtu_refused, &c, EINVAL);
	APPLY(no_sockets, &c, EMFILE);
}

static void
test_raises(void **state)
{
	struct param_change c = { .what = PARAM_SET_UP };

	(void)state;
	APPLY(raised, &c, 0);
	APPLY(raised_already, &c, 0);
	APPLY(gone, &c, ENXIO);
	APPLY(raise_forbidden, &c, EPERM);
}

static void
test_adds_ip4(void **state)
{
	struct param_change c = addr_change(PARAM_ADD_ADDR, "10.1.2.3/20",
	    PARAM_NONE, NULL);

	(void)state;
	APPLY(added4, &c, 0);
	APPLY(gone, &c, ENXIO);
	c = addr_change(PARAM_ADD_ADDR, "10.1.2.3/20", PARAM_BROADCAST,
	    "10.1.15.254");
	APPLY(added_broadcast, &c, 0);
}

static void
test_leaves_down_what_was(void **state)
{
	struct param_change c = addr_change(PARAM_ADD_ADDR, "10.1.2.3/20",
	    PARAM_NONE, NULL);

	(void)state;
	APPLY(added_down, &c, 0);
	APPLY(refused_down, &c, EEXIST);
}

static void
test_knows_peers(void **state)
{
	struct param_change c = addr_change(PARAM_ADD_ADDR, "10.1.2.3/20",
	    PARAM_PEER, "10.1.2.4");

	(void)state;
	APPLY(added_peer, &c, 0);
	APPLY(no_peers, &c, EOPNOTSUPP);
	c.addr.kind = PARAM_NONE;
	APPLY(added_lone, &c, 0);
	c.addr.kind = PARAM_BROADCAST;
	APPLY(added_lone, &c, 0);
}

static void
test_adds_ip6(void **state)
{
	struct param_change c = addr_change(PARAM_ADD_ADDR, "fe80::1/64",
	    PARAM_NONE, NULL);

	(void)state;
	APPLY(added6, &c, 0);
	APPLY(no_ip6, &c, EAFNOSUPPORT);
	APPLY(no_family, &c, EAFNOSUPPORT);
	c = addr_change(PARAM_ADD_ADDR, "fe80::1/64", PARAM_PEER, "fe80::2");
	APPLY(added_peer6, &c, 0);
}

static void
test_removes(void **state)
{
	struct param_change c4 = addr_change(PARAM_DEL_ADDR, "10.1.2.3/20",
	    PARAM_BROADCAST, "10.1.15.255");
	struct param_change c6 = addr_change(PARAM_DEL_ADDR, "fe80::1/64",
	    PARAM_NONE, NULL);

	(void)state;
	APPLY(removed4, &c4, 0);
	APPLY(removed6, &c6, 0);
	APPLY(missing4, &c4, 0);
	APPLY(missing6, &c6, 0);
	APPLY(remove_forbidden, &c4, EPERM);
}

static void
test_refuses_nonsense(void **state)
{
	struct param_change c = { .what = PARAM_SET_UP };

	(void)state;
	kernel_begin("nothing", nothing, 0);
	assert_int_equal(params_apply("tap0123456789012", &c), -1);
	assert_int_equal(errno, ENODEV);
	c.what = PARAM_DONE;
	assert_int_equal(params_apply(NAME, &c), -1);
	assert_int_equal(errno, EINVAL);
	kernel_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets_mac),
		cmocka_unit_test(test_sets_mtu),
		cmocka_unit_test(test_raises),
		cmocka_unit_test(test_adds_ip4),
		cmocka_unit_test(test_leaves_down_what_was),
		cmocka_unit_test(test_knows_peers),
		cmocka_unit_test(test_adds_ip6),
		cmocka_unit_test(test_removes),
		cmocka_unit_test(test_refuses_nonsense),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
