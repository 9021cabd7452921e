/* SPDX-License-Identifier: ISC */
/*
 * The destinations that this host reaches: lists of addresses, and routes as
 * sys/net/rtsock.c of each system (sysctl_dumpentry()) gives them.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "list.h"
#include "port/params.h"

#define EM0  1
#define EM00 2
#define TUN0 3
#define LO0  9 /* not in the list */

static const char local1_on_3[] = "\xfe\x80\0\3\0\0\0\0\0\0\0\0\0\0\0\1";
static const char global[] = "\x20\x01\x0d\xb8\0\7\0\0\0\0\0\0\0\0\0\0";

static const int dump[] = { CTL_NET, PF_ROUTE, 0, 0, NET_RT_DUMP, 0 };
static uint8_t table[8192];
static size_t table_len;
static char seen[16384];

/* -- routes -----------------------------------------------------------------
 */

/* sys/net/rtsock.c: padded as route(4) says */
static void
route_put(const struct sockaddr_storage *ss)
{
#ifdef __NetBSD__
	size_t step = sizeof(uint64_t);
#else
	size_t step = sizeof(long);
#endif
	size_t size = ss->ss_len > 0 ? ss->ss_len : step;

	memcpy(table + table_len, ss, size);
	table_len += (size + step - 1) / step * step;
}

/* net NULL: a route to one host; gateway: an address or NULL, a link's */
static void
route_tell(int index, int flags, const char *dst, bool ip6_dst,
    const char *gateway, const char *net, size_t len)
{
	struct sockaddr_storage ss;
	struct rt_msghdr rtm;
	size_t at = table_len;

	memset(&rtm, 0, sizeof(rtm));
	table_len += sizeof(rtm);
	rtm.rtm_version = RTM_VERSION;
	rtm.rtm_type = RTM_GET;
	rtm.rtm_index = (u_short)index;
	rtm.rtm_flags = flags | RTF_UP;
	rtm.rtm_addrs = RTA_DST | RTA_GATEWAY | (net != NULL ? RTA_NETMASK : 0);
	memset(&ss, 0, sizeof(ss));
	route_put((void *)(ip6_dst ? ip6(&ss, dst) : ip4(&ss, dst)));
	memset(&ss, 0, sizeof(ss));
	if (gateway != NULL)
		(void)ip4(&ss, gateway);
	else {
		ss.ss_len = (uint8_t)sizeof(struct sockaddr_dl);
		ss.ss_family = AF_LINK;
	}
	route_put(&ss);
	if (net != NULL)
		route_put((void *)mask(&ss, ip6_dst ? 8 : 4, net, len));
#ifdef __OpenBSD__
	rtm.rtm_hdrlen = sizeof(rtm);
#endif
	rtm.rtm_msglen = (u_short)(table_len - at);
	memcpy(table + at, &rtm, sizeof(rtm));
}

/* -- tests ------------------------------------------------------------------
 */

static int
setup(void **state)
{
	(void)state;
	memset(list, 0, sizeof(list));
	used = 0;
	table_len = 0;
	seen[0] = '\0';
	return 0;
}

static void
see(const struct local *l, void *arg)
{
	static const char *const kinds[] = { "", "route ", "hop " };
	char text[ADDR_TEXT];
	size_t len = strlen(seen);

	assert_null(arg);
	(void)snprintf(seen + len, sizeof(seen) - len, "%s%s%s%s%s",
	    len > 0 ? ", " : "", kinds[l->kind],
	    addr_ntop(&l->addr, text, sizeof(text)),
	    l->ifname[0] != '\0' ? " " : "", l->ifname);
}

static void
assert_local(const char *but, const char *expected)
{
	const struct kernel_call rows[] = {
		GETIFADDRS(list),
		SYSCTL(dump, .out_len = table_len),
		SYSCTL(dump, .out = table, .out_len = table_len),
	};

	seen[0] = '\0';
	KERNEL(rows);
	assert_int_equal(params_local(but, see, NULL), 0);
	kernel_end();
	assert_string_equal(seen, expected);
}

static void
entry_index(struct entry *e, int index)
{
	((struct sockaddr_dl *)&e->addr)->sdl_index = (u_short)index;
}

static void
host(void)
{
	entry_index(entry_link("em0", ETHERNET, IFT_ETHER, MAC, 6), EM0);
	entry_index(entry_link("em00", ETHERNET, IFT_ETHER, MAC, 6), EM00);
	entry_index(entry_link("tun0", TUNNEL, IFT_TUNNEL, "", 0), TUN0);
	(void)entry_ip4("em0", ETHERNET, "\xc0\0\2\x0a", "\xff\xff\xff", 3,
	    "\xc0\0\2\xff");
	(void)entry_ip4("em00", ETHERNET, "\x0a\1\1\1", "\xff\xff", 2, NULL);
	(void)entry_ip6("em00", ETHERNET, local1_on_3, 8);
	(void)entry_ip4("tun0", TUNNEL, "\x0a\x08\0\1", "\xff", 1,
	    "\x0a\x08\0\2");
}

#define ADDRESSES \
	"10.1.1.1/16 em00, fe80::1/64 em00, 10.8.0.1 tun0, 10.8.0.2 tun0"

static void
test_addresses(void **state)
{
	(void)state;
	host();
	/* the table is never empty: sys/netinet/in_rmx.c, net/route.c */
	route_tell(LO0, RTF_HOST, "\x7f\0\0\1", false, NULL, NULL, 0);
	assert_local("em0", ADDRESSES ", route 127.0.0.1");
	assert_local(NULL, "192.0.2.10/24 em0, " ADDRESSES ", route 127.0.0.1");
}

static void
test_routes(void **state)
{
	(void)state;
	host();
	route_tell(EM00, RTF_GATEWAY, "\0\0\0\0", false, "\x0a\1\0\1", "", 0);
	route_tell(EM00, 0, "\x0a\1\0\0", false, NULL, "\xff\xff", 2);
	route_tell(TUN0, RTF_GATEWAY, "\xac\x10\0\0", false, "\x0a\x08\0\2",
	    "\xff\xf0", 2);
	route_tell(TUN0, RTF_GATEWAY | RTF_HOST, "\xcb\0\x71\5", false,
	    "\x0a\x08\0\2", NULL, 0);
	route_tell(TUN0, 0, global, true, NULL, "\xff\xff\xff\xff\xff\xff", 6);
	route_tell(LO0, RTF_BLACKHOLE, "\xc6\x33\x64\0", false, NULL,
	    "\xff\xff\xff", 3);
	/* the doll's: its prefix, others by it, its own address by lo0 */
	route_tell(EM0, 0, "\xc0\0\2\0", false, NULL, "\xff\xff\xff", 3);
	route_tell(EM0, RTF_GATEWAY, "\x0a\x63\0\0", false, "\xc0\0\2\1",
	    "\xff\xff", 2);
	route_tell(LO0, RTF_HOST, "\xc0\0\2\x0a", false, NULL, NULL, 0);
	/* learnt, or made for an address */
	route_tell(EM00, RTF_HOST | RTF_GATEWAY | RTF_DYNAMIC, "\1\1\1\1",
	    false, "\x0a\1\0\1", NULL, 0);
	route_tell(LO0, RTF_HOST | RTF_LOCAL, "\x0a\1\1\1", false, NULL, NULL,
	    0);
#ifdef RTF_CLONED
	route_tell(EM00, RTF_HOST | RTF_CLONED | RTF_LLINFO, "\x0a\1\0\1",
	    false, NULL, NULL, 0);
#endif
	assert_local("em0",
	    ADDRESSES ", hop 10.1.0.1 em00, route 10.1.0.0/16 em00, "
		      "hop 10.8.0.2 tun0, route 172.16.0.0/12 tun0, "
		      "hop 10.8.0.2 tun0, route 203.0.113.5 tun0, "
		      "route 2001:db8:7::/48 tun0, route 198.51.100.0/24");
}

/* A message of wrong length or version ends the walk. */
static void
test_broken(void **state)
{
	struct rt_msghdr rtm;
	size_t first;

	(void)state;
	route_tell(LO0, 0, "\x0a\1\0\0", false, NULL, "\xff\xff", 2);
	first = table_len;
	route_tell(LO0, 0, "\x0a\2\0\0", false, NULL, "\xff\xff", 2);
	assert_local(NULL, "route 10.1.0.0/16, route 10.2.0.0/16");
	memcpy(&rtm, table + first, sizeof(rtm));
	rtm.rtm_msglen++;
	memcpy(table + first, &rtm, sizeof(rtm));
	assert_local(NULL, "route 10.1.0.0/16");
	rtm.rtm_msglen = 0;
	memcpy(table + first, &rtm, sizeof(rtm));
	assert_local(NULL, "route 10.1.0.0/16");
	rtm.rtm_msglen = (u_short)(table_len - first);
	rtm.rtm_version++;
	memcpy(table + first, &rtm, sizeof(rtm));
	assert_local(NULL, "route 10.1.0.0/16");
	rtm.rtm_version--;
	memcpy(table + first, &rtm, sizeof(rtm));
	table[first + sizeof(rtm)] = 255; /* an address beyond the end */
	assert_local(NULL, "route 10.1.0.0/16");
}

static void
test_many(void **state)
{
	char addr[4] = "\x0a\1\0\0";
	const char *p;
	int i, n = 0;

	(void)state;
	for (i = 0; i < 300; i++) {
		addr[2] = (char)(i / 200);
		addr[3] = (char)(i % 200 + 1);
		(void)entry_ip4("em0", ETHERNET, addr, "\xff\xff\xff\xff", 4,
		    NULL);
	}
	route_tell(LO0, 0, "\x0a\1\0\0", false, NULL, "\xff\xff", 2);
	KERNEL(((const struct kernel_call[]) {
	    GETIFADDRS(list),
	    SYSCTL(dump, .out_len = 10),
	    SYSCTL(dump, .error = ENOMEM), /* more came meanwhile */
	    SYSCTL(dump, .out_len = table_len),
	    SYSCTL(dump, .out = table, .out_len = table_len),
	}));
	assert_int_equal(params_local(NULL, see, NULL), 0);
	kernel_end();
	for (p = seen; (p = strstr(p, " em0")) != NULL; p++)
		n++;
	assert_int_equal(n, 300);
}

static void
test_says_what_failed(void **state)
{
	static const struct kernel_call no_list[] = {
		GETIFADDRS(NULL, .error = ENOMEM),
	};
	static const struct kernel_call no_routes[] = {
		GETIFADDRS(list),
		SYSCTL(dump, .error = EPERM),
	};

	(void)state;
	KERNEL(no_list);
	assert_int_equal(params_local(NULL, see, NULL), -1);
	assert_int_equal(errno, ENOMEM);
	kernel_end();
	KERNEL(no_routes);
	assert_int_equal(params_local(NULL, see, NULL), -1);
	assert_int_equal(errno, EPERM);
	kernel_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_addresses, setup),
		cmocka_unit_test_setup(test_routes, setup),
		cmocka_unit_test_setup(test_broken, setup),
		cmocka_unit_test_setup(test_many, setup),
		cmocka_unit_test_setup(test_says_what_failed, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
