/* SPDX-License-Identifier: ISC */
/*
 * The native dialect, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "session/session.h"
#include "stream.h"

#define BYTES(...)                         \
	(const uint8_t[]) { __VA_ARGS__ }, \
	    sizeof((const uint8_t[]) { __VA_ARGS__ })

static const struct dialect *const d = &dialect_native;

static struct addr
ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t e, uint16_t bits)
{
	struct addr out = { .addr_type = ADDR_TYPE_IP, .addr_bits = bits };

	memcpy(out.addr_data8, (uint8_t[]) { a, b, c, e }, 4);
	return out;
}

static struct addr
ipv6(uint8_t last, uint16_t bits)
{
	struct addr out = { .addr_type = ADDR_TYPE_IP6, .addr_bits = bits };

	out.addr_data8[0] = 0xfd;
	out.addr_data8[15] = last;
	return out;
}

static void
full_hello(struct message *m)
{
	memset(m, 0, sizeof(*m));
	m->kind = MSG_HELLO;
	m->hello.role = ROLE_MASTER;
	m->hello.linktype = LINK_RAW;
	m->hello.can = CAP_CSUM | CAP_USO | CAP_TUNNEL;
	m->hello.can_timestamps = true;
	m->hello.want = WANT_PROMISC | WANT_READONLY | WANT_COALESCE;
	strcpy(m->hello.filter, "tcp");
	m->hello.nocopy = true;
	m->hello.maxframe = 65557;
	strcpy(m->hello.ifname, "em0");
	m->hello.own = ipv4(192, 0, 2, 1, 32);
	strcpy(m->hello.version, "1.0");
}

static void
full_params(struct message *m)
{
	struct params *p = &m->params;

	memset(m, 0, sizeof(*m));
	m->kind = MSG_PARAMS;
	m->complete = true;
	strcpy(p->name, "em0");
	p->linktype = LINK_ETHERNET;
	p->flags = PARAM_UP | PARAM_RUNNING;
	p->have_mac = p->have_mtu = p->have_addrs = true;
	memcpy(p->mac, "\x52\x54\x00\x12\x34\x56", 6);
	p->mtu = 1500;
	p->naddrs = 3;
	p->addrs[0].addr = ipv4(10, 0, 0, 1, 24);
	p->addrs[0].kind = PARAM_BROADCAST;
	p->addrs[0].other = ipv4(10, 0, 0, 255, 32);
	p->addrs[1].addr = ipv6(1, 64);
	p->addrs[2].addr = ipv4(10, 1, 0, 1, 32);
	p->addrs[2].kind = PARAM_PEER;
	p->addrs[2].other = ipv4(10, 1, 0, 2, 32);
}

/* The message is written as these bytes, and they give the same message. */
static void
assert_bytes(const struct message *m, const uint8_t *want, size_t len)
{
	struct codec c = { .dialect = d };
	struct text before = { 0 };
	uint8_t out[CONTROL_MAX];
	char *after;

	assert_int_equal(d->put(&c, out, sizeof(out), m, 0), len);
	assert_memory_equal(out, want, len);
	assert_int_equal(d->put(&c, out, sizeof(out), m, 1), 0);

	text_message(&before, m);
	text_add(&before, "0 left\n");
	after = stream_text(d, ROLE_MASTER, want, len, len);
	assert_string_equal(after, before.at);
	free(after);
	free(before.at);
}

static void
test_preamble(void **state)
{
	uint8_t out[WIRE_PREAMBLE];

	(void)state;
	wire_preamble(out);
	assert_memory_equal(out, "EPUP\0\1\0\0", 8);
	assert_int_equal(wire_preamble_read(out), 1);
	assert_int_equal(wire_preamble_read((const uint8_t *)"EPUP\1\2\3\4"),
	    0x102);
	assert_int_equal(wire_preamble_read((const uint8_t *)"EPUQ\0\1\0\0"),
	    -1);
}

static void
test_hello(void **state)
{
	struct message m;

	(void)state;
	full_hello(&m);
	assert_bytes(&m,
	    BYTES(1, 0, 0, 0, 0, 0, 0, 69, /* header */
		0, 1, 0, 1, 2, /* role */
		0, 2, 0, 2, 0, 101, /* link type */
		0, 3, 0, 4, 0, 0, 0, 57, /* can */
		0, 4, 0, 4, 0, 0, 0, 26, /* want */
		0, 5, 0, 3, 't', 'c', 'p', /* filter */
		0, 6, 0, 0, /* no copy */
		0, 7, 0, 4, 0, 1, 0, 0x15, /* largest frame */
		0, 8, 0, 3, 'e', 'm', '0', /* name */
		0, 9, 0, 5, 4, 192, 0, 2, 1, /* own address */
		0, 10, 0, 3, '1', '.', '0'));
	memset(&m.hello, 0, sizeof(m.hello));
	m.hello.own = ipv6(7, 128);
	assert_bytes(&m,
	    BYTES(1, 0, 0, 0, 0, 0, 0, 56, 0, 1, 0, 1, 0, 0, 2, 0, 2, 0, 0, 0,
		3, 0, 4, 0, 0, 0, 0, 0, 4, 0, 4, 0, 0, 0, 0, 0, 7, 0, 4, 0, 0,
		0, 0, 0, 9, 0, 17, 6, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 7));
}

static void
test_hello_defaults(void **state)
{
	char *text = stream_text(d, ROLE_MASTER,
	    BYTES(1, 0, 0, 0, 0, 0, 0, 0, 1, 9, 9, 9, 0, 0, 0, 5, 0, 1, 0, 1,
		3),
	    21);

	(void)state;
	assert_string_equal(text,
	    "HELLO role 0 link 0 can 0 want 0 filter '' max 65557 name '' "
	    "own /0 version ''\n"
	    "HELLO role 0 link 0 can 0 want 0 filter '' max 65557 name '' "
	    "own /0 version ''\n0 left\n");
	free(text);
}

static void
test_params(void **state)
{
	struct message m;

	(void)state;
	full_params(&m);
	m.params.speed = 2500;
	assert_bytes(&m,
	    BYTES(2, 0, 0, 0, 0, 0, 0, 108, /* header */
		0, 1, 0, 3, 'e', 'm', '0', /* name */
		0, 2, 0, 2, 0, 1, /* link type */
		0, 3, 0, 6, 0x52, 0x54, 0, 0x12, 0x34, 0x56, /* MAC */
		0, 4, 0, 4, 0, 0, 5, 0xdc, /* MTU */
		0, 5, 0, 4, 0, 0, 0, 3, /* flags */
		0, 8, 0, 5, 0, 0, 0x09, 0xc4, 1, /* speed, full duplex */
		0, 7, 0, 0, /* addresses */
		0, 6, 0, 12, 4, 24, 1, 0, 10, 0, 0, 1, 10, 0, 0,
		255, /* header */
		0, 6, 0, 20, 6, 64, 0, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 1, /* header */
		0, 6, 0, 12, 4, 32, 2, 0, 10, 1, 0, 1, 10, 1, 0, 2));
}

static void
test_params_sets(void **state)
{
	struct message m;

	(void)state;
	memset(&m, 0, sizeof(m));
	m.kind = MSG_PARAMS;
	m.complete = true;
	m.params.flags = PARAM_UP;
	assert_bytes(&m,
	    BYTES(2, 0, 0, 0, 0, 0, 0, 14, 0, 2, 0, 2, 0, 0, 0, 5, 0, 4, 0, 0,
		0, 1));
	m.params.have_addrs = true;
	assert_bytes(&m,
	    BYTES(2, 0, 0, 0, 0, 0, 0, 18, 0, 2, 0, 2, 0, 0, 0, 5, 0, 4, 0, 0,
		0, 1, 0, 7, 0, 0));
}

/* Ignores addresses without the TLV "addresses", and ones of unknown kinds. */
static void
test_params_ignored(void **state)
{
	char *text = stream_text(d, ROLE_MASTER,
	    BYTES(2, 0, 0, 0, 0, 0, 0, 48, 0, 6, 0, 8, 4, 8, 0, 0, 10, 0, 0, 1,
		0, 7, 0, 0, 0, 6, 0, 5, 9, 8, 0, 0, 10, 0, 6, 0, 5, 4, 8, 3, 0,
		10, 0, 6, 0, 8, 4, 8, 0, 0, 10, 0, 0, 2, 0, 7),
	    56);

	(void)state;
	assert_string_equal(text, "BAD PARAMS: a TLV runs over the end\n");
	free(text);
	text = stream_text(d, ROLE_MASTER,
	    BYTES(2, 0, 0, 0, 0, 0, 0, 46, 0, 6, 0, 8, 4, 8, 0, 0, 10, 0, 0, 1,
		0, 7, 0, 0, 0, 6, 0, 5, 9, 8, 0, 0, 10, 0, 6, 0, 5, 4, 8, 3, 0,
		10, 0, 6, 0, 8, 4, 8, 0, 0, 10, 0, 0, 2),
	    54);
	assert_string_equal(text,
	    "PARAMS '' link 0 flags 0 addrs 0a000002/8 complete\n0 left\n");
	free(text);
}

/* PAD is skipped, and no two PADs have the same bytes. */
static void
test_pad(void **state)
{
	struct codec c = { .dialect = d };
	struct message m = { .kind = MSG_PAD, .pad = 300 };
	static const uint8_t head[] = { 8, 0, 0, 0, 0, 0, 1, 44 };
	uint8_t one[400], two[400];
	char why[64];

	(void)state;
	assert_int_equal(d->put(&c, one, sizeof(one), &m, 0), 308);
	assert_int_equal(d->put(&c, two, sizeof(two), &m, 0), 308);
	assert_int_equal(d->put(&c, two, 307, &m, 0), 0);
	assert_memory_equal(one, head, sizeof(head));
	assert_memory_not_equal(one + 8, two + 8, 300);
	assert_int_equal(d->get(&c, one, 308, &m, why, sizeof(why)), 308);
	assert_int_equal(m.kind, MSG_SKIP);
}

static void
test_small_messages(void **state)
{
	struct message m = { .kind = MSG_PING, .token = 0x0102030405060708 };

	(void)state;
	assert_bytes(&m, BYTES(4, 0, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8));
	m.kind = MSG_PONG;
	assert_bytes(&m, BYTES(5, 0, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8));

	m.kind = MSG_MARK;
	m.mark = (struct mark) { 0x0102030405060708, 0x090a0b0c, 0x0d0e0f10 };
	assert_bytes(&m,
	    BYTES(9, 0, 0, 0, 0, 0, 0, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		12, 13, 14, 15, 16));

	m.kind = MSG_BYE;
	m.bye.code = BYE_BUSY;
	strcpy(m.bye.text, "busy");
	assert_bytes(&m,
	    BYTES(6, 0, 0, 0, 0, 0, 0, 6, 0, 2, 'b', 'u', 's', 'y'));
	m.bye.text[0] = '\0';
	assert_bytes(&m, BYTES(6, 0, 0, 0, 0, 0, 0, 2, 0, 2));
}

static void
test_stats(void **state)
{
	struct message m = { .kind = MSG_STATS,
		.stats = { .up_frames = 1,
		    .up_bytes = 6,
		    .down_frames = 2,
		    .down_bytes = 7,
		    .dropped = 3,
		    .stale = 4,
		    .filtered = 8,
		    .refused = 0x100000000,
		    .invalid = 9,
		    .readonly = 10,
		    .oversize = 11,
		    .late = 12 } };
	uint8_t want[8 + 12 * 12 + 4 + 3] = { 7, 0, 0, 0, 0, 0, 0, 144 };
	int i;

	(void)state;
	for (i = 1; i <= 12; i++)
		memcpy(want + 8 + 12 * (i - 1),
		    (uint8_t[]) { 0, i, 0, 8, 0, 0, 0, i == 5, 0, 0, 0,
			i == 5 ? 0 : i },
		    12);
	assert_bytes(&m, want, 8 + 12 * 12);
	/* a reason, in its exact bytes */
	want[7] = 12 * 12 + 4 + 3;
	memcpy(want + 8 + 12 * 12, "\0\15\0\3a\33b", 7);
	(void)strcpy(m.stats.reason, "a\33b");
	assert_bytes(&m, want, sizeof(want));
}

static void
test_long_bye(void **state)
{
	uint8_t in[8 + 2 + 1000] = { 6, 0, 0, 0, 0, 0, 3, 0xea, 0, 5 };
	struct codec c = { .dialect = d };
	struct message m;
	char why[64];

	(void)state;
	memset(in + 10, 'x', 1000);
	assert_int_equal(d->get(&c, in, sizeof(in), &m, why, sizeof(why)),
	    sizeof(in));
	assert_int_equal(m.bye.code, BYE_PROTOCOL);
	assert_int_equal(strlen(m.bye.text), sizeof(m.bye.text) - 1);
}

static void
assert_head(bool timestamps, const struct frame *f, const uint8_t *want,
    size_t len)
{
	struct codec c = { .dialect = d, .timestamps = timestamps };
	uint8_t out[HEAD_MAX];

	assert_int_equal(d->head(&c, out, f), len);
	assert_memory_equal(out, want, len);
}

static void
test_frame_heads(void **state)
{
	uint8_t data[258] = { 0 };
	struct frame f = { .data = data, .len = 258 };

	(void)state;
	assert_head(true, &f, BYTES(3, 0, 0, 0, 0, 0, 1, 2));
	f.outbound = true;
	f.when_ns = 0x1122334455667788;
	assert_head(false, &f, BYTES(3, 4, 0, 0, 0, 0, 1, 2));
	assert_head(true, &f,
	    BYTES(3, 6, 0, 0, 0, 0, 1, 10, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
		0x77, 0x88));
	f.off = (struct offload) { OFFLOAD_CSUM, OFFLOAD_TCP4 | OFFLOAD_ECN,
		0x102, 0x304, 0x506, 0x708 };
	assert_head(false, &f,
	    BYTES(3, 5, 0, 0, 0, 0, 1, 12, 1, 0x81, 1, 2, 3, 4, 5, 6, 7, 8));
	assert_head(true, &f,
	    BYTES(3, 7, 0, 0, 0, 0, 1, 20, 1, 0x81, 1, 2, 3, 4, 5, 6, 7, 8,
		0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88));
}

/* Each field of the offload header alone makes it be written. */
static void
test_frame_offload_alone(void **state)
{
	static const struct offload alone[] = { { .flags = 2 }, { .gso = 1 },
		{ .hdr_len = 1 }, { .gso_size = 1 }, { .csum_start = 1 },
		{ .csum_offset = 256 } };
	struct codec c = { .dialect = d };
	uint8_t out[HEAD_MAX], data[1] = { 0 };
	struct message m;
	char why[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		struct frame f = { .data = data, .len = 0, .off = alone[i] };

		assert_int_equal(d->head(&c, out, &f), 18);
		assert_int_equal(d->get(&c, out, 18, &m, why, sizeof(why)), 18);
		assert_memory_equal(&m.frame.off, &alone[i], sizeof(alone[i]));
	}
}

/* Every length, with and without the rest of the head; nothing is copied. */
static void
test_frame_lengths(void **state)
{
	static uint8_t in[HEAD_MAX + FRAME_MAX];
	struct codec c = { .dialect = d, .timestamps = true };
	struct message m;
	char why[64];
	uint32_t len;
	size_t head;

	(void)state;
	for (len = 0; len <= FRAME_MAX; len++) {
		struct frame f = { .data = in, .len = len };

		if (len & 1)
			f.when_ns = len;
		f.off.gso_size = len & 2;
		f.outbound = len & 4;
		head = d->head(&c, in, &f);
		assert_int_equal(head, 8 + (len & 1) * 8 + (len & 2) * 5);
		assert_int_equal(d->get(&c, in, head + len - 1, &m, why,
				     sizeof(why)),
		    0);
		assert_int_equal(d->get(&c, in, sizeof(in), &m, why,
				     sizeof(why)),
		    head + len);
		assert_int_equal(m.kind, MSG_FRAME);
		assert_ptr_equal(m.frame.data, in + head);
		assert_int_equal(m.frame.len, len);
		assert_int_equal(m.frame.when_ns, f.when_ns);
		assert_int_equal(m.frame.outbound, f.outbound);
		assert_memory_equal(&m.frame.off, &f.off, sizeof(f.off));
	}
}

static void
assert_text(const uint8_t *in, size_t len, const char *want)
{
	char *text = stream_text(d, ROLE_MASTER, in, len, len);

	assert_string_equal(text, want);
	free(text);
}

static void
test_frame_refused(void **state)
{
	static const uint8_t extra[8] = { 0, 10, 8, 18, 0, 10, 8, 18 };
	uint8_t in[8] = { 3 };
	unsigned flags, n;
	char want[64];

	(void)state;
	for (flags = 8; flags < 256; flags++) {
		in[1] = (uint8_t)flags;
		snprintf(want, sizeof(want),
		    "BAD frame with unknown flags 0x%02x\n", flags);
		assert_text(in, 8, want);
	}
	for (flags = 0; flags < 8; flags++) {
		in[1] = (uint8_t)flags;
		n = FRAME_MAX + extra[flags] + 1;
		memcpy(in + 4, (uint8_t[]) { 0, n >> 16, n >> 8, n }, 4);
		snprintf(want, sizeof(want), "BAD frame message of %u bytes\n",
		    n);
		assert_text(in, 8, want);
		for (n = 0; n < extra[flags]; n++) {
			in[5] = in[6] = 0;
			in[7] = (uint8_t)n;
			snprintf(want, sizeof(want),
			    "BAD frame message of %u bytes\n", n);
			assert_text(in, 8, want);
		}
	}
	memset(in + 4, 0xff, 4);
	assert_text(in, 8, "BAD frame message of 4294967295 bytes\n");
}

static void
test_lengths_refused(void **state)
{
	static uint8_t in[8 + MESSAGE_MAX] = { 99, 0xff, 0xff, 0xff, 0, 2 };
	unsigned type;

	(void)state;
	assert_text(in, sizeof(in) - 1, "131079 left\n");
	assert_text(in, sizeof(in), "SKIP\n0 left\n");
	in[1] = 0;
	in[7] = 1;
	for (type = 0; type < 256; type++) {
		in[0] = (uint8_t)type;
		assert_text(in, 8,
		    type == 3 ? "BAD frame message of 131073 bytes\n" :
				"BAD message of 131073 bytes\n");
	}
	assert_text(BYTES(4, 0, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7),
	    "BAD PING or PONG of 7 bytes\n");
	assert_text(BYTES(5, 0, 0, 0, 0, 0, 0, 0),
	    "BAD PING or PONG of 0 bytes\n");
	assert_text(BYTES(5, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9),
	    "BAD PING or PONG of 9 bytes\n");
	assert_text(BYTES(6, 0, 0, 0, 0, 0, 0, 1, 1), "BAD BYE of 1 bytes\n");
	assert_text(BYTES(9, 0, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8),
	    "BAD MARK of 8 bytes\n");
}

static void
test_unknown_skipped(void **state)
{
	(void)state;
	assert_text(BYTES(0, 0, 0, 0, 0, 0, 0, 0, 8, 1, 2, 3, 0, 0, 0, 2, 1, 2,
			255, 0, 0, 0, 0, 0, 0, 0),
	    "SKIP\nSKIP\nSKIP\n0 left\n");
	assert_text(BYTES(7, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 0, 0, 14, 0, 1, 7,
			255, 255, 0, 0, 0, 2, 0, 8, 0, 0, 0, 0, 0, 0, 0, 9),
	    "STATS 0 9 0 0 0 0 0 0 0 0 0 0 ''\n0 left\n");
}

/* The lengths that a TLV may have, from 0 to 1100. */
static bool
tlv_allowed(unsigned message, unsigned type, unsigned len)
{
	static const unsigned hello[] = { 0, 1, 2, 4, 4, 1023, 0, 4, 63, 0,
		63 };
	static const unsigned params[] = { 0, 15, 2, 6, 4, 4, 0, 0 };

	if (message == 1 && type == 9)
		return len > 0;
	if (message == 1 && (type == 5 || type == 8 || type == 10))
		return len <= hello[type];
	if (message == 1)
		return len == hello[type];
	if (message == 2 && type == 6)
		return len >= 4;
	if (message == 2)
		return type == 1 ? len <= 15 : len == params[type];
	return message == 7 && type == 13 ? len <= 63 : len == 8;
}

static void
test_tlv_lengths(void **state)
{
	static const unsigned last[8] = { [1] = 10, [2] = 7, [7] = 13 };
	static uint8_t in[8 + 4 + 1100];
	struct codec c = { .dialect = d };
	struct message m;
	char why[64];
	unsigned message, type, len;
	ssize_t n;

	(void)state;
	for (message = 1; message <= 7; message++)
		for (type = 1; type <= last[message]; type++)
			for (len = 0; len <= 1100; len++) {
				memset(in, 'x', sizeof(in));
				in[0] = (uint8_t)message;
				memcpy(in + 4,
				    (uint8_t[]) { 0, 0, (len + 4) >> 8, len + 4,
					0, type, len >> 8, len },
				    8);
				n = d->get(&c, in, 12 + len, &m, why, 64);
				assert_int_equal(n,
				    tlv_allowed(message, type, len) ?
					12 + (int)len :
					-1);
			}
}

static void
test_hostile_tlvs(void **state)
{
	static const char *const over = "BAD HELLO: a TLV runs over the end\n";

	(void)state;
	assert_text(BYTES(1, 0, 0, 0, 0, 0, 0, 1, 0), over);
	assert_text(BYTES(1, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0), over);
	assert_text(BYTES(1, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 1, 2), over);
	assert_text(BYTES(1, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0xff, 0xff), over);
	assert_text(BYTES(1, 0, 0, 0, 0, 0, 0, 4, 0xff, 0xff, 0, 1), over);
	assert_text(BYTES(1, 0, 0, 0, 0, 0, 0, 7, 0, 5, 0, 3, 'a', 0, 'b'),
	    "BAD HELLO: TLV 5 makes no sense\n");
	assert_text(BYTES(7, 0, 0, 0, 0, 0, 0, 7, 0, 13, 0, 3, 'a', 0, 'b'),
	    "BAD STATS: TLV 13 makes no sense\n");
	assert_text(BYTES(1, 0, 0, 0, 0, 0, 0, 8, 0, 9, 0, 4, 4, 1, 1, 1),
	    "BAD HELLO: TLV 9 makes no sense\n");
	assert_text(BYTES(2, 0, 0, 0, 0, 0, 0, 16, 0, 7, 0, 0, 0, 6, 0, 8, 4,
			33, 0, 0, 1, 1, 1, 1),
	    "BAD PARAMS: TLV 6 makes no sense\n");
	assert_text(BYTES(2, 0, 0, 0, 0, 0, 0, 16, 0, 7, 0, 0, 0, 6, 0, 8, 4,
			32, 1, 0, 1, 1, 1, 1),
	    "BAD PARAMS: TLV 6 makes no sense\n");
	assert_text(BYTES(2, 0, 0, 0, 0, 0, 0, 16, 0, 7, 0, 0, 0, 6, 0, 8, 6,
			32, 0, 0, 1, 1, 1, 1),
	    "BAD PARAMS: TLV 6 makes no sense\n");
}

static void
test_too_many_addresses(void **state)
{
	static uint8_t in[8 + 4 + 200 * 12] = { 2, 0, 0, 0, 0, 0,
		(4 + 200 * 12) >> 8, (4 + 200 * 12) & 255, 0, 7, 0, 0 };
	struct codec c = { .dialect = d };
	struct message m;
	char why[64];
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		memcpy(in + 12 + 12 * i,
		    (uint8_t[]) { 0, 6, 0, 8, 4, 24, 0, 0, 10, 0, 0, i }, 12);
	assert_int_equal(d->get(&c, in, sizeof(in), &m, why, sizeof(why)),
	    sizeof(in));
	assert_int_equal(m.params.naddrs, PARAMS_ADDRS);
	assert_int_equal(m.params.addrs[PARAMS_ADDRS - 1].addr.addr_data8[3],
	    PARAMS_ADDRS - 1);
}

static void
fill_largest(struct message *hello, struct message *params)
{
	int i;

	full_hello(hello);
	memset(hello->hello.filter, 'f', sizeof(hello->hello.filter) - 1);
	memset(hello->hello.ifname, 'n', sizeof(hello->hello.ifname) - 1);
	memset(hello->hello.version, 'v', sizeof(hello->hello.version) - 1);
	hello->hello.own = ipv6(1, 128);
	full_params(params);
	memset(params->params.name, 'n', sizeof(params->params.name) - 1);
	params->params.naddrs = PARAMS_ADDRS;
	for (i = 0; i < PARAMS_ADDRS; i++) {
		params->params.addrs[i].addr = ipv6((uint8_t)i, 64);
		params->params.addrs[i].kind = PARAM_PEER;
		params->params.addrs[i].other = ipv6(200, 128);
	}
}

/* The largest messages fit; with a byte less room nothing is written. */
static void
test_room(void **state)
{
	struct codec c = { .dialect = d };
	struct message m[5] = { [2] = { .kind = MSG_PING },
		[3] = { .kind = MSG_BYE, .bye = { 1, "text" } },
		[4] = { .kind = MSG_STATS } };
	uint8_t out[CONTROL_MAX];
	size_t i, n, size;
	char *text;
	struct text want;

	(void)state;
	fill_largest(&m[0], &m[1]);
	for (i = 0; i < 5; i++) {
		n = d->put(&c, out, sizeof(out), &m[i], 0);
		assert_true(n > 0);
		want = (struct text) { 0 };
		text_message(&want, &m[i]);
		text_add(&want, "0 left\n");
		text = stream_text(d, ROLE_SLAVE, out, n, n);
		assert_string_equal(text, want.at);
		free(want.at);
		free(text);
		for (size = 0; size <= n; size++) {
			uint8_t *exact = malloc(size + (size == 0));

			assert_int_equal(d->put(&c, exact, size, &m[i], 0),
			    size == n ? n : 0);
			free(exact);
		}
	}
	m[2].kind = MSG_SKIP;
	assert_int_equal(d->put(&c, out, sizeof(out), &m[2], 0), 0);
	m[2].kind = MSG_FRAME;
	assert_int_equal(d->put(&c, out, sizeof(out), &m[2], 0), 0);
}

/* One of everything, cut in two at every position. */
static void
test_split(void **state)
{
	struct codec c = { .dialect = d, .timestamps = true };
	struct message m;
	uint8_t in[4096], data[70];
	struct frame f = { data, sizeof(data), { .gso = 1 }, 5, true, { 0 } };
	size_t len = 0, cut;
	char *whole, *pieces;

	(void)state;
	full_hello(&m);
	len += d->put(&c, in + len, sizeof(in) - len, &m, 0);
	full_params(&m);
	len += d->put(&c, in + len, sizeof(in) - len, &m, 0);
	for (m.kind = MSG_PING; m.kind <= MSG_STATS; m.kind++)
		len += d->put(&c, in + len, sizeof(in) - len, &m, 0);
	memset(data, 3, sizeof(data));
	len += d->head(&c, in + len, &f);
	memcpy(in + len, data, sizeof(data));
	len += sizeof(data);
	memcpy(in + len, "\x77\0\0\0\0\0\0\3abc\6\0\0\0\0\0\0\3\0\1x", 22);
	len += 22;
	whole = stream_text(d, ROLE_MASTER, in, len, len);
	assert_non_null(strstr(whole, "SKIP\nBYE 1 'x'\n0 left\n"));
	for (cut = 0; cut < len; cut++) {
		pieces = stream_text(d, ROLE_MASTER, in, len, cut);
		assert_string_equal(pieces, whole);
		free(pieces);
	}
	free(whole);
}

/* With any input, never more bytes are used than there are. */
static void
test_garbage(void **state)
{
	struct codec c = { .dialect = d };
	uint32_t x = 1;
	int round;

	(void)state;
	for (round = 0; round < 200000; round++) {
		size_t i, len = 8 + (size_t)round % 90;
		uint8_t *in = malloc(len);
		struct message m;
		char why[64] = "";
		ssize_t n;

		for (i = 0; i < len; i++) {
			x ^= x << 13, x ^= x >> 17, x ^= x << 5;
			in[i] = (uint8_t)(x >> (round & 1 ? 8 : 28));
		}
		in[0] &= 7;
		if (round & 2)
			in[1] &= 7, in[4] = in[5] = in[6] = 0, in[7] &= 127;
		n = d->get(&c, in, len, &m, why, sizeof(why));
		assert_in_range(n + 1, 0, len + 1);
		assert_true(n != -1 || why[0] != '\0');
		free(in);
	}
}

static void
test_guess(void **state)
{
	static const struct {
		const char *in, *want;
		size_t len;
	} cases[] = {
		{ "\x16\x03\x01\x02\x00\x01", "TLS", 6 },
		{ "\x16\x03", "TLS", 2 },
		{ "\x15\x03\x03\x00\x02", "TLS", 5 },
		{ "\x16", NULL, 1 },
		{ "\x16\x04\x01\x02", NULL, 4 },
		{ "SSH-2.0-OpenSSH_9.2", "SSH", 19 },
		{ "SSH-", "SSH", 4 },
		{ "SSH", NULL, 3 },
		{ "SSHx", NULL, 4 },
		{ "GET / HTTP/1.1\r\n", "HTTP", 16 },
		{ "POST /", "HTTP", 6 },
		{ "HEAD", "HTTP", 4 },
		{ "PUT /", "HTTP", 5 },
		{ "DELETE", "HTTP", 6 },
		{ "CONNECT x", "HTTP", 9 },
		{ "OPTI", "HTTP", 4 },
		{ "TRACE", "HTTP", 5 },
		{ "PATCH", "HTTP", 5 },
		{ "PRI * HTTP/2.0", "HTTP", 14 },
		{ "HTTP/1.1 400 Bad Request", "HTTP", 24 },
		{ "HTTPS", NULL, 5 },
		{ "GETS", NULL, 4 },
		{ "\x13\x37\x01\x03", "an etherpuppet 0.3", 4 },
		{ "\x13\x37\x01\x04\x00\x01", "an etherpuppet 0.4", 6 },
		{ "\x13\x37\x01\x05", NULL, 4 },
		{ "\x13\x37\x01", NULL, 3 },
		{ "EPUP\0\1\0\0", "etherpuppet", 8 },
		{ "\0\1\x80\1", NULL, 4 },
		{ "", NULL, 0 },
	};
	const char *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		got = session_guess((const uint8_t *)cases[i].in, cases[i].len);
		if (cases[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got != NULL ? got : "nothing",
			    cases[i].want);
	}
}

static void
test_dialect(void **state)
{
	(void)state;
	assert_string_equal(d->name, "native 1");
	assert_true(d->pings);
	assert_int_equal(d->maxframe, FRAME_MAX);
	assert_ptr_equal(session_dialect(WIRE_MAGIC), d);
	assert_ptr_equal(session_dialect(LEGACY_03), &dialect_legacy03);
	assert_ptr_equal(session_dialect(LEGACY_04), &dialect_legacy04);
	assert_null(session_dialect(0));
	assert_null(session_dialect(WIRE_MAGIC + 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialect),
		cmocka_unit_test(test_preamble),
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_hello_defaults),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_params_sets),
		cmocka_unit_test(test_params_ignored),
		cmocka_unit_test(test_pad),
		cmocka_unit_test(test_small_messages),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_long_bye),
		cmocka_unit_test(test_frame_heads),
		cmocka_unit_test(test_frame_offload_alone),
		cmocka_unit_test(test_frame_lengths),
		cmocka_unit_test(test_frame_refused),
		cmocka_unit_test(test_lengths_refused),
		cmocka_unit_test(test_unknown_skipped),
		cmocka_unit_test(test_tlv_lengths),
		cmocka_unit_test(test_hostile_tlvs),
		cmocka_unit_test(test_too_many_addresses),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_guess),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
