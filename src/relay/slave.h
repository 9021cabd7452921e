/* What slave.c tells the other files of a slave. */
#ifndef SLAVE_H
#define SLAVE_H

#include "options.h"

/*
 * The end points of the connections that this host must hear while it is deaf
 * otherwise; room for FILTER_PAIRS.  How many; -1: why is filled.
 */
int slave_heard(const struct options *, const struct peer *,
    struct filter_pair *pairs, char *why, size_t size);

#endif
