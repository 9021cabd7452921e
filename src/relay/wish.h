/*
 * What a master asks of a slave in its HELLOs: promiscuous mode, joined
 * segments, read-only, a deaf host (-x).
 *
 * Theory of operation.  A wish costs system calls, or a table of nftables, and
 * a HELLO costs a peer nothing.  So the newest wish is looked at ten times a
 * second at most; a peer is taken at its word at once only where that costs
 * nothing (read-only).  That the host becomes deaf, a stranger cannot ask: who
 * reaches the port of a listening slave could keep a gateway from all others.
 */
#ifndef WISH_H
#define WISH_H

#include "relay/relay.h"

struct wish {
	bool fresh; /* a HELLO came that was not looked at */
	uint64_t next_ms; /* when to look at it at the earliest */
};

/* All but -x, as the session wishes. */
void wish_grant(struct relay *, struct session *);
/* Another HELLO has come. */
void wish_said(struct relay *, struct session *);
/* In every turn of the loop; returns when to come again. */
uint64_t wish_turn(struct relay *, uint64_t now);
/*
 * Makes the host deaf on the interface, or not, as the session wishes.  anew:
 * the interface may be another one, or has another name.  0; -1: it has ended
 * the session.
 */
int wish_exclusive(struct relay *, struct session *, bool anew);

#endif
