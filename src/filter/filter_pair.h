/* SPDX-License-Identifier: ISC */
/*
 * Pairs of TCP end points: those of -M, and those of the session's connections.
 */
#ifndef FILTER_PAIR_H
#define FILTER_PAIR_H

#include "addr.h"

#define FILTER_PAIRS 8

/* One pair of TCP end points; addr_type 0 and port 0 stand for any. */
struct filter_pair {
	struct addr src, dst;
	uint16_t sport, dport;
};

/*
 * Parses -M: "addr:port,addr:port" ("[v6]:port", "*" for any address or
 * port), or the four words of SSH_CONNECTION "client port server port".
 * 0; -1: why is filled.
 */
int filter_pair_parse(const char *text, struct filter_pair *out, char *why,
    size_t size);

/*
 * Whether the pair can be of this family, ADDR_TYPE_IP or ADDR_TYPE_IP6: none
 * of its addresses is of the other family.
 */
bool filter_pair_may_be(const struct filter_pair *, uint16_t addr_type);

/* Writes "192.0.2.5:51322 - 192.0.2.1:22, *:* - ..."; returns out. */
const char *filter_pairs_print(const struct filter_pair *, int n, char *out,
    size_t size);

/* Checks that a program can be made for the pair.  0; -1: why is filled. */
int filter_pair_check(const struct filter_pair *, char *why, size_t size);

#endif
