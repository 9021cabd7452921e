/* SPDX-License-Identifier: ISC */
/*
 * Which frames pass the joined programs.  Tries all combinations of the fields
 * that make a frame the session's, in each wrapping; is_ours() decides by the
 * fields, not by the bytes, whether a frame is the session's.
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
#include "port/port.h"
#include "packet.h"

static bool
end_matches(const struct addr *want, uint16_t port, const struct addr *is,
    uint16_t is_port, bool ports)
{
	return (want->addr_type == 0 || addr_same(want, is)) &&
	    (!ports || port == 0 || port == is_port);
}

static bool
way_matches(const struct fields *f, const struct addr *src, uint16_t sport,
    const struct addr *dst, uint16_t dport)
{
	bool whole6 = f->src.addr_type == ADDR_TYPE_IP6 && f->fragment == FIRST;
	bool ports = f->fragment != LATER && !whole6;

	if (!ports && src->addr_type == 0 && dst->addr_type == 0)
		return false;
	return end_matches(src, sport, &f->src, f->sport, ports) &&
	    end_matches(dst, dport, &f->dst, f->dport, ports);
}

static bool
is_ours(const struct fields *f, const struct filter_config *c)
{
	const struct filter_pair *p;

	if (f->proto != 6 || f->hop)
		return false;
	for (p = c->pairs; p < c->pairs + c->npairs; p++)
		if (way_matches(f, &p->src, p->sport, &p->dst, p->dport) ||
		    way_matches(f, &p->dst, p->dport, &p->src, p->sport))
			return true;
	return false;
}

static void
check_frame(const struct bpf_program *program, const struct filter_config *c,
    const struct fields *f)
{
	struct packet p = craft(f);
	char src[ADDR_TEXT], dst[ADDR_TEXT];

	if (passes(program, &p) != is_ours(f, c))
		return;
	addr_ntop(&f->src, src, sizeof(src));
	addr_ntop(&f->dst, dst, sizeof(dst));
	fail_msg("%s: wrapping %d, %s:%u to %s:%u, protocol %u, fragment %d, "
		 "options %d, hop %d",
	    is_ours(f, c) ? "passed" : "refused", f->wrapping, src, f->sport,
	    dst, f->dport, f->proto, f->fragment, f->options, f->hop);
}

/* Tries all combinations for a pair of addresses. */
static void
check_rest(const struct bpf_program *program, const struct filter_config *c,
    struct fields f)
{
	static const uint16_t ports[] = { 40000, 22, 22222 };
	static const uint8_t protos[] = { 6, 17, 1, 50 };
	bool ip6 = f.src.addr_type == ADDR_TYPE_IP6;
	int i;

	for (i = 0; i < 3 * 3 * 4 * 3 * 3; i++) {
		f.sport = ports[i % 3];
		f.dport = ports[i / 3 % 3];
		f.proto = protos[i / 9 % 4];
		f.fragment = i / 36 % 3;
		f.options = ip6 ? 0 : i / 108 * 5;
		f.hop = ip6 && i / 108 == 1;
		check_frame(program, c, &f);
	}
}

static void
check_all(const struct filter_config *c)
{
	static const char *const hosts[2][3] = { { A4, B4, C4 },
		{ A6, B6, C6 } };
	struct bpf_program program = built(c);
	struct fields f = { 0 };
	int i, last = c->linktype == LINK_RAW ? RAW : WRAPPINGS - 1;
	int w = c->linktype == LINK_RAW ? RAW : PLAIN;

	for (; w <= last; w++)
		for (i = 0; i < 2 * 3 * 3; i++) {
			f.wrapping = w;
			f.src = parsed(hosts[i / 9][i % 3]);
			f.dst = parsed(hosts[i / 9][i / 3 % 3]);
			check_rest(&program, c, f);
		}
	filter_free(&program);
}

static void
check_pairs(int linktype, const char *first, const char *second)
{
	struct filter_config c = { .linktype = linktype };

	add_pair(&c, first);
	if (second != NULL)
		add_pair(&c, second);
	check_all(&c);
}

static void
test_pairs(void **state)
{
	static const int links[] = { LINK_ETHERNET, LINK_RAW };
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		check_pairs(links[i], A4 ":40000," B4 ":22", NULL);
		check_pairs(links[i], "[" A6 "]:40000,[" B6 "]:22", NULL);
		check_pairs(links[i], A4 ":40000," B4 ":22",
		    "[" A6 "]:40000,[" B6 "]:22");
		check_pairs(links[i], A4 ":40000," B4 ":22",
		    C4 ":22222," B4 ":22");
		check_pairs(links[i], A4 ":22," A4 ":22", NULL);
		check_pairs(links[i], "::ffff:" A4 " 40000 ::ffff:" B4 " 22",
		    NULL);
	}
}

static void
test_wildcards(void **state)
{
	static const char *const pairs[] = { "*:*," B4 ":22", B4 ":22,*:*",
		"*:40000," B4 ":22", A4 ":*," B4 ":*", A4 ":*," B4 ":22",
		"*:*," B4 ":*", "*:*,*:22", "*:40000,*:22", "*:*,[" B6 "]:22",
		"[" A6 "]:*,[" B6 "]:*", "[" A6 "]:40000,*:*",
		"*:*,[" A6 "]:*" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		check_pairs(LINK_ETHERNET, pairs[i], NULL);
		check_pairs(LINK_RAW, pairs[i], NULL);
		check_pairs(LINK_ETHERNET, pairs[i], "*:22222,*:*");
	}
}

/* Without pairs and -f all frames pass, also empty ones. */
static void
test_none(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	struct bpf_program program = built(&c);
	struct packet p = { 0 };

	(void)state;
	assert_int_equal(program.bf_len, 1);
	assert_true(passes(&program, &p));
	filter_free(&program);
	assert_null(program.bf_insns);
}

/* A foreign frame cut anywhere is still foreign. */
static void
test_short(void **state)
{
	static const char *const pairs[] = { A4 ":40000," B4 ":22",
		"[" A6 "]:40000,[" B6 "]:22", "*:*,*:22", "*:*," B4 ":22" };
	struct fields f = { .sport = 1, .dport = 2, .proto = 6 };
	struct filter_config c = { .linktype = LINK_ETHERNET };
	struct bpf_program program;
	struct packet p;
	int i, j;

	(void)state;
	for (i = 0; i < 4; i++) {
		c.npairs = 0;
		add_pair(&c, pairs[i]);
		program = built(&c);
		for (j = 0; j < WRAPPINGS * 2 * 3 * 2; j++) {
			f.wrapping = j % WRAPPINGS;
			f.fragment = j / WRAPPINGS % 3;
			f.options = j / WRAPPINGS / 3 % 2 * 10;
			f.src = parsed(j / WRAPPINGS / 6 ? C6 : C4);
			f.dst = parsed(j / WRAPPINGS / 6 ? A6 : A4);
			for (p = craft(&f); p.len > 0; p.len--)
				if (!passes(&program, &p))
					fail_msg("pair %d, frame %d, cut "
						 "to %zu",
					    i, j, p.len);
		}
		filter_free(&program);
	}
}

/* The session's shortest frame: a last fragment of one byte. */
static void
test_short_own(void **state)
{
	struct fields f = { .fragment = LATER, .proto = 6 };
	struct filter_config c = { .linktype = LINK_ETHERNET };
	struct bpf_program program;
	struct packet p;

	(void)state;
	add_pair(&c, A4 ":40000," B4 ":22");
	add_pair(&c, "[" A6 "]:40000,[" B6 "]:22");
	program = built(&c);
	for (f.wrapping = PLAIN; f.wrapping < WRAPPINGS; f.wrapping++) {
		f.src = parsed(A4);
		f.dst = parsed(B4);
		p = craft(&f);
		p.len -= 19;
		assert_false(passes(&program, &p));
		f.src = parsed(A6);
		f.dst = parsed(B6);
		p = craft(&f);
		p.len -= 19;
		assert_false(passes(&program, &p));
	}
	filter_free(&program);
}

static void
test_other_frames(void **state)
{
	static const struct packet frames[] = {
		{ 42, "\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\2\x08\6\0\1" },
		{ 60, "\x02\0\0\0\0\1\x02\0\0\0\0\2\x88\xb5" },
		{ 60, "\x01\x80\xc2\0\0\0\x02\0\0\0\0\2\0\x26\x42\x42\3" },
		{ 24, "\x02\0\0\0\0\1\x02\0\0\0\0\2\x88\x63\x11\x09" },
		{ 60,
		    "\x02\0\0\0\0\1\x02\0\0\0\0\2\x88\x64\x11\0\0\1\0\x10"
		    "\xc0\x21" },
	};
	struct filter_config c = { .linktype = LINK_ETHERNET };
	struct bpf_program program;
	size_t i;

	(void)state;
	add_pair(&c, A4 ":40000," B4 ":22");
	add_pair(&c, "[" A6 "]:40000,[" B6 "]:22");
	program = built(&c);
	for (i = 0; i < sizeof(frames) / sizeof(*frames); i++)
		assert_true(passes(&program, &frames[i]));
	filter_free(&program);
}

static void
test_many_pairs(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	char text[64];
	int i;

	(void)state;
	for (i = 1; i < FILTER_PAIRS; i++) {
		snprintf(text, sizeof(text), "10.0.0.%d:40000," B4 ":22", i);
		add_pair(&c, text);
	}
	add_pair(&c, A4 ":40000," B4 ":22");
	check_all(&c);
	c.npairs = 0;
	for (i = 1; i < FILTER_PAIRS; i++) {
		snprintf(text, sizeof(text), "[2001:db8::%d]:40000,[" B6 "]:22",
		    i);
		add_pair(&c, text);
	}
	add_pair(&c, A4 ":40000," B4 ":22");
	check_all(&c);
	c.npairs--;
	add_pair(&c, "[" A6 "]:40000,[" B6 "]:22");
	check_all(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_many_pairs),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_short_own),
		cmocka_unit_test(test_other_frames),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
