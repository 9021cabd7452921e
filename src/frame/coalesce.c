/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  A train is the segments that one frame is made of: they
 * are of one flow and follow each other without a gap.  A first walk over the
 * batch couples segments to trains, a second one joins each train.  No train
 * waits for the next batch, so no frame is delayed.
 *
 * A kernel that cuts a frame repeats its headers and increments the IPv4
 * identification and the sequence number; FIN and PSH go to the last segment
 * (Linux, net/ipv4/tcp_offload.c, tcp_gso_segment(), net/ipv4/af_inet.c,
 * inet_gso_segment()).  So segments are joined only if that cutting gives the
 * same segments again: they are of full size, but the last, which may be
 * shorter and may have PSH or FIN; their headers and options are equal but for
 * these fields, and the identification is incremented, because the offload
 * header has no other case; their checksums are right, because new ones are
 * computed.
 *
 * A joined segment moves only past TCP frames of other flows: any other frame
 * ends all trains.
 */
#include <sys/types.h>
#include <arpa/inet.h>
#include <string.h>

#include "bytes.h"
#include "frame/checksum.h"
#include "frame/coalesce.h"
#include "frame/layers.h"
#include "frame/packet.h"

struct segment {
	const struct frame *frame;
	uint32_t ip, tcp; /* offsets of the headers */
	uint32_t data; /* offset of the payload */
	uint32_t end; /* of the IP packet */
	uint32_t seq; /* of the headers, as id */
	uint16_t id;
	bool joins; /* may be joined, if its checksums are right */
	bool ends; /* would be the last of its train: PSH or FIN */
};

struct train {
	const struct segment *first;
	int count; /* segments; 0: there is no train */
	int last; /* place in the batch of its last segment */
	uint32_t payload; /* bytes of all segments */
	bool open; /* another one may follow */
	bool checked; /* the first one's checksums are right */
};

struct yard {
	uint32_t max; /* bytes of a joined frame */
	size_t room; /* bytes left in the memory for joined frames */
	const struct segment *segments; /* one for each frame of the batch */
	struct train train[COALESCE_TRAINS];
	unsigned turn; /* the train that the next new one replaces */
	int next[FRAME_BATCH]; /* place of the train's next segment; 0: none */
	bool coupled[FRAME_BATCH]; /* to a train, behind its first segment */
};

static bool
is_ip4(const struct segment *s)
{
	return s->tcp - s->ip == IP4_HEAD;
}

static const uint8_t *
ip_of(const struct segment *s)
{
	return s->frame->data + s->ip;
}

static const uint8_t *
tcp_of(const struct segment *s)
{
	return s->frame->data + s->tcp;
}

static uint32_t
payload_of(const struct segment *s)
{
	return s->end - s->data;
}

/*
 * Reads a frame.  False: it is not a whole TCP packet behind an IP header
 * without options, so its flow is unknown.
 */
static bool
segment_read(struct segment *s, const struct frame *f, int linktype,
    unsigned caps)
{
	struct ip_header ip;
	const uint8_t *tcp;
	unsigned flags, need;

	if (!layers_ip(f, linktype, &ip) || ip.proto != PROTO_TCP ||
	    ip.fragment != 0 ||
	    ip.payload - ip.at != (ip.version == 4 ? IP4_HEAD : IP6_HEAD) ||
	    f->len - ip.payload < TCP_HEAD)
		return false;
	s->frame = f;
	s->ip = ip.at;
	s->tcp = ip.payload;
	s->end = ip.end;
	s->id = (uint16_t)ip.id;
	tcp = tcp_of(s);
	flags = (tcp[TCP_HLEN] & 15u) << 8 | tcp[TCP_FLAGS];
	s->seq = get32(tcp + TCP_SEQ);
	s->data = s->tcp + (tcp[TCP_HLEN] >> 4) * 4u;
	need = CAP_CSUM | (is_ip4(s) ? CAP_TSO4 : CAP_TSO6);
	s->joins = (need & ~caps) == 0 && f->off.gso == 0 &&
	    (f->off.flags & ~OFFLOAD_CSUM_VALID) == 0 && s->end == f->len &&
	    s->data >= s->tcp + TCP_HEAD && s->data < s->end &&
	    (flags & ~(TCP_FIN | TCP_PSH)) == TCP_ACK;
	s->ends = flags != TCP_ACK;
	return true;
}

static bool
same(const struct segment *a, const struct segment *b, uint32_t from,
    uint32_t to)
{
	return memcmp(a->frame->data + from, b->frame->data + from,
		   to - from) == 0;
}

static bool
same_flow(const struct segment *a, const struct segment *b)
{
	uint32_t ip = a->ip, tcp = a->tcp;

	return ip == b->ip && tcp == b->tcp && same(a, b, tcp, tcp + 4) &&
	    same(a, b, ip + (is_ip4(a) ? IP4_SRC : IP6_SRC), tcp) &&
	    same(a, b, 0, ip) && a->frame->outbound == b->frame->outbound;
}

/*
 * Whether the headers of two segments of one flow are equal, but for the fields
 * that cutting writes.
 */
static bool
same_head(const struct segment *a, const struct segment *b)
{
	uint32_t ip = a->ip, tcp = a->tcp;

	return same(a, b, tcp + TCP_ACKED, tcp + TCP_FLAGS) &&
	    same(a, b, tcp + TCP_WINDOW, tcp + TCP_CSUM) &&
	    same(a, b, tcp + TCP_URGENT, a->data) &&
	    same(a, b, ip, ip + (is_ip4(a) ? IP4_LEN : IP6_LEN)) &&
	    same(a, b, ip + (is_ip4(a) ? IP4_FRAGMENT : IP6_NEXT),
		ip + (is_ip4(a) ? IP4_CSUM : IP6_SRC));
}

/* False for 0xffff: cutting never writes that. */
static bool
field_written(const uint8_t *field)
{
	return field[0] != 0xff || field[1] != 0xff;
}

static uint32_t
tcp_pseudo(const uint8_t *ip, uint32_t len)
{
	return checksum_pseudo(ip, PROTO_TCP) + htons((uint16_t)len);
}

/* Whether both checksums are right, and cutting would write the same. */
static bool
sums_right(const struct segment *s)
{
	const uint8_t *ip = ip_of(s), *tcp = tcp_of(s);
	uint32_t len = s->end - s->tcp;

	if (is_ip4(s) &&
	    (!field_written(ip + IP4_CSUM) ||
		checksum_fold(checksum_add(0, ip, IP4_HEAD)) != 0))
		return false;
	if (!field_written(tcp + TCP_CSUM))
		return false;
	return (s->frame->off.flags & OFFLOAD_CSUM_VALID) != 0 ||
	    checksum_fold(checksum_add(tcp_pseudo(ip, len), tcp, len)) == 0;
}

/*
 * Bytes of memory that the train needs for this segment.  A train of one
 * segment has needed none so far.
 */
static size_t
train_needs(const struct train *t, const struct segment *s)
{
	return payload_of(s) + (t->count == 1 ? t->first->end : 0);
}

static bool
train_fits(const struct yard *y, const struct train *t, const struct segment *s)
{
	const struct segment *first = t->first;
	uint32_t end = first->data + t->payload + payload_of(s);

	return payload_of(s) <= payload_of(first) && end <= y->max &&
	    end - first->ip <= IP_MAX && train_needs(t, s) <= y->room &&
	    s->seq == first->seq + t->payload &&
	    (!is_ip4(s) || s->id == (uint16_t)(first->id + t->count)) &&
	    same_head(first, s);
}

static bool
train_takes(const struct yard *y, struct train *t, const struct segment *s)
{
	if (!t->open || !s->joins || !train_fits(y, t, s))
		return false;
	t->checked = t->checked || sums_right(t->first);
	return t->checked && sums_right(s);
}

static void
train_couple(struct yard *y, struct train *t, const struct segment *s, int at)
{
	y->room -= train_needs(t, s);
	y->next[t->last] = at;
	y->coupled[at] = true;
	t->last = at;
	t->count++;
	t->payload += payload_of(s);
	t->open = !s->ends && payload_of(s) == payload_of(t->first);
}

static void
train_begin(struct train *t, const struct segment *s, int at)
{
	t->first = s;
	t->count = 1;
	t->last = at;
	t->payload = payload_of(s);
	t->open = s->joins && !s->ends;
	t->checked = false;
}

static struct train *
train_find(struct yard *y, const struct segment *s)
{
	int i;

	for (i = 0; i < COALESCE_TRAINS; i++)
		if (y->train[i].count > 0 && same_flow(y->train[i].first, s))
			return &y->train[i];
	return NULL;
}

static void
yard_take(struct yard *y, const struct segment *s, int at)
{
	struct train *t = train_find(y, s);

	if (t != NULL && train_takes(y, t, s))
		train_couple(y, t, s, at);
	else if (t != NULL)
		train_begin(t, s, at);
	else if (s->joins && !s->ends)
		train_begin(&y->train[y->turn++ % COALESCE_TRAINS], s, at);
}

static void
yard_close(struct yard *y)
{
	int i;

	for (i = 0; i < COALESCE_TRAINS; i++)
		y->train[i].open = false;
}

static void
head_finish(struct frame *f, const struct segment *first, uint8_t last_flags)
{
	uint8_t *ip = f->data + first->ip, *tcp = f->data + first->tcp;
	uint32_t len = f->len - first->tcp;
	uint16_t sum;

	layers_ip_write(ip, f->len - first->ip, 0);
	tcp[TCP_FLAGS] = last_flags;
	sum = (uint16_t)~checksum_fold(tcp_pseudo(ip, len));
	memcpy(tcp + TCP_CSUM, &sum, sizeof(sum));
	f->off = (struct offload) {
		.flags = OFFLOAD_CSUM,
		.gso = is_ip4(first) ? OFFLOAD_TCP4 : OFFLOAD_TCP6,
		.hdr_len = (uint16_t)first->data,
		.gso_size = (uint16_t)payload_of(first),
		.csum_start = (uint16_t)first->tcp,
		.csum_offset = TCP_CSUM,
	};
}

/* Joins the train that begins with frames[i] into one frame. */
static struct frame
train_assemble(const struct yard *y, const struct frame *frames, int i,
    uint8_t *memory)
{
	const struct segment *first = &y->segments[i];
	struct frame f = frames[i];
	uint8_t flags = 0;
	uint32_t len;

	f.data = memory;
	memcpy(memory, frames[i].data, f.len);
	while ((i = y->next[i]) != 0) {
		len = frames[i].len - first->data;
		memcpy(memory + f.len, frames[i].data + first->data, len);
		f.len += len;
		flags = frames[i].data[first->tcp + TCP_FLAGS];
	}
	head_finish(&f, first, flags);
	return f;
}

static int
yard_leave(const struct yard *y, struct frame *frames, int n, uint8_t *memory)
{
	int i, left = 0;

	for (i = 0; i < n; i++) {
		if (y->coupled[i])
			continue;
		if (y->next[i] == 0)
			frames[left] = frames[i];
		else {
			frames[left] = train_assemble(y, frames, i, memory);
			memory += frames[left].len;
		}
		left++;
	}
	return left;
}

int
coalesce(struct frame *frames, int n, int linktype, unsigned caps, uint32_t max,
    uint8_t *memory, size_t size)
{
	struct segment segments[FRAME_BATCH];
	struct yard y = { .max = max, .room = size, .segments = segments };
	int i;

	for (i = 0; i < n; i++)
		if (segment_read(&segments[i], &frames[i], linktype, caps))
			yard_take(&y, &segments[i], i);
		else
			yard_close(&y);
	return yard_leave(&y, frames, n, memory);
}
