/* SPDX-License-Identifier: ISC */
/*
 * Which filters are compiled and joined, which are refused, and their sizes.
 *
 * Instructions, libpcap 1.10.3 (printed by test_size): one IPv4 pair 85, and
 * with a -f of 75 letters 140; one IPv6 pair 98; an IPv4 and an IPv6 pair
 * 141; eight pairs that share one end 211; one IPv4 pair on raw IP 58.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <pcap.h>

#include "filter/filter.h"
#include "bounded.h"
#include "port/port.h"
#include "packet.h"
#include "validate.h"

static void
assert_user(const char *ours, const char *theirs, const struct fields *f,
    bool want)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.user = { ours, theirs } };
	struct bpf_program program;
	struct packet p = craft(f);

	add_pair(&c, A4 ":40000," B4 ":22");
	program = built(&c);
	if (passes(&program, &p) != want)
		fail_msg("'%s' and '%s'", ours, theirs == NULL ? "" : theirs);
	filter_free(&program);
}

static void
test_user(void **state)
{
	struct fields f = { .src = parsed(A4),
		.dst = parsed(B4),
		.sport = 40000,
		.dport = 80,
		.proto = 6 };

	(void)state;
	assert_user("tcp", NULL, &f, true);
	assert_user("tcp", "dst port 80", &f, true);
	assert_user(NULL, "dst port 80", &f, true);
	assert_user("", "dst port 80", &f, true);
	assert_user(" ", "", &f, true);
	assert_user("udp", NULL, &f, false);
	assert_user("tcp", "udp", &f, false);
	assert_user("udp", "tcp", &f, false);
	assert_user("vlan", NULL, &f, false);
	assert_user("not vlan", NULL, &f, true);
	f.wrapping = VLAN;
	assert_user("vlan 5 and tcp", NULL, &f, true);
	assert_user("vlan 6", NULL, &f, false);
	assert_user("tcp", NULL, &f, false);
	assert_user("vlan 5 and host " A4, "vlan and dst port 80", &f, true);
	f.dport = 22;
	assert_user("vlan 5 and tcp", NULL, &f, false);
	assert_user("tcp or vlan", NULL, &f, false);
}

static void
assert_refused(const struct filter_config *c, const char *text)
{
	struct bpf_program program;

	*why = '\0';
	assert_int_equal(filter_build(c, &program, why, sizeof(why)), -1);
	assert_null(program.bf_insns);
	if (strstr(why, text) == NULL || strpbrk(why, "\n\r") != NULL)
		fail_msg("'%s' instead of '%s'", why, text);
	filter_free(&program);
}

static void
assert_user_refused(const char *user, const char *text)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.user = { NULL, user } };

	assert_refused(&c, text);
}

/* An expression that accepts everything adds no instruction. */
static void
test_user_everything(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.user = { " ", "ip or not ip" } };
	struct bpf_program program = built(&c);

	(void)state;
	assert_int_equal(program.bf_len, 1);
	filter_free(&program);
}

static void
test_user_refused(void **state)
{
	char text[FILTER_TEXT + 1];

	(void)state;
	assert_user_refused("ip and and", "syntax error");
	assert_user_refused("host 1.2.3.4 and tcp host 1.2.3.4", "'tcp'");
	assert_user_refused("ip and not ip", "rejects all");
	assert_user_refused("ip protochain 6", "protochain needs a loop");
	assert_user_refused("(protochain 6)", "protochain needs a loop");
	assert_user_refused("inbound", "live");
	assert_user_refused("ip and not outbound", "live");
	memset(text, ' ', FILTER_TEXT);
	text[FILTER_TEXT] = '\0';
	assert_user_refused(text, "longer than 1023 bytes");
}

static void
test_config_refused(void **state)
{
	struct filter_config c = { .linktype = 105 };

	(void)state;
	assert_refused(&c, "link type");
	c.linktype = LINK_RAW;
	c.npairs = FILTER_PAIRS + 1;
	assert_refused(&c, "pairs");
	c.npairs = 1;
	assert_refused(&c, "nothing but wildcards");
	c.pairs[0].src = parsed(A4);
	c.pairs[0].dst = parsed(A6);
	assert_refused(&c, "IPv4 on one side");
}

static u_int
size_of(const char *name, const struct filter_config *c)
{
	struct bpf_program program = built(c);
	u_int n = program.bf_len;

	print_message("%3u instructions: %s\n", n, name);
	filter_free(&program);
	return n;
}

static void
test_size(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	char text[64];
	int i;

	(void)state;
	add_pair(&c, A4 ":40000," B4 ":22");
	assert_in_range(size_of("one IPv4 pair", &c), 60, 100);
	c.user[0] = "tcp port 80 or udp port 53 or "
		    "(host 192.0.2.9 and not port 22 and not icmp)";
	assert_in_range(size_of("one IPv4 pair and a -f", &c), 100, 180);
	c.user[0] = NULL;
	c.linktype = LINK_RAW;
	assert_in_range(size_of("one IPv4 pair, raw IP", &c), 30, 60);
	c.linktype = LINK_ETHERNET;
	add_pair(&c, "[" A6 "]:40000,[" B6 "]:22");
	assert_in_range(size_of("an IPv4 and an IPv6 pair", &c), 100, 180);
	c.npairs = 0;
	add_pair(&c, "[" A6 "]:40000,[" B6 "]:22");
	assert_in_range(size_of("one IPv6 pair", &c), 80, 120);
	c.npairs = 0;
	for (i = 0; i < FILTER_PAIRS; i++) {
		snprintf(text, sizeof(text), "192.0.2.%d:40000," B4 ":22", i);
		add_pair(&c, text);
	}
	assert_in_range(size_of("8 pairs of one end", &c), 150, 250);
}

static void
add_pairs6(struct filter_config *c, int n)
{
	char text[80];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text),
		    "[2001:db8:%d::1]:%d,[2001:db9:%d::2]:22", i, i + 1, i);
		add_pair(c, text);
	}
}

static void
test_budget(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	char text[FILTER_TEXT];
	unsigned n = 0;
	int i, len = 0;

	(void)state;
	add_pairs6(&c, FILTER_PAIRS);
	for (i = 0; i < 60; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
		    "%sip[%d]=7", i > 0 ? " or " : "", i);
	c.user[0] = text;
	assert_refused(&c, "a kernel takes 512");
	assert_int_equal(sscanf(why, "the filter needs %u", &n), 1);
	assert_true(n > FILTER_INSNS);
}

/* Makes -f longer until it does not fit.  True: one filled the room exactly. */
static bool
fills_budget(struct filter_config *c)
{
	struct bpf_program program;
	char text[FILTER_TEXT];
	bool exactly = false;
	u_int n = 0;
	int i, len = 0;

	c->user[0] = text;
	for (i = 0; i < 90 && n == 0; i++) {
		len += snprintf(text + len, sizeof(text) - len, "%sip[%d]=7",
		    i > 0 ? " or " : "", i);
		if (filter_build(c, &program, why, sizeof(why)) == 0) {
			assert_true(program.bf_len <= FILTER_INSNS);
			exactly |= program.bf_len == FILTER_INSNS;
			filter_free(&program);
		} else
			assert_int_equal(sscanf(why, "the filter needs %u", &n),
			    1);
	}
	assert_in_range(n, FILTER_INSNS + 1, FILTER_INSNS + 4);
	return exactly;
}

/* The other -f makes the sum odd or even, so that one of them can fill it. */
static void
test_budget_edge(void **state)
{
	static const char *const other[] = { NULL, "not icmp" };
	struct filter_config c = { .linktype = LINK_ETHERNET };
	bool exactly = false;
	int i;

	(void)state;
	add_pairs6(&c, FILTER_PAIRS - 1);
	for (i = 0; i < 2; i++) {
		c.user[1] = other[i];
		exactly |= fills_budget(&c);
	}
	assert_true(exactly);
}

static void
repeat(char *out, size_t size, const char *what, const char *end)
{
	size_t len = 0;

	while (len + strlen(what) + strlen(end) < size)
		len += snprintf(out + len, size - len, "%s", what);
	snprintf(out + len, size - len, "%s", end);
}

/* filter_build() must return a valid program, or a reason. */
static void
assert_answered(const char *text)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.user = { NULL, text } };
	struct bpf_program program;

	*why = '\0';
	if (filter_build_bounded(&c, &program, why, sizeof(why)) == 0)
		assert_true(bpf_validate(program.bf_insns, program.bf_len));
	else if (*why == '\0' || strpbrk(why, "\n\r") != NULL ||
	    strstr(why, "died") != NULL || strstr(why, "without") != NULL)
		fail_msg("'%.20s...': %s", text, why);
	filter_free(&program);
}

static void
test_hostile(void **state)
{
	static const char *const texts[][2] = { { "(", "ip" }, { "not ", "ip" },
		{ "ip or ", "ip" }, { "port 1 or ", "ip" }, { "ip[", "0" },
		{ "portrange 1-3 or not ", "ip" }, { "vlan or ", "ip" },
		{ "mpls and ", "ip" }, { "1*", "1=len" }, { "-", "1=len" },
		{ "\\", "" }, { "[", "" }, { "host ", "a" }, { "\xff", "" },
		{ "9", "" }, { "host 1.2.3.4 or ", "ip" }, { ":", "" },
		{ "geneve or ", "ip" }, { "len/len<", "0" }, { "\n", "\n" } };
	char text[FILTER_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		repeat(text, sizeof(text), texts[i][0], texts[i][1]);
		assert_answered(text);
	}
	repeat(text, 2 + sizeof(text) / 2, "(", "");
	i = strlen(text);
	snprintf(text + i, sizeof(text) - i, "ip");
	memset(text + i + 2, ')', sizeof(text) - i - 3);
	text[sizeof(text) - 1] = '\0';
	assert_answered(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_user_everything),
		cmocka_unit_test(test_user_refused),
		cmocka_unit_test(test_config_refused),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_budget_edge),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests_name("filter_build", tests, NULL, NULL);
}
