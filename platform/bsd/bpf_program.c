/*
 * Theory of operation.  What is loaded from the frame is loaded from further
 * behind, and the length is made less by the same: that is an instruction
 * more, over which jumps reach further.
 */
#include <sys/types.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <pcap.h>

#include "bpf_program.h"

static bool
is_load(const struct bpf_insn *i, unsigned mode)
{
	return (BPF_CLASS(i->code) == BPF_LD ||
		   BPF_CLASS(i->code) == BPF_LDX) &&
	    BPF_MODE(i->code) == mode;
}

/* How many instructions in this range of the old program grow by one. */
static unsigned
grown(const struct bpf_program *p, u_int from, u_int to)
{
	unsigned n = 0;

	for (; from < to && from < p->bf_len; from++)
		n += is_load(&p->bf_insns[from], BPF_LEN);
	return n;
}

/* A jump from instruction i; false: it does not reach. */
static bool
jump_shift(const struct bpf_program *p, u_int i, struct bpf_insn *out)
{
	const struct bpf_insn *in = &p->bf_insns[i];
	unsigned jt = in->jt + grown(p, i, i + 1 + in->jt);
	unsigned jf = in->jf + grown(p, i, i + 1 + in->jf);

	if (BPF_OP(in->code) == BPF_JA) {
		out->k += grown(p, i, i + 1 + in->k);
		return true;
	}
	out->jt = (u_char)jt;
	out->jf = (u_char)jf;
	return jt <= UINT8_MAX && jf <= UINT8_MAX;
}

int
bpf_program_shift(const struct bpf_program *in, unsigned head,
    struct bpf_insn *out, int max)
{
	const struct bpf_insn sub = BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, head);
	u_int i;
	int n = 0;

	errno = E2BIG;
	if (head == 0 && in->bf_len <= (u_int)max) {
		memcpy(out, in->bf_insns, in->bf_len * sizeof(*out));
		return (int)in->bf_len;
	}
	for (i = 0; i < in->bf_len; i++) {
		const struct bpf_insn *insn = &in->bf_insns[i];

		if (n + 1 + (int)grown(in, i, i + 1) > max)
			return -1;
		out[n] = *insn;
		if (is_load(insn, BPF_ABS) || is_load(insn, BPF_IND) ||
		    is_load(insn, BPF_MSH))
			out[n].k += head;
		if (BPF_CLASS(insn->code) == BPF_JMP &&
		    !jump_shift(in, i, &out[n]))
			return -1;
		n++;
		if (is_load(insn, BPF_LEN))
			out[n++] = sub; /* libpcap has lengths in A only */
	}
	return n;
}
