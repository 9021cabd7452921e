/* SPDX-License-Identifier: ISC */
/*
 * The BPF program that accepts the frames that -x keeps from the host.
 */
#ifndef EXCLUSIVE_FILTER_H
#define EXCLUSIVE_FILTER_H

#include "filter/filter.h"

struct bpf_insn;

/*
 * Writes a program that accepts all frames, behind `head' more bytes, but those
 * that these connections need.  Returns how many instructions, at most
 * FILTER_INSNS; -1 errno, why is filled.
 */
int exclusive_filter(int linktype, unsigned head,
    const struct filter_pair *pairs, int npairs, struct bpf_insn *out,
    char *why, size_t size);

#endif
