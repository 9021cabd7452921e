/* SPDX-License-Identifier: ISC */
/*
 * Numbered frames with checksums of their own, sent and counted at the speed
 * of the machine: who lost, altered, doubled or reordered one is found out.
 * Linux, a program of its own: cc -O2 -o numbered tests/numbered/(all).c
 *
 *     numbered send -i IFACE -s SMAC -d DMAC [-n FRAMES] [-t SECONDS]
 *         [-r RATE] [-l LENGTH] [-o]
 *
 * sends IPv4 frames to an address that nobody has, 10.9.0.77: a mix of TCP
 * trains and UDP, or only UDP in frames of LENGTH bytes; -o: with offloads,
 * super-frames and unfinished checksums.  Frames the interface refuses keep
 * their number.  Prints
 *
 *     sent=FRAMES refused=FRAMES seconds=S late=0|1     (1: missed RATE by 1%)
 *
 *     numbered count -i IFACE -s SMAC [-f]
 *
 * says "counting", and at SIGTERM, when what has come is read:
 *
 *     frames=N      that came, each counted once
 *     again=N       records that came twice, or behind later ones: of the same
 *                   flow with -f, else of any
 *     partial=N     frames of which some records are missing
 *     altered=N     frames with a wrong byte
 *     dropped=N     frames for which this program was too slow
 *     segments=N    the most that were in one frame
 *
 * Each segment's payload is a record.
 */
#ifndef NUMBERED_H
#define NUMBERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBERED_MAX   65535 /* bytes of a frame */
#define NUMBERED_PORT  7000 /* of the first flow; others follow */
#define NUMBERED_FLOWS 3
#define ETHER_LEN      14
#define IP_LEN	       20
#define TCP_LEN	       20
#define UDP_LEN	       8
#define VNET_LEN       10

struct record {
	uint32_t frame; /* number, from 0 */
	uint16_t segment; /* in the frame, from 0 */
	uint16_t segments; /* how many the frame has */
	uint16_t length; /* of the record with its filling */
	uint16_t zero;
	uint32_t sum;
};

/* A record's own checksum: its number, its length and every byte. */
uint32_t record_sum(const struct record *, const uint8_t *filling);

/* Internet checksum, not yet folded; sum is that of what stands before. */
uint64_t inet_add(uint64_t sum, const uint8_t *, size_t);
uint16_t inet_fold(uint64_t sum); /* in network order */
/* That of the pseudo header of an IPv4 packet whose transport has len bytes. */
uint64_t inet_pseudo(const uint8_t *ip, size_t len);

/* "02:00:..." to 6 bytes, or an error that ends the program. */
void mac_parse(uint8_t *, const char *);
/* A packet socket for all of it, with virtio-net headers. */
int packet_socket(const char *ifname, bool listens);

int send_main(int argc, char **argv);
int count_main(int argc, char **argv);

#endif
