/* SPDX-License-Identifier: ISC */
/*
 * The program that refuses the frames which carry the session itself.  Only
 * filter.c uses it.
 */
#ifndef FILTER_OWN_H
#define FILTER_OWN_H

#include "filter/filter_pair.h"

struct bpf_insn;

/* Room for all pairs: 21 instructions in each direction, with IPv6. */
#define FILTER_OWN_INSNS (128 + FILTER_PAIRS * 64)

/*
 * Writes a program that returns 0 for the frames of the n pairs, (u_int)-1 for
 * all others.  It needs scratch memory that is zero at the start.  Returns how
 * many instructions it has.
 */
size_t filter_own(const struct filter_pair *, int n, int linktype,
    struct bpf_insn out[FILTER_OWN_INSNS]);

#endif
