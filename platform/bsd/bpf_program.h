/*
 * Filter programs for interfaces that put something in front of a frame.
 */
#ifndef BPF_PROGRAM_H
#define BPF_PROGRAM_H

struct bpf_program;
struct bpf_insn;

/*
 * The program that judges a frame behind `head` more bytes as `in` judges it
 * alone; at most max instructions.  How many; -1 errno (E2BIG: it would be too
 * long).
 */
int bpf_program_shift(const struct bpf_program *in, unsigned head,
    struct bpf_insn *out, int max);

#endif
