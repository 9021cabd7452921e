/*
 * The program that refuses the frames which carry the session itself.  Used
 * inside the filter only.
 */
#ifndef FILTER_OWN_H
#define FILTER_OWN_H

#include "filter/filter_pair.h"

struct bpf_insn;

/* Room for every pair, each both ways, with IPv6 addresses (21 + 21). */
#define FILTER_OWN_INSNS (128 + FILTER_PAIRS * 64)

/*
 * Accepts, (u_int)-1, all frames but those of the n pairs.  Scratch memory
 * must be zero when it begins.  How many instructions.
 */
size_t filter_own(const struct filter_pair *, int n, int linktype,
    struct bpf_insn out[FILTER_OWN_INSNS]);

#endif
