/* SPDX-License-Identifier: ISC */
/*
 * How the relay changes a frame by the CAP_* of the other end; and SCTP, whose
 * undone checksum no end accepts.
 */
#include <sys/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame/checksum.h"
#include "frame/flow.h"
#include "spelled.h"

#define CAPS_EVERY (CAP_ALL | CAP_TUNNEL)

static struct flow flow;
static uint64_t invalid;

/* Passes one frame through the flow, which is empty afterwards. */
static int
pass(const struct frame *f, int linktype, unsigned caps)
{
	flow_clear(&flow);
	invalid = 0;
	flow.in[0] = *f;
	flow.nin = 1;
	flow_fill(&flow, caps, linktype, &invalid);
	flow.iout = flow.nout;
	return flow.nout;
}

/* --- CRC32c --- */

/* RFC 9260, appendix A, a bit at a time. */
static uint32_t
slow_crc(const uint8_t *p, uint32_t len)
{
	uint32_t crc = UINT32_MAX, i;
	int bit;

	for (i = 0; i < len; i++) {
		crc ^= p[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
	}
	return ~crc;
}

/* RFC 7143, A.4, and the usual check value ("123456789"). */
static void
test_crc(void **state)
{
	uint8_t bytes[256];
	uint32_t i;

	(void)state;
	memset(bytes, 0, 32);
	assert_int_equal(checksum_crc32c(bytes, 32), 0x8a9136aa);
	memset(bytes, 0xff, 32);
	assert_int_equal(checksum_crc32c(bytes, 32), 0x62a8ab43);
	for (i = 0; i < 256; i++)
		bytes[i] = (uint8_t)i;
	assert_int_equal(checksum_crc32c(bytes, 32), 0x46dd794e);
	assert_int_equal(checksum_crc32c("123456789", 9), 0xe3069283);
	assert_int_equal(checksum_crc32c(bytes, 0), 0);
	for (i = 0; i < 256; i++)
		assert_int_equal(checksum_crc32c(bytes, i), slow_crc(bytes, i));
}

/* --- SCTP --- */

/* An INIT as Linux 6.1 sent it, its checksum computed in software. */
static const uint8_t recorded[] = {
	0x02,
	0x00,
	0x00,
	0x09,
	0x00,
	0x02,
	0x02,
	0x00,
	0x00,
	0x09,
	0x00,
	0x03,
	0x08,
	0x00,
	0x45,
	0x02,
	0x00,
	0x54,
	0x00,
	0x00,
	0x40,
	0x00,
	0x40,
	0x84,
	0x26,
	0x0e,
	0x0a,
	0x09,
	0x00,
	0x03,
	0x0a,
	0x09,
	0x00,
	0x02,
	0xb1,
	0x26,
	0x13,
	0x88,
	0x00,
	0x00,
	0x00,
	0x00,
	0xe7,
	0xc4,
	0x4d,
	0x21,
	0x01,
	0x00,
	0x00,
	0x34,
	0x7b,
	0x59,
	0xe5,
	0x51,
	0x00,
	0x01,
	0xa0,
	0x00,
	0x00,
	0x0a,
	0xff,
	0xff,
	0x35,
	0x2c,
	0x40,
	0x45,
	0x00,
	0x05,
	0x00,
	0x08,
	0x0a,
	0x08,
	0x00,
	0x02,
	0x00,
	0x05,
	0x00,
	0x08,
	0x0a,
	0x09,
	0x00,
	0x03,
	0x00,
	0x0c,
	0x00,
	0x06,
	0x00,
	0x05,
	0x00,
	0x00,
	0x80,
	0x00,
	0x00,
	0x04,
	0xc0,
	0x00,
	0x00,
	0x04,
};

static void
test_recorded(void **state)
{
	static uint8_t undone[sizeof(recorded)];
	struct frame f = { .data = undone, .len = sizeof(undone) };

	(void)state;
	memcpy(undone, recorded, sizeof(undone));
	memset(undone + 42, 0, 4);
	f.off = (struct offload) {
		.flags = OFFLOAD_CSUM,
		.csum_start = 34,
		.csum_offset = 8,
	};
	assert_int_equal(pass(&f, LINK_ETHERNET, CAPS_EVERY), 1);
	assert_memory_equal(flow.out[0].data, recorded, sizeof(recorded));
}

static uint32_t
crc_in(const uint8_t *sctp)
{
	return (uint32_t)sctp[11] << 24 | (uint32_t)sctp[10] << 16 |
	    (uint32_t)sctp[9] << 8 | sctp[8];
}

/* The packet comes out with a valid checksum and is otherwise unchanged. */
static void
check_sctp(int linktype, unsigned caps, uint32_t end)
{
	static uint8_t want[FRAME_MAX];
	const struct frame *f = &packet.frame, *out = &flow.out[0];
	uint32_t start = f->off.csum_start;
	struct offload none = { 0 };

	memcpy(want, f->data, f->len);
	assert_true(lacks(f, linktype, caps));
	assert_int_equal(pass(f, linktype, caps), 1);
	assert_int_equal(out->len, f->len);
	assert_memory_equal(&out->off, &none, sizeof(none));
	assert_memory_equal(out->data, want, start + 8);
	assert_memory_equal(out->data + start + 12, want + start + 12,
	    f->len - start - 12);
	assert_int_equal(crc_in(out->data + start),
	    slow_crc(want + start, end - start));
}

static void
check_spelled(const char *spelled)
{
	unsigned caps;

	for (caps = 0; caps <= CAPS_EVERY; caps++) {
		packet_make(&packet, spelled, 101, 0);
		check_sctp(link_of(spelled), caps, packet.frame.len);
	}
}

static void
test_sctp(void **state)
{
	static const char *const all[] = { "e4S", "e6S", "evoS", "eqvxS", "4S",
		"6S", "oS", "xS", "e4UVe4S", "e6uVev6S", "ev4Ge6S", "4U6S",
		"6g4S", "e4k6S", "ev6ceqv4S", "e44S", "46S", "e4Uu4S" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		check_spelled(all[i]);
}

/* Padding is not part of the packet, but of the frame. */
static void
test_sctp_padded(void **state)
{
	static const char *const all[] = { "e4S", "ev6S", "e4g4S" };
	uint32_t end;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		packet_make(&packet, all[i], 4, 0);
		end = packet.frame.len;
		memset(packet.data + end, 0, 7);
		packet.frame.len += 7;
		check_sctp(LINK_ETHERNET, CAPS_EVERY, end);
	}
}

/* An offset of 8 alone makes no SCTP, nor does the protocol number. */
static void
test_sctp_not(void **state)
{
	(void)state;
	packet_make(&packet, "e4D", 100, 0);
	packet.frame.off.csum_offset = 8;
	assert_false(lacks(&packet.frame, LINK_ETHERNET, CAP_CSUM));
	packet_make(&packet, "e4S", 100, 0);
	packet.frame.off.csum_start += 4;
	assert_false(lacks(&packet.frame, LINK_ETHERNET, CAP_CSUM));
	packet_make(&packet, "e4S", 100, 0);
	packet.frame.len = packet.head - 1;
	assert_int_equal(layers_sctp(&packet.frame, LINK_ETHERNET), 0);
	packet_make(&packet, "e4S", 100, 0);
	packet.frame.off.flags = 0;
	assert_int_equal(layers_sctp(&packet.frame, LINK_ETHERNET), 0);
}

/* Cut short and with false offsets: nothing is read beyond the frame. */
static void
test_sctp_cut_short(void **state)
{
	static const char *const all[] = { "e4S", "ex6S", "6c4S", "4UVe6S" };
	uint8_t *exact;
	uint32_t whole, start;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		packet_make(&packet, all[i], 20, 0);
		whole = packet.frame.len;
		for (; packet.frame.len > 0; packet.frame.len--) {
			exact = malloc(packet.frame.len);
			memcpy(exact, packet.data, packet.frame.len);
			packet.frame.data = exact;
			for (start = 0; start <= whole; start++) {
				packet.frame.off.csum_start = (uint16_t)start;
				(void)pass(&packet.frame, link_of(all[i]), 0);
			}
			free(exact);
		}
	}
}

/* --- what a flow does besides --- */

/* That a checksum was verified does not cross the wire. */
static void
test_verified(void **state)
{
	struct offload none = { 0 }, want;

	(void)state;
	packet_make(&packet, "e4T", 100, 0);
	packet.frame.off = (struct offload) {
		.flags = OFFLOAD_CSUM_VALID,
		.hdr_len = 54,
	};
	assert_int_equal(pass(&packet.frame, LINK_ETHERNET, CAPS_EVERY), 1);
	assert_memory_equal(&flow.out[0].off, &none, sizeof(none));
	packet_make(&packet, "e4T", 1000, 100);
	want = packet.frame.off;
	packet.frame.off.flags |= OFFLOAD_CSUM_VALID;
	assert_int_equal(pass(&packet.frame, LINK_ETHERNET, CAPS_EVERY), 1);
	assert_memory_equal(&flow.out[0].off, &want, sizeof(want));
}

/* Coalescing, which comes before, uses it. */
static void
test_verified_joined(void **state)
{
	static struct packet second;
	struct frame f[2];
	int i;

	(void)state;
	assert_int_equal(flow_set_join(&flow, FRAME_MAX), 0);
	packet_make(&packet, "e4T", 100, 0);
	put16(packet.data + 46, 0x5010); /* no options, only ACK */
	second = packet;
	second.frame.data = second.data;
	put16(second.data + 18, get16(second.data + 18) + 1);
	put16(second.data + 24, 0);
	put16(second.data + 24, 0xffff ^ slow_sum(0, second.data + 14, 20));
	put16(second.data + 38, 0); /* 104 behind 0xfffffff0 */
	put16(second.data + 40, 0x58);
	f[0] = packet.frame;
	f[1] = second.frame;
	flow_clear(&flow);
	for (i = 0; i < 2; i++) {
		f[i].off = (struct offload) { .flags = OFFLOAD_CSUM_VALID };
		flow.in[i] = f[i];
	}
	flow_take(&flow, 2);
	flow_join(&flow, CAPS_EVERY, LINK_ETHERNET);
	flow_fill(&flow, CAPS_EVERY, LINK_ETHERNET, &invalid);
	assert_int_equal(flow.nout, 1);
	assert_int_equal(flow.out[0].off.flags, OFFLOAD_CSUM);
	assert_int_equal(flow.out[0].off.gso_size, 104);
	flow.iout = flow.nout;
	assert_int_equal(flow_set_join(&flow, 0), 0);
}

/*
 * A kernel may send frames with segments of one byte, and they arrive; a peer
 * cannot make millions of frames that way.
 */
static void
test_small_segments(void **state)
{
	static const char *const all[] = { "e4T", "e6D", "4D" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		packet_make(&packet, all[i], 100, 1);
		flow.from_peer = true;
		assert_int_equal(pass(&packet.frame, link_of(all[i]), 0), 0);
		assert_int_equal(invalid, 1);
		assert_int_equal(pass(&packet.frame, link_of(all[i]),
				     CAPS_EVERY),
		    0);
		assert_int_equal(invalid, 1);
		flow.from_peer = false;
		assert_int_equal(pass(&packet.frame, link_of(all[i]),
				     CAPS_EVERY),
		    100);
		assert_int_equal(invalid, 0);
		packet_make(&packet, all[i], 100, SEGMENT_MIN - 1);
		assert_int_equal(pass(&packet.frame, link_of(all[i]),
				     CAPS_EVERY),
		    3);
		flow.from_peer = true;
		packet_make(&packet, all[i], 100, SEGMENT_MIN);
		assert_int_equal(pass(&packet.frame, link_of(all[i]),
				     CAPS_EVERY),
		    1);
		assert_int_equal(pass(&packet.frame, link_of(all[i]), 0), 3);
		flow.from_peer = false;
	}
}

static int
begin(void **state)
{
	(void)state;
	memset(&flow, 0, sizeof(flow));
	return flow_open(&flow);
}

static int
end(void **state)
{
	(void)state;
	flow_close(&flow);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crc),
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_sctp),
		cmocka_unit_test(test_sctp_padded),
		cmocka_unit_test(test_sctp_not),
		cmocka_unit_test(test_sctp_cut_short),
		cmocka_unit_test(test_verified),
		cmocka_unit_test(test_verified_joined),
		cmocka_unit_test(test_small_segments),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
