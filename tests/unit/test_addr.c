/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <cmocka.h>

#include "addr.h"

static struct addr
parsed(const char *text)
{
	struct addr a;

	if (addr_parse(text, &a) == -1)
		fail_msg("%s not parsed", text);
	return a;
}

static void
assert_reads(const char *text, const char *canonical)
{
	struct addr a = parsed(text);
	char out[ADDR_TEXT];

	assert_non_null(addr_ntop(&a, out, sizeof(out)));
	assert_string_equal(out, canonical);
}

static void
test_parse(void **state)
{
	(void)state;
	assert_reads("10.0.0.1", "10.0.0.1");
	assert_reads("10.0.0.1/24", "10.0.0.1/24");
	assert_reads("0.0.0.0/0", "0.0.0.0/0");
	assert_reads("2001:db8::1", "2001:db8::1");
	assert_reads("2001:db8::1/64", "2001:db8::1/64");
	assert_reads("::/0", "::/0");
	assert_reads("fe80::1%eth0", "fe80::1");
	assert_reads("fe80::1%eth0.7/64", "fe80::1/64");
	assert_reads("::ffff:192.0.2.7", "192.0.2.7");
	assert_reads("::ffff:192.0.2.7%3", "192.0.2.7");
	assert_reads("::ffff:192.0.2.0/120", "192.0.2.0/24");
	assert_reads("::ffff:0.0.0.0/96", "0.0.0.0/0");
	/* shorter than the mapped prefix: still a range of IPv6 */
	assert_int_equal(parsed("::ffff:0.0.0.0/95").addr_type, ADDR_TYPE_IP6);
	/* not mapped */
	assert_int_equal(parsed("::fffe:1.2.3.4").addr_type, ADDR_TYPE_IP6);
	assert_int_equal(parsed("1::ffff:1.2.3.4").addr_type, ADDR_TYPE_IP6);
}

static void
test_parse_refuses(void **state)
{
	static const char *const bad[] = {
		"", "*", "localhost", "10.0.0", "10.0.0.256", "10.0.0.1/",
		"10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/+1", "10.0.0.1/ 1",
		"10.0.0.1/24x", "10.0.0.1/99999999999999999999",
		"10.0.0.1/24/24", "10.0.0.1%eth0", "10.0.0.1 ", " 10.0.0.1",
		"[::1]", "::1/129", "::1%", "%eth0", "/24",
		":::", "00:11:22:33:44:55", "1:2:3:4:5:6:7:8:9", "010.0.0.1x",
		"0000000000000000000000000000000000000000000000000000000000000000::1"
	};
	struct addr a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (addr_parse(bad[i], &a) == 0)
			fail_msg("'%s' parsed", bad[i]);
}

static void
test_sockaddr(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr other = { .sa_family = AF_UNIX };
	struct addr a, want;
	uint16_t port = 0;

	(void)state;
	in.sin_port = htons(1234);
	inet_pton(AF_INET, "192.0.2.1", &in.sin_addr);
	want = parsed("192.0.2.1");
	assert_int_equal(addr_from_sockaddr((struct sockaddr *)&in, &a, &port),
	    0);
	assert_memory_equal(&a, &want, sizeof(a));
	assert_int_equal(port, 1234);

	in6.sin6_port = htons(22);
	inet_pton(AF_INET6, "::ffff:192.0.2.1", &in6.sin6_addr);
	assert_int_equal(addr_from_sockaddr((struct sockaddr *)&in6, &a, &port),
	    0);
	assert_memory_equal(&a, &want, sizeof(a));
	assert_int_equal(port, 22);

	inet_pton(AF_INET6, "fe80::1", &in6.sin6_addr);
	want = parsed("fe80::1");
	assert_int_equal(addr_from_sockaddr((struct sockaddr *)&in6, &a, NULL),
	    0);
	assert_memory_equal(&a, &want, sizeof(a));

	assert_int_equal(addr_from_sockaddr(&other, &a, &port), -1);
}

static bool
same(const char *a, const char *b)
{
	struct addr x = parsed(a), y = parsed(b);

	return addr_same(&x, &y) && addr_same(&y, &x);
}

static bool
overlap(const char *a, const char *b)
{
	struct addr x = parsed(a), y = parsed(b);

	assert_int_equal(addr_overlap(&x, &y), addr_overlap(&y, &x));
	return addr_overlap(&x, &y);
}

static void
test_same(void **state)
{
	struct addr none = { 0 }, a = parsed("0.0.0.0");

	(void)state;
	assert_true(same("10.0.0.1", "10.0.0.1/8"));
	assert_true(same("::ffff:10.0.0.1", "10.0.0.1"));
	assert_true(same("fe80::1%a", "fe80::1%b"));
	assert_false(same("10.0.0.1", "10.0.0.2"));
	assert_false(same("fe80::1", "fe80::1:1"));
	assert_false(same("::", "0.0.0.0"));
	assert_false(addr_same(&none, &none));
	assert_false(addr_same(&none, &a));
}

static void
test_overlap(void **state)
{
	struct addr none = { 0 }, any = parsed("0.0.0.0/0");

	(void)state;
	assert_true(overlap("10.0.0.1/24", "10.0.0.200/24"));
	assert_true(overlap("10.0.0.0/8", "10.1.2.3"));
	assert_true(overlap("0.0.0.0/0", "192.0.2.1/32"));
	assert_true(overlap("10.0.1.1/23", "10.0.0.1/24"));
	assert_true(overlap("10.0.0.1", "10.0.0.1"));
	assert_true(overlap("2001:db8::/33", "2001:db8:7fff::1"));
	assert_true(overlap("::1", "::1"));
	assert_false(overlap("10.0.0.1/25", "10.0.0.129/25"));
	assert_false(overlap("10.0.0.1", "10.0.0.0"));
	assert_false(overlap("2001:db8::/33", "2001:db8:8000::1"));
	assert_false(overlap("::/0", "0.0.0.0/0"));
	assert_false(overlap("::1", "::2"));
	assert_false(addr_overlap(&none, &none));
	assert_false(addr_overlap(&none, &any));
}

static void
test_loopback(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} cases[] = { { "127.0.0.1", true }, { "127.255.0.1", true },
		{ "::1", true }, { "::ffff:127.0.0.1", true },
		{ "128.0.0.1", false }, { "126.255.255.255", false },
		{ "::", false }, { "::2", false }, { "1::1", false } };
	struct addr a = { 0 };
	size_t i;

	(void)state;
	assert_false(addr_is_loopback(&a));
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a = parsed(cases[i].text);
		assert_int_equal(addr_is_loopback(&a), cases[i].is);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_sockaddr),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_loopback),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
