/*
 * The loop guard of a slave at work: what loop_guard.c decides is done here,
 * and what it must know is measured.  Off with -B, and with a peer of the
 * legacy dialects, who cannot answer.
 */
#ifndef LOOP_TEST_H
#define LOOP_TEST_H

#include <stdint.h>

#include "relay/relay.h"

struct bpf_program;

/*
 * A session begins, with this filter (copied).  r->paused is set where the
 * former one was held: then the port is attached when a test has found no loop.
 */
void loop_test_begin(struct relay *, struct session *,
    const struct bpf_program *);
uint64_t loop_test_turn(struct relay *, uint64_t now);
void loop_test_end(struct relay *);

#endif
