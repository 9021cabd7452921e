/* SPDX-License-Identifier: ISC */
/*
 * Frames that a test sends through an interface and recognises behind it.  A
 * set of them is a number with bit N for the table's entry N.  Include it after
 * <cmocka.h>.
 */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stdint.h>
#include <string.h>

#include "addr.h"

#define A "192.0.2.1"
#define B "198.51.100.2"

/* link: the link header up to the last ethertype */
struct sample {
	const char *name;
	int linklen;
	const char *link;
	uint16_t len; /* of the whole frame */
	uint8_t proto;
	uint16_t sport, dport;
};

#define MACS	       "\x02\0\0\0\0\1\x02\0\0\0\0\2"
#define TAG(tpid, vid) tpid "\0" vid

static const struct sample samples[] = {
	{ "tcp", 14, MACS "\x08\0", 60, 6, 7, 80 },
	{ "icmp", 14, MACS "\x08\0", 120, 1, 0, 0 },
	{ "own", 14, MACS "\x08\0", 60, 6, 40000, 22 },
	{ "vlan 5 icmp", 18, MACS TAG("\x81\0", "\5") "\x08\0", 64, 1, 0, 0 },
	{ "vlan 5 tcp", 18, MACS TAG("\x81\0", "\5") "\x08\0", 99, 6, 7, 80 },
	{ "vlan 5 own", 18, MACS TAG("\x81\0", "\5") "\x08\0", 64, 6, 40000,
	    22 },
	{ "vlan 6 icmp", 18, MACS TAG("\x81\0", "\6") "\x08\0", 100, 1, 0, 0 },
	{ "vlan 0 icmp", 18, MACS TAG("\x81\0", "\0") "\x08\0", 102, 1, 0, 0 },
	{ "802.1ad 7 tcp", 18, MACS TAG("\x88\xa8", "\7") "\x08\0", 103, 6, 7,
	    80 },
	{ "qinq icmp", 22,
	    MACS TAG("\x88\xa8", "\7") TAG("\x81\0", "\5") "\x08\0", 130, 1, 0,
	    0 },
	{ "qinq own", 22,
	    MACS TAG("\x88\xa8", "\7") TAG("\x81\0", "\5") "\x08\0", 70, 6,
	    40000, 22 },
	{ "three tags own", 26,
	    MACS TAG("\x88\xa8", "\7") TAG("\x81\0", "\5")
		TAG("\x81\0", "\6") "\x08\0",
	    74, 6, 40000, 22 },
	{ "vlan pppoe own", 26,
	    MACS TAG("\x81\0", "\5") "\x88\x64\x11\0\0\1\0\x2a\0\x21", 80, 6,
	    40000, 22 },
	{ "vlan arp", 18, MACS TAG("\x81\0", "\5") "\x08\6", 60, 0, 0, 0 },
	{ "other mac", 14, "\x02\0\0\0\0\1\x02\0\0\0\0\3\x08\0", 61, 17, 53,
	    53 },
	{ "runt", 14, MACS "\x08\0", 14, 0, 0, 0 },
	{ "tagged runt", 18, MACS TAG("\x81\0", "\5") "\x08\0", 20, 0, 0, 0 },
	{ "end", 14, MACS "\xff\xfe", 77, 0, 0, 0 },
};
#define SAMPLES (sizeof(samples) / sizeof(*samples))
#define END	(SAMPLES - 1)

/* Makes a sample; the IPv4 header's id is the sample's place in the table. */
static inline size_t
make(const struct sample *s, uint8_t *frame)
{
	struct addr a, b;
	uint8_t *ip = frame + s->linklen;

	memset(frame, 0, 256);
	memcpy(frame, s->link, s->linklen);
	if (s->len < s->linklen + 24)
		return s->len;
	addr_parse(A, &a);
	addr_parse(B, &b);
	ip[0] = 0x45;
	ip[3] = s->len - s->linklen;
	ip[5] = s - samples;
	ip[8] = 64;
	ip[9] = s->proto;
	memcpy(ip + 12, a.addr_data8, 4);
	memcpy(ip + 16, b.addr_data8, 4);
	ip[20] = s->sport >> 8;
	ip[21] = s->sport & 0xff;
	ip[22] = s->dport >> 8;
	ip[23] = s->dport & 0xff;
	return s->len;
}

/* Which sample this is; the kernel may have taken the outer tag out. */
static inline size_t
which(const uint8_t *frame, size_t len)
{
	uint8_t made[256];
	size_t i, n;

	for (i = 0; i < SAMPLES; i++) {
		n = make(&samples[i], made);
		if (n == len && memcmp(made, frame, n) == 0)
			return i;
		if (n == len + 4 && memcmp(made, frame, 12) == 0 &&
		    memcmp(made + 16, frame + 12, len - 12) == 0)
			return i;
	}
	fail_msg("a frame of %zu bytes that nobody sent", len);
	return 0;
}

static inline uint32_t
named(const char *name)
{
	size_t i;

	for (i = 0; i < SAMPLES; i++)
		if (strcmp(samples[i].name, name) == 0)
			return 1u << i;
	fail_msg("no sample %s", name);
	return 0;
}

static inline void
assert_set(const char *text, uint32_t is, uint32_t want)
{
	size_t i;

	for (i = 0; i < SAMPLES; i++)
		if ((is ^ want) & 1u << i)
			fail_msg("%s: '%s' was %s", text, samples[i].name,
			    is & 1u << i ? "heard" : "not heard");
}

#endif
