/* SPDX-License-Identifier: ISC */
/* Which addresses a doll may take, given the host's own and the peer's. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "port/addr_rules.h"

static struct addr_offer offer;
static struct addr_verdict verdict;
static struct local host[32];
static int nhost;
static bool apart;

static struct addr
address(const char *text)
{
	struct addr a;

	if (addr_parse(text, &a) == -1)
		fail_msg("%s is no address", text);
	return a;
}

static int
setup(void **state)
{
	(void)state;
	memset(&offer, 0, sizeof(offer));
	nhost = 0;
	apart = false;
	return 0;
}

/* "192.168.1.1/24" or "10.0.0.1/32 peer 10.0.0.2" */
static void
put(const char *text)
{
	struct param_addr *a = &offer.addrs[offer.naddrs++];
	char own[ADDR_TEXT];
	const char *peer = strstr(text, " peer ");

	memset(a, 0, sizeof(*a));
	(void)snprintf(own, sizeof(own), "%.*s", (int)strcspn(text, " "), text);
	a->addr = address(own);
	if (peer == NULL)
		return;
	a->kind = PARAM_PEER;
	a->other = address(peer + strlen(" peer "));
}

static void
has(enum local_kind kind, const char *text, const char *ifname)
{
	struct local *l = &host[nhost++];

	memset(l, 0, sizeof(*l));
	l->kind = kind;
	l->addr = address(text);
	(void)strcpy(l->ifname, ifname);
}

static void
judge(void)
{
	int i;

	addr_rules_begin(&offer, apart, &verdict);
	for (i = 0; i < nhost; i++)
		addr_rules_meet(&offer, &host[i], &verdict);
	addr_rules_end(&offer, apart, &verdict);
}

/* Judges one address; why: the expected reason, NULL: it may be set. */
static void
one(const char *text, const char *why)
{
	offer.naddrs = 0;
	put(text);
	judge();
	if (strcmp(verdict.why[0], why != NULL ? why : "") != 0)
		fail_msg("%s: '%s', not '%s'", text, verdict.why[0],
		    why != NULL ? why : "");
}

static void
session(const char *text, const char *own, const char *remote, const char *why)
{
	struct addr none = { .addr_type = ADDR_TYPE_NONE };

	offer.own = own != NULL ? address(own) : none;
	offer.remote = remote != NULL ? address(remote) : none;
	one(text, why);
}

static void
test_session(void **state)
{
	const char *own = "is the slave's own address of this session";
	const char *peer = "is the peer's address";
	const char *holds =
	    "its prefix holds the address that this session goes to";

	(void)state;
	session("192.168.1.1/24", NULL, NULL, NULL);
	session("192.168.1.1/24", "192.168.1.1", NULL, own);
	session("192.168.1.1/24", NULL, "192.168.1.1", peer);
	session("192.168.1.1/32 peer 10.0.0.1", NULL, "10.0.0.1", peer);
	session("192.168.1.1/32 peer 10.0.0.1", "10.0.0.1", NULL, own);
	session("2001:db8::1/64", "2001:db8::1", NULL, own);
	session("2001:db8::1/64", "10.0.0.1", "10.0.0.1", NULL);
	/* an alias would take over the route to the peer */
	session("203.0.113.2/24", NULL, "203.0.113.1", holds);
	session("203.0.113.2/24", "203.0.113.1", NULL, holds);
	session("10.9.9.9/24 peer 203.0.113.2", NULL, "203.0.113.1", holds);
	session("2001:db8::2/64", NULL, "2001:db8::1", holds);
	session("203.0.113.2/32", NULL, "203.0.113.1", NULL);
	/* each interface has link-local prefixes of its own */
	session("fe80::2/64", NULL, "fe80::1", NULL);
	session("fe80::1/64", NULL, "fe80::1", peer);
	/* behind NAT: the slave's own address is not the one we connect to */
	session("10.0.0.2/24", "10.0.0.1", "203.0.113.1", NULL);
	apart = true;
	session("203.0.113.1/24", NULL, "203.0.113.1", NULL);
}

static void
test_prefixes_of_interfaces(void **state)
{
	(void)state;
	has(LOCAL_ADDRESS, "192.168.1.50/24", "wlan0");
	has(LOCAL_ADDRESS, "10.8.0.1/32", "tun0");
	has(LOCAL_ADDRESS, "fe80::1/64", "wlan0");
	has(LOCAL_ADDRESS, "2001:db8:1::50/64", "eth1");
	one("192.168.1.1/24", "overlaps wlan0");
	one("192.168.1.1/32", "overlaps wlan0");
	one("192.168.2.1/16", "overlaps wlan0");
	one("192.168.2.1/24", NULL);
	one("10.1.1.1/8", "overlaps tun0");
	one("172.16.0.1/32 peer 192.168.1.2", "overlaps wlan0");
	one("192.168.1.9/32 peer 172.16.0.1", "overlaps wlan0");
	one("172.16.0.1/32 peer 172.16.0.2", NULL);
	one("2001:db8:1::1/48", "overlaps eth1");
	one("2001:db8:2::1/64", NULL);
	apart = true; /* the same in a namespace of its own */
	one("192.168.1.1/24", "overlaps wlan0");
}

static void
test_link_local(void **state)
{
	const char *mixed =
	    "one of it and its peer is link-local, the other is not";

	(void)state;
	one("fe80::1/64 peer 2001:4860:4860::8888", mixed);
	one("fe80::1/128 peer 2001:4860:4860::8888", mixed);
	one("2001:db8::1/128 peer fe80::2", mixed);
	one("fe80::2/1", "its prefix is shorter than /16");
	one("fe80::2/9", "its prefix is shorter than /16");
	has(LOCAL_ADDRESS, "fe80::7/64", "eth0");
	has(LOCAL_ROUTE, "fe80::/64", "eth0");
	has(LOCAL_NEXT_HOP, "fe80::1", "eth0");
	one("fe80::2/64", NULL);
	one("fe80::1/10", NULL);
	one("fe80::1/128", NULL);
	one("fe80::1/64 peer fe80::2", "overlaps eth0");
}

static void
test_short(void **state)
{
	(void)state;
	one("128.0.0.1/2", "its prefix is shorter than /8");
	one("11.0.0.1/7", "its prefix is shorter than /8");
	one("11.0.0.1/8", NULL);
	one("11.0.0.1/1 peer 12.0.0.1", "its prefix is shorter than /8");
	one("2001:db8::1/15", "its prefix is shorter than /16");
	one("2001:db8::1/16", NULL);
	apart = true;
	one("128.0.0.1/2", NULL);
}

static void
test_reserved(void **state)
{
	const char *cloud = "overlaps 169.254.0.0/16, which is each host's own";

	(void)state;
	one("169.254.0.5/16", cloud);
	one("169.254.169.254/32", cloud);
	one("169.1.0.1/8", cloud);
	one("10.0.0.1/32 peer 169.254.169.254", cloud);
	one("127.0.0.1/8", "overlaps 127.0.0.0/8, which is each host's own");
	one("0.0.0.1/8", "overlaps 0.0.0.0/8, which is each host's own");
	one("::2/64", "overlaps ::1, which is each host's own");
	apart = true;
	one("169.254.0.5/16", NULL);
}

static void
test_routes(void **state)
{
	(void)state;
	has(LOCAL_ROUTE, "10.0.0.0/8", "tun0");
	has(LOCAL_ROUTE, "198.51.100.0/24", "");
	has(LOCAL_ROUTE, "0.0.0.0/1", "tun1"); /* OpenVPN's */
	has(LOCAL_ROUTE, "2000::/3", "eth0");
	has(LOCAL_ROUTE, "2001:db8:5::/48", "eth0");
	one("10.9.0.1/24", "overlaps the route 10.0.0.0/8 by tun0");
	one("11.0.0.1/24", NULL);
	one("192.0.2.1/32 peer 10.1.1.1",
	    "overlaps the route 10.0.0.0/8 by tun0");
	one("198.51.100.7/32", "overlaps the route 198.51.100.0/24");
	one("198.51.0.7/16", "overlaps the route 198.51.100.0/24");
	one("2001:db8:5::1/64", "overlaps the route 2001:db8:5::/48 by eth0");
	one("2001:db8:6::1/64", NULL);
}

static void
test_next_hops_and_name_servers(void **state)
{
	(void)state;
	has(LOCAL_NEXT_HOP, "172.31.1.1", "eth0");
	has(LOCAL_NAME_SERVER, "1.1.1.1", "");
	has(LOCAL_NAME_SERVER, "2001:4860:4860::8888", "");
	one("172.31.1.1/32", "takes the next hop 172.31.1.1 by eth0");
	one("172.31.0.1/16", "takes the next hop 172.31.1.1 by eth0");
	one("172.31.1.2/32", NULL);
	one("1.1.1.1/32", "takes the name server 1.1.1.1");
	one("1.1.1.2/24", "takes the name server 1.1.1.1");
	one("10.0.0.1/32 peer 1.1.1.1", "takes the name server 1.1.1.1");
	one("2001:4860::1/32", "takes the name server 2001:4860:4860::8888");
}

/* expected: for each of a stranger's addresses '+' if it is set, else '-'. */
static void
stranger(const char *expected, ...)
{
	char got[PARAMS_ADDRS + 1] = "";
	const char *text;
	va_list ap;
	int i;

	offer.naddrs = 0;
	offer.stranger = true;
	va_start(ap, expected);
	while ((text = va_arg(ap, const char *)) != NULL)
		put(text);
	va_end(ap);
	judge();
	for (i = 0; i < offer.naddrs; i++)
		got[i] = verdict.why[i][0] == '\0' ? '+' : '-';
	assert_string_equal(got, expected);
}

static void
test_stranger(void **state)
{
	(void)state;
	/* a gateway's addresses */
	stranger("++++", "192.168.1.1/24", "9.9.9.9/24", "fe80::1/64",
	    "2600::1/64", NULL);
	stranger("+", "9.9.9.9/32 peer 8.8.8.8", NULL);
	/* addresses that would take the Internet away */
	stranger("+-", "9.9.9.9/24", "8.8.8.8/32", NULL);
	assert_string_equal(verdict.why[1],
	    "a stranger brings more than 1 public IPv4 address");
	stranger("+-+", "10.1.0.1/32", "9.9.9.9/15", "8.8.8.8/16", NULL);
	assert_string_equal(verdict.why[1],
	    "a stranger's prefix of public addresses is shorter than /16");
	stranger("-", "192.168.1.1/8", NULL); /* most of it is public */
	stranger("+++", "10.0.0.1/8", "172.16.0.1/12", "100.64.0.1/10", NULL);
	stranger("+-", "10.0.0.1/32 peer 9.9.9.9", "8.8.8.8/32", NULL);
	stranger("++++-", "2600::1/64", "2600:0:1::1/48", "2600:0:2::1/128",
	    "2600:0:3::1/64", "2600:0:4::1/64", NULL);
	assert_string_equal(verdict.why[4],
	    "a stranger brings more than 4 public IPv6 addresses");
	stranger("-+", "2600::1/47", "fd00::1/16", NULL);
	/* an address that is refused for another reason does not count */
	has(LOCAL_NAME_SERVER, "9.9.9.9", "");
	stranger("-+", "9.9.9.9/32", "8.8.8.8/32", NULL);
	apart = true;
	nhost = 0;
	stranger("+++", "9.9.9.9/15", "8.8.8.8/32", "2600::1/32", NULL);
}

static void
count(const struct local *l, void *arg)
{
	char *out = arg, text[ADDR_TEXT];

	assert_int_equal(l->kind, LOCAL_NAME_SERVER);
	strcat(out, addr_ntop(&l->addr, text, sizeof(text)));
	strcat(out, " ");
}

static void
test_name_servers(void **state)
{
	char path[] = "/tmp/test_addr_rules.XXXXXX", got[256] = "";
	int fd = mkstemp(path);
	FILE *f;

	(void)state;
	assert_true(fd != -1);
	f = fdopen(fd, "w");
	(void)fputs("# nameserver 192.0.2.1\nsearch example.org\n"
		    "nameserver 192.0.2.53\nnameserver\t2001:db8::53 # x\n"
		    "  nameserver\nnameserver fe80::53%eth0\n"
		    "nameservers 192.0.2.2\nnameserver example.org\n"
		    "nameserver 192.0.2.54",
	    f);
	(void)fclose(f);
	addr_rules_name_servers(path, count, got);
	(void)unlink(path);
	assert_string_equal(got,
	    "192.0.2.53 2001:db8::53 fe80::53 192.0.2.54 ");
	addr_rules_name_servers(path, count, got); /* none */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_session, setup),
		cmocka_unit_test_setup(test_prefixes_of_interfaces, setup),
		cmocka_unit_test_setup(test_link_local, setup),
		cmocka_unit_test_setup(test_short, setup),
		cmocka_unit_test_setup(test_reserved, setup),
		cmocka_unit_test_setup(test_routes, setup),
		cmocka_unit_test_setup(test_next_hops_and_name_servers, setup),
		cmocka_unit_test_setup(test_stranger, setup),
		cmocka_unit_test_setup(test_name_servers, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
