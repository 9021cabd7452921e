/*
 * Pairs of TCP end points, as text from the user and as expressions for
 * libpcap.  Used inside the filter only.
 */
#ifndef FILTER_PAIR_H
#define FILTER_PAIR_H

#include "filter.h"

/* Whether a program can be made for it.  0; -1: why is filled. */
int filter_pair_check(const struct filter_pair *, char *why, size_t size);

/*
 * The expression for all frames that do not belong to any of the n pairs,
 * the network header being `header` bytes into the frame, behind what the
 * libpcap words `inside` ("", "vlan and ") look for.  To be freed; NULL:
 * errno.
 */
char *filter_pair_expression(const struct filter_pair *, int n,
    const char *inside, unsigned header);

#endif
