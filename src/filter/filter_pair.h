/*
 * Pairs of TCP end points.  Used inside the filter only.
 */
#ifndef FILTER_PAIR_H
#define FILTER_PAIR_H

#include "filter/filter.h"

/* Whether a program can be made for it.  0; -1: why is filled. */
int filter_pair_check(const struct filter_pair *, char *why, size_t size);

#endif
