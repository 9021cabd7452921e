/* SPDX-License-Identifier: ISC */
/*
 * The dialects of etherpuppet 0.3 and 0.4, against bytes that a real 0.3
 * wrote (data/legacy/README).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bytes.h"
#include "stream.h"

#define BYTES(...)                         \
	(const uint8_t[]) { __VA_ARGS__ }, \
	    sizeof((const uint8_t[]) { __VA_ARGS__ })

#define GREETING    2
#define COMMAND_64  46
#define FIRST_FRAME (GREETING + 6 * COMMAND_64) /* offset, from a slave */

static const struct dialect *const d3 = &dialect_legacy03;
static const struct dialect *const d4 = &dialect_legacy04;

struct bytes {
	uint8_t at[8192];
	size_t len;
};

/* Loads a recording; one of a connecting side begins with the magic number. */
static void
load(const char *name, size_t skip, struct bytes *out)
{
	char path[512];
	const char *slash = strrchr(__FILE__, '/');
	FILE *f;

	snprintf(path, sizeof(path), "%.*s/data/legacy/%s",
	    slash != NULL ? (int)(slash - __FILE__) : 1,
	    slash != NULL ? __FILE__ : ".", name);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("cannot open %s", path);
	out->len = fread(out->at, 1, sizeof(out->at), f);
	fclose(f);
	assert_true(out->len > skip);
	out->len -= skip;
	memmove(out->at, out->at + skip, out->len);
}

static void
assert_text(const struct dialect *d, enum role role, const uint8_t *in,
    size_t len, const char *want)
{
	char *text = stream_text(d, role, in, len, len);

	assert_string_equal(text, want);
	free(text);
}

static void
assert_splits(const struct dialect *d, enum role role, const struct bytes *b)
{
	char *whole = stream_text(d, role, b->at, b->len, b->len), *pieces;
	size_t cut;

	assert_null(strstr(whole, "BAD"));
	for (cut = 0; cut < b->len; cut++) {
		pieces = stream_text(d, role, b->at, b->len, cut);
		assert_string_equal(pieces, whole);
		free(pieces);
	}
	free(whole);
}

#define SLAVE_HELLO                                                          \
	"HELLO role 1 link 1 can 0 want 0 filter '' max 1598 name '' own /0" \
	" version ''\n"
#define SLAVE_PARAMS                                                  \
	"PARAMS 'wan' link 1 flags 3 mac 020000000001\n"              \
	"PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492\n"     \
	"PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492\n"     \
	"PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492\n"     \
	"PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492\n"     \
	"PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492 addrs" \
	" 0a090001/20 brd 0a090fff/32 complete\n"

static void
test_real_slave(void **state)
{
	static const unsigned lengths[] = { 42, 42, 50, 50, 50, 50, 34, 53, 31,
		14, 17, 16, 42, 50 };
	struct bytes b;
	char want[4096], *text;
	const char *at;
	size_t i;

	(void)state;
	load("slave.bin", 4, &b);
	text = stream_text(d3, ROLE_MASTER, b.at, b.len, b.len);
	snprintf(want, sizeof(want), "%s%s", SLAVE_HELLO, SLAVE_PARAMS);
	assert_memory_equal(text, want, strlen(want));
	at = text + strlen(want);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		snprintf(want, sizeof(want), "FRAME %u #", lengths[i]);
		assert_memory_equal(at, want, strlen(want));
		at = strchr(at, '\n') + 1;
	}
	assert_string_equal(at, "0 left\n");
	free(text);
	assert_splits(d3, ROLE_MASTER, &b);
}

/* A frame that 0.3 cut at 1600 bytes, and a failed capture: n is 1. */
static void
test_real_slave_large(void **state)
{
	static const char *const want[] = { "FRAME 42 ", "FRAME 42 ",
		"FRAME 1594 ", "FRAME 1594 ", "FRAME 1600 ", "FRAME 1600 ",
		"SKIP\n", "0 left\n" };
	struct bytes b;
	char *text;
	const char *at;
	size_t i;

	(void)state;
	load("slave-large.bin", 4, &b);
	text = stream_text(d3, ROLE_MASTER, b.at, b.len, b.len);
	at = strstr(text, "FRAME");
	assert_non_null(at);
	assert_non_null(strstr(text, " mtu 9000 "));
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_memory_equal(at, want[i], strlen(want[i]));
		at = strchr(at, '\n') + 1;
	}
	free(text);
}

/* A master sends only frames; they are decoded in place. */
static void
test_real_master(void **state)
{
	static const unsigned lengths[] = { 42, 50, 38, 53, 31, 14, 17 };
	struct codec c = { .dialect = d3, .role = ROLE_SLAVE };
	struct message m;
	struct bytes b;
	char why[64];
	size_t i, off = 0;

	(void)state;
	load("master.bin", 0, &b);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		assert_int_equal(d3->get(&c, b.at + off, b.len - off, &m, why,
				     sizeof(why)),
		    4 + lengths[i]);
		assert_int_equal(m.kind, MSG_FRAME);
		assert_ptr_equal(m.frame.data, b.at + off + 4);
		assert_int_equal(m.frame.len, lengths[i]);
		off += 4 + lengths[i];
	}
	assert_int_equal(off, b.len);
	assert_splits(d3, ROLE_SLAVE, &b);
}

/* We write the same heads as in the recording, for all frames. */
static void
assert_heads(enum role role, int linktype, struct bytes *b, unsigned from)
{
	struct codec c = { .dialect = d3, .role = role },
		     ours = { .dialect = d3, .linktype = linktype };
	struct message m;
	uint8_t out[HEAD_MAX];
	char why[64];
	size_t off = 0;
	ssize_t n;

	while ((n = d3->get(&c, b->at + off, b->len - off, &m, why, 64)) > 0) {
		if (m.kind == MSG_FRAME && get16(m.frame.data + 12) >= from) {
			assert_int_equal(d3->head(&ours, out, &m.frame), 4);
			assert_memory_equal(out, b->at + off, 4);
		}
		off += (size_t)n;
	}
	assert_int_equal(off, b->len);
}

static void
test_real_heads(void **state)
{
	struct bytes b;

	(void)state;
	load("slave.bin", 4, &b);
	assert_heads(ROLE_MASTER, LINK_ETHERNET, &b, 0);
	load("slave-large.bin", 4, &b);
	assert_heads(ROLE_MASTER, LINK_ETHERNET, &b, 0);
	load("master-ppp.bin", 0, &b);
	assert_heads(ROLE_SLAVE, LINK_RAW, &b, 0);
	/* a packet socket gives an 802.3 frame's length as its protocol */
	load("master.bin", 0, &b);
	assert_heads(ROLE_SLAVE, LINK_ETHERNET, &b, 0x600);
}

/* Frames of each length that fits into a record's field. */
static void
test_frame_lengths(void **state)
{
	static uint8_t in[2 + 32767];
	struct codec c = { .dialect = d4, .linktype = LINK_ETHERNET };
	struct message m;
	char why[64];
	uint32_t len;

	(void)state;
	in[16] = 0x08;
	for (len = 1; len <= 32765; len++) {
		struct frame f = { .data = in + 4, .len = len };

		assert_int_equal(d4->head(&c, in, &f), 4);
		assert_int_equal(d4->get(&c, in, len + 3, &m, why, sizeof(why)),
		    0);
		assert_int_equal(d4->get(&c, in, sizeof(in), &m, why,
				     sizeof(why)),
		    len + 4);
		assert_int_equal(m.kind, MSG_FRAME);
		assert_ptr_equal(m.frame.data, in + 4);
		assert_int_equal(m.frame.len, len);
		assert_int_equal(get16(in + 2), len < FRAME_MIN ? 0 : 0x0800);
	}
}

static void
test_frame_protocols(void **state)
{
	struct codec c = { .dialect = d3, .linktype = LINK_RAW };
	uint8_t out[HEAD_MAX], data[16] = { 0x45 };
	struct frame f = { .data = data, .len = sizeof(data) };

	(void)state;
	d3->head(&c, out, &f);
	assert_memory_equal(out, "\0\x12\x08\0", 4);
	data[0] = 0x60;
	d3->head(&c, out, &f);
	assert_memory_equal(out, "\0\x12\x86\xdd", 4);
	c.linktype = LINK_ETHERNET;
	memcpy(data + 12, "\x05\xff\xff\xff", 4);
	d3->head(&c, out, &f);
	assert_memory_equal(out, "\0\x12\0\1", 4);
	f.len = 15;
	d3->head(&c, out, &f);
	assert_memory_equal(out, "\0\x11\0\4", 4);
	memcpy(data + 12, "\x06\0", 2);
	d3->head(&c, out, &f);
	assert_memory_equal(out, "\0\x11\6\0", 4);
}

static void
test_short_records(void **state)
{
	(void)state;
	assert_text(d3, ROLE_SLAVE,
	    BYTES(0, 0, 0, 1, 8, 0, 2, 8, 0, 0, 3, 8, 0, 7, 0, 9),
	    "SKIP\nSKIP\nSKIP\nFRAME 1 #020c5866 at 0 off 0 0 0 0 0 0\n"
	    "2 left\n");
}

static void
test_link_types(void **state)
{
	(void)state;
	assert_text(d3, ROLE_MASTER, BYTES(0, 1), SLAVE_HELLO "0 left\n");
	assert_text(d4, ROLE_MASTER, BYTES(2, 0),
	    "HELLO role 1 link 101 can 0 want 0 filter '' max 1598 name '' "
	    "own /0 version ''\n0 left\n");
	assert_text(d3, ROLE_MASTER, BYTES(3, 4),
	    "BAD link type 772 (ARPHRD) is neither Ethernet nor PPP\n");
	assert_text(d3, ROLE_MASTER, BYTES(0, 0),
	    "BAD link type 0 (ARPHRD) is neither Ethernet nor PPP\n");
	assert_text(d3, ROLE_MASTER, BYTES(0), "1 left\n");
}

static void
test_unknown_commands(void **state)
{
	struct bytes b = { .len = 46 * 2 };
	char want[64];
	unsigned n;

	(void)state;
	for (n = 0x8000; n <= 0xffff; n++) {
		if (n == 0x8001)
			continue;
		snprintf(want, sizeof(want), "BAD unknown command 0x%04x\n", n);
		assert_text(d3, ROLE_SLAVE, BYTES(n >> 8, n & 255), want);
		if (n != 0x8002)
			assert_text(d4, ROLE_SLAVE, BYTES(n >> 8, n & 255),
			    want);
	}
	/* SIOCSIFFLAGS, and a number that is no ioctl */
	memset(b.at, 0, b.len);
	memcpy(b.at, "\x80\1\x14\x89", 4);
	memcpy(b.at + 46, "\x80\1\xff\xff\xff\xff", 6);
	assert_text(d3, ROLE_SLAVE, b.at, b.len, "SKIP\nSKIP\n0 left\n");
	memset(b.at, 0, b.len);
	memcpy(b.at, "\x80\1\0\0\x89\x14", 6);
	memcpy(b.at + 38, "\x80\1\x24\x89", 4);
	assert_text(d4, ROLE_SLAVE, b.at, 76, "SKIP\nSKIP\n0 left\n");
}

/* Converts the recording to that of a host with other byte order and size. */
static void
other_host(const struct bytes *in, struct bytes *out, bool big, size_t size)
{
	const uint8_t *from = in->at + GREETING;
	int i;

	memset(out, 0, sizeof(*out));
	memcpy(out->at, in->at, GREETING);
	out->len = GREETING;
	for (i = 0; i < 6; i++, from += COMMAND_64) {
		uint8_t *to = out->at + out->len;

		memcpy(to, from, 6 + size);
		if (big)
			put32(to + 2, get32le(from + 2));
		if (big && i == 1)
			put32(to + 22, get32le(from + 22));
		else if (big)
			put16(to + 22, (uint16_t)(from[23] << 8 | from[22]));
		out->len += 6 + size;
	}
	memcpy(out->at + out->len, in->at + FIRST_FRAME, in->len - FIRST_FRAME);
	out->len += in->len - FIRST_FRAME;
}

static void
test_other_hosts(void **state)
{
	struct bytes real, b;
	char *want;
	int i;

	(void)state;
	load("slave.bin", 4, &real);
	want = stream_text(d3, ROLE_MASTER, real.at, real.len, real.len);
	for (i = 0; i < 4; i++) {
		other_host(&real, &b, i & 1, i & 2 ? 32 : 40);
		assert_text(d3, ROLE_MASTER, b.at, b.len, want);
		assert_splits(d3, ROLE_MASTER, &b);
	}
	free(want);
}

/* Sizes where the last eight bytes are not zero, and where a frame follows. */
static void
test_record_sizes(void **state)
{
	struct bytes real, b;
	struct codec c = { .dialect = d3, .role = ROLE_SLAVE };
	struct message m;
	char why[64];
	size_t len;

	(void)state;
	load("slave.bin", 4 + GREETING, &real);
	b = real;
	memset(b.at + 38, 0x5a, 8);
	for (len = 0; len < 6 + 40 + 6; len++)
		assert_int_equal(d3->get(&c, b.at, len, &m, why, 64), 0);
	assert_int_equal(d3->get(&c, b.at, b.len, &m, why, 64), 46);
	assert_int_equal(c.record_size, 40);

	c.record_size = 0;
	memmove(b.at + 38, real.at + COMMAND_64, 6);
	for (len = 0; len < 38 + 6; len++)
		assert_int_equal(d3->get(&c, b.at, len, &m, why, 64), 0);
	assert_int_equal(d3->get(&c, b.at, 38 + 6, &m, why, 64), 38);
	assert_int_equal(c.record_size, 32);

	c.record_size = 0;
	memmove(b.at + 38, real.at + 6 * COMMAND_64, 100);
	assert_int_equal(d3->get(&c, b.at, 38, &m, why, 64), 0);
	assert_int_equal(d3->get(&c, b.at, 38 + 46, &m, why, 64), 38);
	assert_int_equal(c.record_size, 32);
	assert_int_equal(d3->get(&c, b.at + 38, 46, &m, why, 64), 46);
	assert_int_equal(m.kind, MSG_FRAME);
	assert_int_equal(m.frame.len, 42);
}

/* We write the same bytes as the real slave. */
static void
assert_says(const struct dialect *d, struct codec *c, const struct bytes *want,
    size_t len)
{
	struct codec reader = { .dialect = d3, .role = ROLE_MASTER };
	struct text t = { 0 };
	struct message m = { .kind = MSG_HELLO,
		.hello = { .role = ROLE_SLAVE, .linktype = LINK_ETHERNET } };
	uint8_t out[1024];
	size_t n, off = 0;
	int part;

	off += d->put(c, out, sizeof(out), &m, 0);
	assert_int_equal(off, 2);
	assert_int_equal(d->put(c, out + 2, 1000, &m, 0), 0);
	stream_read(&reader, want->at, want->len, &t);
	free(t.at);
	m.kind = MSG_PARAMS;
	m.params = reader.params;
	for (part = 0;; part++) {
		n = d->put(c, out + off, sizeof(out) - off, &m, part);
		if (n == 0)
			break;
		off += n;
	}
	assert_int_equal(part, d == d4 ? 7 : 6);
	assert_int_equal(off, len);
	if (d == d3)
		assert_memory_equal(out, want->at, len);
}

static void
test_slave_says(void **state)
{
	struct codec c = { .dialect = d3, .role = ROLE_SLAVE };
	struct bytes real, b;
	int i;

	(void)state;
	load("slave.bin", 4, &real);
	assert_says(d3, &c, &real, FIRST_FRAME);
	for (i = 0; i < 4; i++) {
		size_t size = i & 2 ? 32 : 40;

		memset(&c, 0, sizeof(c));
		c.dialect = d3;
		c.role = ROLE_SLAVE;
		c.record_size = (int)size;
		c.big_endian = i & 1;
		other_host(&real, &b, c.big_endian, size);
		assert_says(d3, &c, &b, GREETING + 6 * (6 + size));
	}
	memset(&c, 0, sizeof(c));
	c.dialect = d4;
	c.role = ROLE_SLAVE;
	assert_says(d4, &c, &real, GREETING + 6 * 38 + 2);
}

static void
test_master_says(void **state)
{
	struct codec c = { .dialect = d3, .role = ROLE_MASTER };
	struct message m = { .kind = MSG_HELLO, .hello.role = ROLE_MASTER };
	uint8_t out[CONTROL_MAX];

	(void)state;
	for (m.kind = MSG_SKIP; m.kind <= MSG_STATS; m.kind++)
		assert_int_equal(d3->put(&c, out, sizeof(out), &m, 0), 0);
}

static struct message
one_address(int kind, uint32_t other)
{
	struct message m = { .kind = MSG_PARAMS };
	struct param_addr *a = &m.params.addrs[1];

	m.params.have_addrs = true;
	m.params.naddrs = 2;
	m.params.addrs[0].addr.addr_type = ADDR_TYPE_IP6;
	a->addr.addr_type = ADDR_TYPE_IP;
	a->addr.addr_bits = 30;
	put32(a->addr.addr_data8, 0x0a000001);
	a->kind = kind;
	a->other.addr_type = ADDR_TYPE_IP;
	put32(a->other.addr_data8, other);
	return m;
}

/* Writes all pieces to a slave's stream and reads them as a master. */
static char *
said(const struct dialect *d, const struct message *params, int linktype)
{
	struct codec c = { .dialect = d, .role = ROLE_SLAVE };
	struct message hello = { .kind = MSG_HELLO,
		.hello = { .role = ROLE_SLAVE, .linktype = linktype } };
	uint8_t out[1024];
	size_t n, off = d->put(&c, out, sizeof(out), &hello, 0);
	char *text;
	int part = 0;

	while ((n = d->put(&c, out + off, 500, params, part++)) > 0)
		off += n;
	text = stream_text(d, ROLE_MASTER, out, off, off);
	memmove(text, strchr(text, '\n') + 1, strlen(strchr(text, '\n')));
	return text;
}

static const char *
last_line(const char *text)
{
	const char *end = strstr(text, "0 left\n");

	assert_non_null(end);
	if (end == text)
		return text;
	for (end--; end > text && end[-1] != '\n';)
		end--;
	return end;
}

static void
assert_said(const struct message *m, const char *want3, const char *want4)
{
	char *text = said(d3, m, LINK_ETHERNET);

	assert_string_equal(last_line(text), want3);
	free(text);
	text = said(d4, m, LINK_ETHERNET);
	assert_string_equal(last_line(text), want4);
	free(text);
}

static void
test_addresses(void **state)
{
	struct message m = one_address(PARAM_NONE, 0x0a000002);

	(void)state;
	assert_said(&m, "PARAMS '' link 1 flags 3 addrs 0a000001/30\n0 left\n",
	    "PARAMS '' link 1 flags 3 addrs 0a000001/30 complete\n0 left\n");
	m = one_address(PARAM_BROADCAST, 0x0a000003);
	assert_said(&m,
	    "PARAMS '' link 1 flags 3 addrs 0a000001/30 brd 0a000003/32\n"
	    "0 left\n",
	    "PARAMS '' link 1 flags 3 addrs 0a000001/30 brd 0a000003/32 "
	    "complete\n0 left\n");
	m = one_address(PARAM_PEER, 0x0a000002);
	m.params.addrs[1].addr.addr_bits = 32;
	assert_said(&m,
	    "PARAMS '' link 1 flags 3 addrs 0a000001/32 peer 0a000002/32\n"
	    "0 left\n",
	    "PARAMS '' link 1 flags 3 addrs 0a000001/32 peer 0a000002/32 "
	    "complete\n0 left\n");
	m.params.addrs[1].addr.addr_bits = 0;
	m.params.addrs[1].kind = PARAM_NONE;
	assert_said(&m, "PARAMS '' link 1 flags 3 addrs 0a000001/0\n0 left\n",
	    "PARAMS '' link 1 flags 3 addrs 0a000001/0 complete\n0 left\n");
}

/* Snapshots with parts that are absent, or that a dialect cannot send. */
static void
test_partial_params(void **state)
{
	struct message m = { .kind = MSG_PARAMS };
	char *text;

	(void)state;
	assert_said(&m, "0 left\n", "0 left\n");
	m.params.have_addrs = true;
	assert_said(&m, "0 left\n",
	    "PARAMS '' link 1 flags 3 complete\n0 left\n");
	m.params.have_mtu = true;
	m.params.mtu = 1400;
	assert_said(&m, "PARAMS '' link 1 flags 3 mtu 1400\n0 left\n",
	    "PARAMS '' link 1 flags 3 mtu 1400 complete\n0 left\n");
	text = said(d3, &m, LINK_RAW);
	assert_string_equal(text,
	    "PARAMS '' link 101 flags 3\n"
	    "PARAMS '' link 101 flags 3 mtu 1400\n0 left\n");
	free(text);
	m.params.mtu = 100000;
	assert_said(&m, "PARAMS '' link 1 flags 3 mtu 100000\n0 left\n",
	    "PARAMS '' link 1 flags 3 mtu 65535 complete\n0 left\n");
}

static void
test_04_bytes(void **state)
{
	struct codec c = { .dialect = d4, .role = ROLE_SLAVE };
	struct message m = { .kind = MSG_PARAMS,
		.params = { .name = "eth0",
		    .have_mac = true,
		    .mac = { 1, 2, 3, 4, 5, 6 },
		    .have_mtu = true,
		    .mtu = 1500 } };
	uint8_t out[64];

	(void)state;
	assert_int_equal(d4->put(&c, out, sizeof(out), &m, 0), 38);
	assert_memory_equal(out,
	    "\x80\1\0\0\x89\x24"
	    "eth0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\1\2\3\4\5\6\0\0\0\0\0\0\0\0",
	    38);
	assert_int_equal(d4->put(&c, out, sizeof(out), &m, 1), 38);
	assert_memory_equal(out,
	    "\x80\1\0\0\x89\x22"
	    "eth0\0\0\0\0\0\0\0\0\0\0\0\0\x05\xdc\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
	    38);
	assert_int_equal(d4->put(&c, out, sizeof(out), &m, 2), 2);
	assert_memory_equal(out, "\x80\2", 2);
	assert_int_equal(d4->put(&c, out, sizeof(out), &m, 3), 0);
	assert_int_equal(d4->put(&c, out, 10, &m, 0), 0);
}

static void
assert_04_mtu(const char value[4], unsigned want)
{
	uint8_t in[38] = { 0x80, 1, 0, 0, 0x89, 0x22 };
	char text[64];

	memcpy(in + 22, value, 4);
	snprintf(text, sizeof(text),
	    "PARAMS '' link 0 flags 3 mtu %u\n0 left\n", want);
	assert_text(d4, ROLE_SLAVE, in, sizeof(in), text);
}

static void
test_04_mtu(void **state)
{
	(void)state;
	assert_04_mtu("\x05\xdc\0\0", 1500);
	assert_04_mtu("\0\0\x05\xdc", 1500);
	assert_04_mtu("\xff\xff\0\0", 65535);
	assert_04_mtu("\0\0\xff\xff", 65535);
	assert_04_mtu("\0\x44\0\0", 68);
}

/* The address 0.0.0.0 means that there is none. */
static void
test_zero_address(void **state)
{
	uint8_t in[38 + 2] = { 0x80, 1, 0, 0, 0x89, 0x16 };

	(void)state;
	in[38] = 0x80;
	in[39] = 2;
	assert_text(d4, ROLE_SLAVE, in, sizeof(in),
	    "PARAMS '' link 0 flags 3\n"
	    "PARAMS '' link 0 flags 3 addrs complete\n0 left\n");
}

/* A second snapshot replaces the first one. */
static void
test_second_set(void **state)
{
	struct bytes b;

	(void)state;
	load("slave.bin", 4, &b);
	memmove(b.at + FIRST_FRAME, b.at + GREETING, 3 * COMMAND_64);
	memmove(b.at + FIRST_FRAME + 3 * COMMAND_64,
	    b.at + GREETING + 5 * COMMAND_64, COMMAND_64);
	b.len = FIRST_FRAME + 4 * COMMAND_64;
	b.at[b.len - 18] = 0xff; /* the netmask's last byte but one */
	assert_text(d3, ROLE_MASTER, b.at, b.len,
	    SLAVE_HELLO SLAVE_PARAMS
	    "PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492\n"
	    "PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492\n"
	    "PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492\n"
	    "PARAMS 'wan' link 1 flags 3 mac 020000000001 mtu 1492 addrs"
	    " 0a090001/24\n0 left\n");
}

/* Random bytes give the same messages wherever the stream is cut. */
static void
test_garbage(void **state)
{
	uint32_t x = 7;
	int round, good = 0, bad = 0;

	(void)state;
	for (round = 0; round < 20000; round++) {
		uint8_t in[300];
		enum role role = round & 8 ? ROLE_SLAVE : ROLE_MASTER;
		const struct dialect *d = round & 4 ? d3 : d4;
		char *whole, *cut, *left;
		size_t i;

		for (i = 0; i < sizeof(in); i++) {
			x ^= x << 13, x ^= x >> 17, x ^= x << 5;
			in[i] = (uint8_t)(x >> 8);
		}
		if (round & 1)
			memcpy(in, "\x80\1", 2);
		if (round & 2)
			memcpy(in + 2, "\x16\x89\0", 4);
		whole = stream_text(d, role, in, sizeof(in), sizeof(in));
		cut = stream_text(d, role, in, sizeof(in),
		    (size_t)round % sizeof(in));
		if (strstr(whole, "BAD") != NULL) {
			bad++;
			/* what is left is told only behind a good first piece
			 */
			if ((left = strstr(cut, "BAD")) != NULL)
				*(strchr(left, '\n') + 1) = '\0';
		} else
			good++;
		assert_string_equal(cut, whole);
		free(whole);
		free(cut);
	}
	assert_true(good > 100);
	assert_true(bad > 100);
}

static void
test_dialects(void **state)
{
	(void)state;
	assert_string_equal(d3->name, "legacy 0.3");
	assert_string_equal(d4->name, "legacy 0.4");
	assert_false(d3->pings || d4->pings);
	assert_int_equal(d3->maxframe, 1598);
	assert_int_equal(d4->maxframe, 1598);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialects),
		cmocka_unit_test(test_real_slave),
		cmocka_unit_test(test_real_slave_large),
		cmocka_unit_test(test_real_master),
		cmocka_unit_test(test_real_heads),
		cmocka_unit_test(test_frame_lengths),
		cmocka_unit_test(test_frame_protocols),
		cmocka_unit_test(test_short_records),
		cmocka_unit_test(test_link_types),
		cmocka_unit_test(test_unknown_commands),
		cmocka_unit_test(test_other_hosts),
		cmocka_unit_test(test_record_sizes),
		cmocka_unit_test(test_slave_says),
		cmocka_unit_test(test_master_says),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_partial_params),
		cmocka_unit_test(test_04_bytes),
		cmocka_unit_test(test_04_mtu),
		cmocka_unit_test(test_zero_address),
		cmocka_unit_test(test_second_set),
		cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
