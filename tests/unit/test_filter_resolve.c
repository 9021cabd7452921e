/* SPDX-License-Identifier: ISC */
/*
 * Names in expressions, looked up in the test's table.  If libpcap can compile
 * the text before and after, both programs must be equal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <pcap.h>

#include "filter/filter.h"

static int
table_host(const char *name, struct addr *out, int max)
{
	static const struct {
		const char *name, *addrs[3];
	} table[] = { { "one", { "192.0.2.1" } }, { "six", { "2001:db8::6" } },
		{ "two", { "192.0.2.2", "192.0.2.3" } },
		{ "dual", { "192.0.2.4", "2001:db8::4" } },
		{ "with-dash.example", { "192.0.2.5" } },
		{ "host", { "192.0.2.6" } } };
	size_t i;
	int n = 0;

	if (strcmp(name, "later") == 0) /* no name server answers */
		return -1;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (strcmp(name, table[i].name) == 0)
			for (; n < 3 && n < max && table[i].addrs[n]; n++)
				addr_parse(table[i].addrs[n], &out[n]);
	return n;
}

static int
table_net(const char *name, struct addr *out)
{
	return strcmp(name, "lab") == 0 ? addr_parse("10.1.0.0/16", out) : -1;
}

static int
table_port(const char *name, const char *transport)
{
	if (strcmp(name, "http") == 0)
		return 80;
	if (strcmp(name, "http-alt") == 0)
		return 8080;
	if (strcmp(name, "syslog") == 0)
		return transport != NULL && strcmp(transport, "tcp") == 0 ?
		    601 :
		    514;
	return -1;
}

static int
table_proto(const char *name)
{
	return strcmp(name, "ospf") == 0 ? 89 :
	    strcmp(name, "tcp") == 0	 ? 6 :
					   -1;
}

static const struct filter_names table = { table_host, table_net, table_port,
	table_proto };

static void
assert_becomes(const char *expr, const char *want)
{
	char out[FILTER_TEXT], why[256];

	if (filter_resolve(&table, expr, out, sizeof(out), why, sizeof(why)) ==
	    -1)
		fail_msg("%s: %s", expr, why);
	assert_string_equal(out, want);
	/* a master sends this text to its slave */
	if (filter_check_foreign(out, why, sizeof(why)) == -1)
		fail_msg("%s: %s", out, why);
}

static void
assert_stays(const char *expr)
{
	assert_becomes(expr, expr);
}

static void
assert_refused(const char *expr, const char *because)
{
	char out[FILTER_TEXT], why[256] = "";

	assert_int_equal(filter_resolve(&table, expr, out, sizeof(out), why,
			     sizeof(why)),
	    -1);
	if (strstr(why, because) == NULL)
		fail_msg("%s: '%s' instead of '%s'", expr, why, because);
}

static void
test_hosts(void **state)
{
	(void)state;
	assert_becomes("host one", "host 192.0.2.1");
	assert_becomes("src one and dst six",
	    "src 192.0.2.1 and dst 2001:db8::6");
	assert_becomes("src or dst one", "src or dst 192.0.2.1");
	assert_becomes("src and dst host one", "src and dst host 192.0.2.1");
	assert_becomes("host two", "host (192.0.2.2 or 192.0.2.3)");
	assert_becomes("not host two and tcp",
	    "not host (192.0.2.2 or 192.0.2.3) and tcp");
	assert_becomes("host dual", "host (192.0.2.4 or 2001:db8::4)");
	assert_becomes("ip host dual", "ip host 192.0.2.4");
	assert_becomes("ip src or dst host dual",
	    "ip src or dst host 192.0.2.4");
	assert_becomes("arp host dual", "arp host 192.0.2.4");
	assert_becomes("ip6 dst dual", "ip6 dst 2001:db8::4");
	assert_becomes("ip host dual or host dual",
	    "ip host 192.0.2.4 or host (192.0.2.4 or 2001:db8::4)");
	assert_becomes("host with-dash.example", "host 192.0.2.5");
	assert_becomes("host \\host", "host 192.0.2.6");
	assert_becomes("(host one)||!(host six)",
	    "(host 192.0.2.1)||!(host 2001:db8::6)");
	assert_becomes("host\tone\nor\tone", "host\t192.0.2.1\nor\t192.0.2.1");
}

static void
test_lists(void **state)
{
	(void)state;
	assert_becomes("host one or six or 10.0.0.1",
	    "host 192.0.2.1 or 2001:db8::6 or 10.0.0.1");
	assert_becomes("dst (one or six)", "dst (192.0.2.1 or 2001:db8::6)");
	assert_becomes("port http or syslog", "port 80 or 514");
	assert_becomes("src one and not six",
	    "src 192.0.2.1 and not 2001:db8::6");
	assert_becomes("src port http or dst host one or six",
	    "src port 80 or dst host 192.0.2.1 or 2001:db8::6");
	assert_becomes("port http or host one and (port http-alt or http)",
	    "port 80 or host 192.0.2.1 and (port 8080 or 80)");
}

static void
test_others(void **state)
{
	(void)state;
	assert_becomes("net lab", "net 10.1.0.0/16");
	assert_becomes("src net lab or 10.2", "src net 10.1.0.0/16 or 10.2");
	assert_becomes("port http-alt", "port 8080");
	assert_becomes("port syslog", "port 514");
	assert_becomes("tcp port syslog", "tcp port 601");
	assert_becomes("udp dst port syslog", "udp dst port 514");
	assert_becomes("tcp and port syslog", "tcp and port 514");
	assert_becomes("portrange http-http-alt", "portrange 80-8080");
	assert_becomes("portrange http-alt-9000", "portrange 8080-9000");
	assert_becomes("portrange 80-http-alt", "portrange 80-8080");
	assert_becomes("portrange http", "portrange 80");
	assert_becomes("ip proto ospf", "ip proto 89");
	assert_becomes("ip6 proto \\tcp", "ip6 proto 6");
	assert_becomes("proto \\tcp or ospf", "proto 6 or 89");
	assert_stays("ether proto \\ip");
	assert_stays("ether proto \\aarp or \\stp");
	assert_stays("ip proto 17");
}

static void
test_stays(void **state)
{
	(void)state;
	assert_stays("");
	assert_stays("tcp port 80 and not (src net 10.0.0.0/8 or dst 1.2.3.4)");
	assert_stays("net 10.0.0.0 mask 255.0.0.0");
	assert_stays("tcp[tcpflags] & (tcp-syn|tcp-fin) != 0");
	assert_stays("icmp[icmptype] = icmp-echo or icmp6[0]==128");
	assert_stays("((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2))!=0");
	assert_stays("ether[ip[0]:2]=len - 4");
	assert_stays("ether host aa:bb:cc:dd:ee:ff");
	assert_stays("ether src aa-bb-cc-dd-ee-ff or aabb.ccdd.eeff");
	assert_stays("ether dst aabbccddeeff");
	assert_stays("vlan 5 and ip6 host ::1 and net 2001:db8::/32");
	assert_stays("pppoes 7 and mpls 1 and geneve 3 and less 100");
	assert_stays("ether broadcast or ip multicast or inbound");
	assert_stays("portrange 6000-6008");
	assert_stays("len >= 0x50 && greater 60");
	assert_stays("wlan type mgt subtype beacon and llc rr");
	assert_stays("on eth0.5 and rset name and reason match");
	assert_stays("and ) [");
	assert_stays("ip[ip[0");
}

static void
test_refused(void **state)
{
	char text[600];

	(void)state;
	assert_refused("host nobody", "unknown host 'nobody'");
	assert_refused("host one or nobody", "unknown host 'nobody'");
	assert_refused("nonsense", "unknown host 'nonsense'");
	assert_refused("port one", "unknown port 'one'");
	assert_refused("portrange http-one", "unknown port 'http-one'");
	assert_refused("net one", "unknown network 'one'");
	assert_refused("ip proto one", "unknown protocol 'one'");
	assert_refused("ip6 host one", "host 'one' has no IPv6 address");
	assert_refused("ip host six", "host 'six' has no IPv4 address");
	assert_refused("ether host one", "'one': only an address");
	assert_refused("gateway one", "gateway one cannot be said");
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_refused(text, "a word of 599 letters");
}

static void
test_length(void **state)
{
	char expr[FILTER_TEXT + 8], out[2 * FILTER_TEXT], why[256];

	(void)state;
	memset(expr, ' ', sizeof(expr));
	expr[FILTER_TEXT - 1] = '\0';
	assert_stays(expr);
	expr[FILTER_TEXT - 1] = ' ';
	expr[FILTER_TEXT] = '\0';
	assert_refused(expr, "longer than 1023 bytes");
	/* also if the caller has more room */
	assert_int_equal(filter_resolve(&table, expr, out, sizeof(out), why,
			     sizeof(why)),
	    -1);
	memcpy(expr, "dst dual", 8);
	expr[FILTER_TEXT - 20] = '\0';
	assert_refused(expr, "longer than 1023 bytes");
	assert_int_equal(filter_resolve(&table, "host one", out, 15, why,
			     sizeof(why)),
	    0);
	assert_int_equal(filter_resolve(&table, "host one", out, 14, why,
			     sizeof(why)),
	    -1);
}

static void
compile(const char *text, struct bpf_program *out)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);

	if (pcap_compile(pcap, out, text, 1, PCAP_NETMASK_UNKNOWN) == -1)
		fail_msg("%s: %s", text, pcap_geterr(pcap));
	pcap_close(pcap);
}

/* /etc/hosts and /etc/protocols: libpcap looks the same names up. */
static void
test_system(void **state)
{
	static const char *const texts[] = { "ip host localhost",
		"ip src localhost or 10.0.0.1 and not port 22",
		"ip src or dst host localhost and tcp",
		"ip dst (localhost or 10.0.0.1)", "ip proto \\udp",
		"ether proto \\arp or proto \\icmp" };
	char out[FILTER_TEXT], why[256];
	struct bpf_program a, b;
	size_t i;

	(void)state;
	if (filter_names_system.proto("udp") != 17)
		skip();
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (filter_resolve(&filter_names_system, texts[i], out,
			sizeof(out), why, sizeof(why)) == -1)
			fail_msg("%s: %s", texts[i], why);
		assert_null(strstr(out, "localhost"));
		compile(texts[i], &a);
		compile(out, &b);
		assert_int_equal(a.bf_len, b.bf_len);
		assert_memory_equal(a.bf_insns, b.bf_insns,
		    a.bf_len * sizeof(*a.bf_insns));
		pcap_freecode(&a);
		pcap_freecode(&b);
	}
	assert_int_equal(filter_resolve(&filter_names_system,
			     "host name.invalid", out, sizeof(out), why,
			     sizeof(why)),
	    -1);
	if (errno != EAGAIN) /* there may be no name server here */
		assert_string_equal(why, "unknown host 'name.invalid'");
}

/* Only a word that must be a host can be an address that is known later. */
static void
test_later(void **state)
{
	static const struct {
		const char *expr;
		int error;
	} said[] = {
		{ "host later", EAGAIN },
		{ "tcp and src host later", EAGAIN },
		{ "dst later", EAGAIN },
		{ "host one or later", EAGAIN },
		{ "host later and port 80", EAGAIN },
		{ "host nobody", EINVAL },
		{ "tcp later 80", EINVAL },
		{ "later", EINVAL },
		{ "src host one and tcp later", EINVAL },
		{ "host one and gateway x", EINVAL },
	};
	char out[FILTER_TEXT], why[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(*said); i++) {
		assert_int_equal(filter_resolve(&table, said[i].expr, out,
				     sizeof(out), why, sizeof(why)),
		    -1);
		assert_int_equal(errno, said[i].error);
	}
}

/* Words that libpcap's scanner may take for a name. */
static void
test_foreign(void **state)
{
	static const char *const refused[] = { "host evil", "evil.example",
		"not host evil.example", "src evil or dst evil", "net evil",
		"port http", "portrange ftp-http", "ip proto nosuch",
		"host \\evil", "ether host evil", "host bad:1", "host a:b",
		"host evil.example:1", "host 1.2.3.4.5", "host 1..2",
		"host 1.2.3.", "$evil", "host $1evil", "host aa:bb:cc:dd:ee",
		"host aa-bb-cc-dd-ee-", "_evil", "gateway evil",
		"host 192.0.2.1 and evil", "tcp\x9b", "\302\23331m",
		"tcp\x1b[31m", "host b\xc3\xbcro" };
	static const char *const taken[] = { "", "tcp", "port 80",
		"udp portrange 1-1024", "host 192.0.2.1 or fe80::1", "net 10",
		"net 10.1.2", "net 10.0.0.0/8 or net fd00::/8",
		"ether host aa:bb:c:dd:e:ff", "ether host aabb.ccdd.eeff",
		"ether host aa-bb-cc-dd-ee-ff", "net 10.0.0.0 mask 255.0.0.0",
		"ip proto 17", "ip proto 0x11",
		"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "ether proto \\ip",
		"ether[0] & 1 = 0 and ip[16] >= 224", "vlan 5 and\ttcp\n",
		"host ::ffff:192.0.2.1 || less 64" };
	char why[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (filter_check_foreign(refused[i], why, sizeof(why)) == 0)
			fail_msg("'%s' was taken", refused[i]);
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (filter_check_foreign(taken[i], why, sizeof(why)) == -1)
			fail_msg("'%s': %s", taken[i], why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_later),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_stays),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_system),
		cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests_name("filter_resolve", tests, NULL, NULL);
}
