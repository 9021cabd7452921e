/* What the files of a slave share. */
#ifndef SLAVE_H
#define SLAVE_H

#include "options.h"
#include "relay/loop_test.h"
#include "relay/relay.h"
#include "relay/wish.h"

struct slave {
	struct params told; /* what this session's master knows */
	struct wish wish;
	struct loop_test loop_test;
};

static inline struct slave *
slave_of(const struct relay *r)
{
	return r->own;
}

/*
 * The end points of the connections that this host must hear while it is deaf
 * otherwise; room for FILTER_PAIRS.  How many; -1: why is filled.
 */
int slave_heard(const struct options *, const struct peer *,
    struct filter_pair *pairs, char *why, size_t size);

#endif
