/*
 * Which frames a deaf host does not hear (-x), as a program for BPF.
 */
#ifndef EXCLUSIVE_FILTER_H
#define EXCLUSIVE_FILTER_H

#include "filter/filter.h"

struct bpf_insn;

/*
 * Accepts all but what these connections need, in frames behind `head` more
 * bytes.  Of how many instructions it is, at most FILTER_INSNS; -1: why is
 * filled.
 */
int exclusive_filter(int linktype, unsigned head,
    const struct filter_pair *pairs, int npairs, struct bpf_insn *out,
    char *why, size_t size);

#endif
