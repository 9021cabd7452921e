/* SPDX-License-Identifier: ISC */
/*
 * A slave's test for a loop: measures the input of loop_guard.c and acts on its
 * decisions.  There is no test with -B, nor with a peer of the legacy dialects,
 * which cannot answer.
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
	struct port port; /* the second capture, open during a test */
	struct bpf_insn insns[FILTER_INSNS];
	struct bpf_program program;
	int64_t heard; /* bytes that the host sent, by the second capture */
	uint64_t left; /* bytes of padding that are not sent yet */
	uint64_t paused_ms; /* when the pause began */
};

/*
 * A session begins, with this filter (copied).  If a loop was found in the
 * session before, sets r->paused; the port is attached once a test has found no
 * loop.
 */
void loop_test_begin(struct loop_test *, struct relay *, struct session *,
    const struct bpf_program *);
/* Called in every turn of the relay's loop; returns when the next is due. */
uint64_t loop_test_turn(struct loop_test *, struct relay *, uint64_t now);
void loop_test_end(struct loop_test *, struct relay *);

#endif
