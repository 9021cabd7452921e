/* SPDX-License-Identifier: ISC */
/*
 * Which frames a host in exclusive mode still hears
 * (platform/openbsd/exclusive_filter.c): made frames in all wrappings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>
#include <pcap.h>

#include "../../platform/openbsd/exclusive_filter.h"
#include "packet.h"
#include "port/port.h"
#include "validate.h"

static struct bpf_insn insns[FILTER_INSNS];
static struct bpf_program program;

static void
make(struct filter_config *c, unsigned head)
{
	int n = exclusive_filter(c->linktype, head, c->pairs, c->npairs, insns,
	    why, sizeof(why));

	if (n == -1)
		fail_msg("%s", why);
	assert_true(bpf_validate(insns, n));
	program = (struct bpf_program) { (u_int)n, insns };
}

static bool
is_heard(const struct packet *p)
{
	return verdict(&program, p->bytes, p->len) == 0;
}

static bool
hears(enum wrapping w, const char *src, uint16_t sport, const char *dst,
    uint16_t dport, uint8_t proto)
{
	struct fields f = { .wrapping = w,
		.src = parsed(src),
		.dst = parsed(dst),
		.sport = sport,
		.dport = dport,
		.proto = proto };
	struct packet p = craft(&f);

	return is_heard(&p);
}

/* Whether the host hears these bytes behind the link header. */
static bool
hears_bytes(enum wrapping w, unsigned type, const void *bytes, size_t len)
{
	struct packet p = { 0 };

	put_link(&p, w, false);
	p.bytes[p.len - 2] = (uint8_t)(type >> 8);
	p.bytes[p.len - 1] = (uint8_t)type;
	put_bytes(&p, bytes, len);
	if (p.len < 60)
		put_zeros(&p, 60 - p.len);
	return is_heard(&p);
}

static bool
hears_arp(enum wrapping w, uint8_t op, const char *target)
{
	uint8_t arp[28] = { 0, 1, 8, 0, 6, 4, 0, op, 2, 0, 0, 0, 0, 9 };
	struct addr a = parsed(target);

	memcpy(arp + 24, a.addr_data8, 4);
	return hears_bytes(w, 0x0806, arp, sizeof(arp));
}

static bool
hears_icmp(enum wrapping w, uint8_t type, uint8_t code)
{
	return hears(w, C4, (uint16_t)(type << 8 | code), A4, 0, 1);
}

static bool
hears_icmp6(enum wrapping w, uint8_t type, const char *target)
{
	struct fields f = { .wrapping = w,
		.src = parsed(C6),
		.dst = parsed(A6),
		.sport = (uint16_t)(type << 8),
		.proto = 58 };
	struct packet p = craft(&f);
	struct addr a = parsed(target);

	p.len -= 16; /* the bytes that craft() puts behind the ports */
	put_zeros(&p, 4);
	put_bytes(&p, a.addr_data8, 16);
	return is_heard(&p);
}

static const enum wrapping carried[] = { PLAIN, VLAN, PPPOE };
#define CARRIED (sizeof(carried) / sizeof(carried[0]))

static void
test_session(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	int w;

	(void)state;
	add_pair(&c, A4 ":1234," B4 ":22");
	make(&c, 0);
	for (w = PLAIN; w < WRAPPINGS; w++) {
		assert_true(hears(w, A4, 1234, B4, 22, 6));
		assert_true(hears(w, B4, 22, A4, 1234, 6));
		assert_false(hears(w, A4, 1235, B4, 22, 6));
		assert_false(hears(w, A4, 1234, C4, 22, 6));
		assert_false(hears(w, A4, 1234, B4, 22, 17));
		assert_false(hears(w, A6, 1234, B6, 22, 6));
	}
}

static void
test_fragments(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	struct fields f = { .src = parsed(A4),
		.dst = parsed(B4),
		.proto = 6,
		.fragment = LATER };
	struct packet p;

	(void)state;
	add_pair(&c, A4 ":1234," B4 ":22");
	make(&c, 0);
	p = craft(&f);
	assert_true(is_heard(&p));
	f.dst = parsed(C4);
	p = craft(&f);
	assert_false(is_heard(&p));
}

static void
test_way4(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	size_t i;

	(void)state;
	add_pair(&c, A4 ":1234," B4 ":22");
	add_pair(&c, "*:*," B4 ":22"); /* a listener's */
	make(&c, 0);
	for (i = 0; i < CARRIED; i++) {
		assert_true(hears_icmp(carried[i], 3, 4));
		assert_false(hears_icmp(carried[i], 3, 3));
		assert_false(hears_icmp(carried[i], 8, 0));
		assert_true(hears(carried[i], C4, 67, A4, 68, 17));
		assert_false(hears(carried[i], C4, 68, A4, 67, 17));
		assert_true(hears(carried[i], C4, 999, B4, 22, 6));
		if (carried[i] == PPPOE)
			continue;
		assert_true(hears_arp(carried[i], 1, A4));
		assert_true(hears_arp(carried[i], 1, B4));
		assert_false(hears_arp(carried[i], 1, C4));
		assert_true(hears_arp(carried[i], 2, C4));
	}
	assert_false(hears_icmp6(PLAIN, 136, A6)); /* not its family */
}

static void
test_way6(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	size_t i;

	(void)state;
	add_pair(&c, "[" A6 "]:1234,[" B6 "]:22");
	make(&c, 0);
	for (i = 0; i < CARRIED; i++) {
		assert_true(hears(carried[i], A6, 1234, B6, 22, 6));
		assert_false(hears(carried[i], A6, 1234, C6, 22, 6));
		assert_true(hears_icmp6(carried[i], 135, A6));
		assert_true(hears_icmp6(carried[i], 135, B6));
		assert_false(hears_icmp6(carried[i], 135, C6));
		assert_true(hears_icmp6(carried[i], 136, C6));
		assert_true(hears_icmp6(carried[i], 134, C6));
		assert_true(hears_icmp6(carried[i], 2, C6));
		assert_false(hears_icmp6(carried[i], 128, C6));
		assert_true(hears(carried[i], C6, 547, A6, 546, 17));
		assert_false(hears(carried[i], C6, 546, A6, 547, 17));
	}
	assert_false(hears_arp(PLAIN, 1, A4));
	assert_false(hears_icmp(PLAIN, 3, 4));
}

static void
test_ppp(void **state)
{
	static const uint8_t padi[] = { 0x11, 0x09 };
	static const uint8_t lcp[] = { 0x11, 0, 0, 1, 0, 8, 0xc0, 0x21, 9 };
	static const uint8_t ip[] = { 0x11, 0, 0, 1, 0, 8, 0x00, 0x21, 0x45 };
	struct filter_config c = { .linktype = LINK_ETHERNET };

	(void)state;
	add_pair(&c, A4 ":1234," B4 ":22");
	make(&c, 0);
	assert_true(hears_bytes(PLAIN, 0x8863, padi, sizeof(padi)));
	assert_true(hears_bytes(PLAIN, 0x8864, lcp, sizeof(lcp)));
	assert_false(hears_bytes(PLAIN, 0x8864, ip, sizeof(ip)));
	assert_false(hears_bytes(PLAIN, 0x88cc, padi, sizeof(padi)));
}

/* Without an address, all ARP and all solicitations are heard. */
static void
test_any_address(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };

	(void)state;
	add_pair(&c, "*:*,*:22");
	make(&c, 0);
	assert_true(hears_arp(PLAIN, 1, C4));
	assert_true(hears_icmp6(PLAIN, 135, C6));
	assert_true(hears(PLAIN, C4, 999, B4, 22, 6));
	assert_true(hears(PLAIN, C6, 999, B6, 22, 6));
	assert_false(hears(PLAIN, C4, 999, B4, 23, 6));
	assert_false(hears_icmp(PLAIN, 8, 0));
}

static bool
hears_raw(const char *src, uint16_t sport, const char *dst, uint16_t dport,
    uint8_t proto)
{
	struct fields f = { .wrapping = RAW,
		.src = parsed(src),
		.dst = parsed(dst),
		.sport = sport,
		.dport = dport,
		.proto = proto };
	struct packet p = craft(&f);

	memmove(p.bytes + 4, p.bytes, p.len);
	memcpy(p.bytes, "\0\0\0\2", 4);
	p.len += 4;
	return is_heard(&p);
}

static void
test_raw(void **state)
{
	struct filter_config c = { .linktype = LINK_RAW };

	(void)state;
	add_pair(&c, A4 ":1234," B4 ":22");
	add_pair(&c, "[" A6 "]:1234,[" B6 "]:22");
	make(&c, 4);
	assert_true(hears_raw(A4, 1234, B4, 22, 6));
	assert_true(hears_raw(B6, 22, A6, 1234, 6));
	assert_false(hears_raw(A4, 1234, B4, 23, 6));
	assert_true(hears_raw(C4, 0x0304, A4, 0, 1));
	assert_false(hears_raw(C4, 0x0800, A4, 0, 1));
	assert_true(hears_raw(C6, 0x0200, A6, 0, 58));
	assert_false(hears_raw(C6, 0x8000, A6, 0, 58));
}

/* An ordinary session's longest filter fits; too many -M give a message. */
static void
test_room(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	int i;

	(void)state;
	add_pair(&c, "[" A6 "]:1234,[" B6 "]:22");
	add_pair(&c, "*:*,[" B6 "]:22"); /* a listener's */
	make(&c, 0);
	assert_true(hears(PLAIN, C6, 999, B6, 22, 6));
	assert_false(hears(PLAIN, C6, 999, B6, 23, 6));
	c.npairs = 0;
	for (i = 0; i < FILTER_PAIRS; i++)
		add_pair(&c, "[" A6 "]:1234,[" B6 "]:22");
	for (i = 0; i < FILTER_PAIRS; i++)
		c.pairs[i].src.addr_data8[15] = (uint8_t)(i + 1);
	assert_int_equal(exclusive_filter(c.linktype, 0, c.pairs, c.npairs,
			     insns, why, sizeof(why)),
	    -1);
	assert_non_null(strstr(why, "use fewer -M"));
	assert_int_not_equal(errno, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_way4),
		cmocka_unit_test(test_way6),
		cmocka_unit_test(test_ppp),
		cmocka_unit_test(test_any_address),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
