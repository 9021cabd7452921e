/*
 * The loop guard of a slave at work: what loop_guard.c decides is done here,
 * and what it must know is measured.  Off with -B, and with a peer of the
 * legacy dialects, who cannot answer.
 */
#ifndef LOOP_TEST_H
#define LOOP_TEST_H

#include <pcap.h>
#include <stdint.h>

#include "filter/filter.h"
#include "relay/loop_guard.h"
#include "relay/relay.h"

struct loop_test {
	struct loop_guard guard;
	bool on; /* not with -B, nor with a peer that cannot answer */
	struct port port; /* all zero: not open */
	struct bpf_insn insns[FILTER_INSNS];
	struct bpf_program program;
	int64_t heard;
	uint64_t left; /* padding that is to be said yet */
	uint64_t paused_ms; /* when the pause began */
};

/*
 * A session begins, with this filter (copied).  r->paused is set where the
 * former one was held: then the port is attached when a test has found no loop.
 */
void loop_test_begin(struct loop_test *, struct relay *, struct session *,
    const struct bpf_program *);
uint64_t loop_test_turn(struct loop_test *, struct relay *, uint64_t now);
void loop_test_end(struct loop_test *, struct relay *);

#endif
