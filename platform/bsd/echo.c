/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  A hash of a frame's length and first bytes (TCP's
 * checksum and IP's identification are among them) leads to a bucket.  A full
 * bucket forgets its oldest frame.  Equal frames share an entry with a count.
 *
 * A captured frame is a sent one only if it was captured at about the time when
 * that was sent.  A frame may be read long after it was captured, so we compare
 * with the time of the capture.
 *
 * A driver may have padded a short frame with zeros before the capture saw it:
 * the hash is that of the padded frame.
 */
#include <string.h>

#include "echo.h"

#define BYTES	  128 /* how many bytes of a frame are hashed */
#define SHORTEST  60 /* bytes: an Ethernet frame without its checksum */
#define WINDOW_MS 1000

#define FNV_BASE  0xcbf29ce484222325u /* FNV-1a */
#define FNV_PRIME 0x100000001b3u

static uint64_t
hash_byte(uint64_t hash, uint8_t byte)
{
	return (hash ^ byte) * FNV_PRIME;
}

static uint64_t
hash_frame(const uint8_t *data, uint32_t len)
{
	uint32_t all = len < SHORTEST ? SHORTEST : len;
	uint64_t hash = FNV_BASE;
	uint32_t i;

	hash = hash_byte(hash, (uint8_t)all);
	hash = hash_byte(hash, (uint8_t)(all >> 8));
	hash = hash_byte(hash, (uint8_t)(all >> 16));
	for (i = 0; i < all && i < BYTES; i++)
		hash = hash_byte(hash, i < len ? data[i] : 0);
	return hash;
}

static struct echo_sent *
bucket(struct echo *e, uint64_t hash)
{
	return e->sent[(hash >> 32) % ECHO_BUCKETS];
}

static uint32_t
milliseconds(uint64_t ns)
{
	return (uint32_t)(ns / 1000000);
}

/*
 * Either time may be the later one: an entry for equal frames has the time when
 * the last one was sent, and the first one may have been captured before.
 */
static bool
is_near(uint32_t a, uint32_t b)
{
	return a - b <= WINDOW_MS || b - a <= WINDOW_MS;
}

/* Finds the entry of this frame; else a free one; else frees the oldest. */
static struct echo_sent *
place(struct echo_sent *ways, uint64_t hash, uint32_t now)
{
	struct echo_sent *best = ways, *s;

	for (s = ways; s < ways + ECHO_WAYS; s++) {
		if (s->count > 0 && s->hash == hash)
			return s;
		if (best->count > 0 &&
		    (s->count == 0 || now - s->when_ms > now - best->when_ms))
			best = s;
	}
	best->count = 0;
	return best;
}

void
echo_sent(struct echo *e, const uint8_t *data, uint32_t len, uint64_t now_ns)
{
	uint64_t hash = hash_frame(data, len);
	uint32_t now = milliseconds(now_ns);
	struct echo_sent *s = place(bucket(e, hash), hash, now);

	if (s->count > 0 && !is_near(s->when_ms, now))
		s->count = 0; /* the earlier ones were never captured */
	s->hash = hash;
	s->when_ms = e->last_ms = now;
	s->count++;
	e->any = true;
}

bool
echo_is(struct echo *e, const uint8_t *data, uint32_t len, uint64_t when_ns)
{
	uint32_t when = milliseconds(when_ns);
	struct echo_sent *s, *ways;
	uint64_t hash;

	if (!e->any || (int32_t)(when - e->last_ms) > WINDOW_MS)
		return false; /* nothing was sent within the window */
	hash = hash_frame(data, len);
	ways = bucket(e, hash);
	for (s = ways; s < ways + ECHO_WAYS; s++)
		if (s->count > 0 && s->hash == hash &&
		    is_near(s->when_ms, when)) {
			s->count--;
			return true;
		}
	return false;
}
