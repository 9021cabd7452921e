/*
 * The loop guard of a slave at work: what guard.c decides is done here, and
 * what it must know is measured.  Off with -B, and with a peer of the legacy
 * dialects, who cannot answer.
 */
#ifndef EAR_H
#define EAR_H

#include <stdint.h>

#include "relay/relay.h"

struct bpf_program;

/*
 * A session begins, with this filter (copied).  r->paused is set where the
 * former one was held: then the port is attached when a test has found no loop.
 */
void ear_begin(struct relay *, struct session *, const struct bpf_program *);
uint64_t ear_turn(struct relay *, uint64_t now);
void ear_end(struct relay *);

#endif
