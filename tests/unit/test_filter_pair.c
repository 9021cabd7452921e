/* SPDX-License-Identifier: ISC */
/*
 * -M and SSH_CONNECTION.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "filter/filter.h"

#define A4 "192.0.2.1"
#define B4 "198.51.100.2"
#define C4 "192.0.2.3"
#define A6 "2001:db8:1::1"
#define B6 "2001:db8:2::2"
#define C6 "2001:db8:1::3"

static char why[256];

static struct addr
parsed(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static void
assert_pair(const char *text, const char *src, uint16_t sport, const char *dst,
    uint16_t dport)
{
	struct addr want_src = { 0 }, want_dst = { 0 };
	struct filter_pair p;

	if (filter_pair_parse(text, &p, why, sizeof(why)) == -1)
		fail_msg("%s: %s", text, why);
	if (src != NULL)
		want_src = parsed(src);
	if (dst != NULL)
		want_dst = parsed(dst);
	assert_memory_equal(&p.src, &want_src, sizeof(p.src));
	assert_memory_equal(&p.dst, &want_dst, sizeof(p.dst));
	assert_int_equal(p.sport, sport);
	assert_int_equal(p.dport, dport);
}

static void
test_pair_parse(void **state)
{
	(void)state;
	assert_pair(A4 ":1234," B4 ":22", A4, 1234, B4, 22);
	assert_pair("[" A6 "]:1234,[" B6 "]:22", A6, 1234, B6, 22);
	assert_pair("[fe80::1%eth0]:1,[fe80::2%eth0]:65535", "fe80::1", 1,
	    "fe80::2", 65535);
	assert_pair("[::ffff:" A4 "]:1," B4 ":2", A4, 1, B4, 2);
	assert_pair("*:*," B4 ":22", NULL, 0, B4, 22);
	assert_pair("*:7,*:22", NULL, 7, NULL, 22);
	assert_pair(A4 ":*,*:*", A4, 0, NULL, 0);
	assert_pair(A4 " 50000 " B4 " 22", A4, 50000, B4, 22);
	assert_pair("  " A4 "  50000\t" B4 " 22 ", A4, 50000, B4, 22);
	assert_pair(A6 " 50000 " B6 " 22", A6, 50000, B6, 22);
	assert_pair("fe80::1%eth0 50000 fe80::2%eth0 22", "fe80::1", 50000,
	    "fe80::2", 22);
	assert_pair("::ffff:" A4 " 1 ::ffff:" B4 " 2", A4, 1, B4, 2);
}

static void
assert_pair_refused(const char *text, const char *because)
{
	struct filter_pair p;

	*why = '\0';
	assert_int_equal(filter_pair_parse(text, &p, why, sizeof(why)), -1);
	if (strstr(why, because) == NULL)
		fail_msg("%s: '%s' instead of '%s'", text, why, because);
}

static void
test_pair_refused(void **state)
{
	char text[400];

	(void)state;
	assert_pair_refused("", "neither");
	assert_pair_refused(A4 ":22", "neither");
	assert_pair_refused(A4 " 22 " B4, "neither");
	assert_pair_refused(A4 " 22 " B4 " 22 22", "neither");
	assert_pair_refused(A4 ":22," B4 ":22," C4 ":22", "neither");
	assert_pair_refused(",", "neither");
	assert_pair_refused(A4 "," B4 ":22", "lacks its :port");
	assert_pair_refused(A6 ":22," B4 ":22", "brackets");
	assert_pair_refused("[" A6 ":22," B4 ":22", "brackets");
	assert_pair_refused("[" A6 "]22," B4 ":22", "brackets");
	assert_pair_refused(A4 ":0," B4 ":22", "'0' is no port");
	assert_pair_refused(A4 ":65536," B4 ":22", "'65536' is no port");
	assert_pair_refused(A4 ":-1," B4 ":22", "'-1' is no port");
	assert_pair_refused(A4 ":ssh," B4 ":22", "'ssh' is no port");
	assert_pair_refused(A4 ":," B4 ":22", "'' is no port");
	assert_pair_refused(":22," B4 ":22", "'' is no numeric address");
	assert_pair_refused("gw:22," B4 ":22", "'gw' is no numeric address");
	assert_pair_refused(A4 "/24:22," B4 ":22", "is no numeric address");
	assert_pair_refused("UNKNOWN 65535 UNKNOWN 65535",
	    "'UNKNOWN' is no numeric address");
	assert_pair_refused(A4 ":22,[" B6 "]:22", "IPv4 on one side");
	assert_pair_refused("*:*,*:*", "nothing but wildcards");
	memset(text, ',', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_pair_refused(text, "neither");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pair_parse),
		cmocka_unit_test(test_pair_refused),
	};

	return cmocka_run_group_tests_name("filter_pair", tests, NULL, NULL);
}
