/* SPDX-License-Identifier: ISC */
/*
 * The relay: one thread, one poll(2) loop over the port and the link.
 *
 * Theory of operation.  Two flows, alike but for their ends:
 *
 *	port recv -> flow -> session_send	(up)
 *	session_recv -> flow -> port send	(down)
 *
 * A flow holds one batch.  Frames whose work left undone the far end cannot
 * express are completed on the way (offload.c).  As long as a flow holds
 * something that its far end does not take, its near end is not polled: that
 * is all the backpressure there is.  What waits too long on the way up is
 * discarded (delay.c).
 */
#ifndef RELAY_H
#define RELAY_H

#include "frame/flow.h"
#include "session/link.h"
#include "options.h"
#include "port/port.h"
#include "relay/stats.h"

struct relay;

/* What a slave and a master do differently; NULL: nothing. */
struct side {
	size_t size; /* of relay.own, which is all zero at the start */
	int (*open)(struct relay *); /* 0; -1: it has said why */
	void (*close)(struct relay *);
	struct link_ops link; /* arg is the relay */
	/* At the first frame after begin(). */
	void (*first_frame)(struct relay *);
	/* Sees n frames that the port has just given, before anything else. */
	void (*look)(struct relay *, const struct frame *, int n);
	/*
	 * About once a second, and at once when the parameters of some
	 * interface may have changed (r->changed stays until this clears it).
	 */
	void (*tick)(struct relay *, enum port_event);
	/* In every turn of a live session; returns when to call it again. */
	uint64_t (*turn)(struct relay *, uint64_t now);
};

/*
 * A short pause of the port while many small frames arrive.
 *
 * To wake up, look and send costs about as much as some ten small frames do.
 * Who is faster than they come does it for each of them, and takes the time
 * from all others on a small machine.  So while they come at a high rate, the
 * port is left alone for a moment after each look, and what has come meanwhile
 * is one batch.  Larger frames are dearer themselves: there a pause saves
 * nothing, and what waits in queues must not wait for it.
 */
struct poll_pause {
	unsigned frames; /* so many came since since_us */
	uint64_t since_us, bytes;
	bool busy; /* many small frames arrive */
	uint64_t until_us; /* 0: there is no pause */
};

/* Tells when parameters of interfaces may have changed. */
struct watch {
	int fd; /* params_watch(), -1: there is nothing to watch */
	uint64_t next_ms; /* when to poll it again */
	uint64_t reread_ms; /* when to read them although it is silent */
};

struct relay {
	const struct options *opt;
	const struct side *side;
	void *own; /* the side's */
	struct port port;
	struct link link;
	struct link_ops link_ops;
	struct flow up, down;
	bool drop_up; /* nothing may be sent to the peer (-r, master) */
	bool drop_down; /* nothing may be injected (-r) */
	bool first; /* the next frame down is this session's first */
	bool paused; /* nothing goes up: the loop test runs, or found a loop */
	uint32_t large; /* bytes: one offloaded frame above this is said; 0:
			   none is */
	bool large_said;
	uint64_t up_own; /* the part of count.up_bytes that the host sent */
	struct poll_pause poll_pause;
	bool port_idle; /* recv failed: no recv until the next tick */
	struct counters
	    count; /* of the relay, and of past sessions and ports */
	struct stats stats;
	struct watch watch;
	bool changed; /* parameters of some interface may have changed */
	uint64_t tick_ms; /* when the next tick is due */
	uint64_t due_ms; /* when the next turn is, if nothing happens */
};

/*
 * 0; 1: a signal has ended it; -1: it has said why.  In each case relay_close()
 * follows.
 */
int relay_open(struct relay *, const struct side *, const struct options *);
/* Waits for something to do and does it.  False: this was the last turn. */
bool relay_turn(struct relay *);
/*
 * Runs until a signal or the end of the last session; returns the exit status.
 */
int relay_run(struct relay *);
void relay_close(struct relay *);
/*
 * Closes the port, for another one to take its place: keeps its counters, and
 * counts the frames that are lost because they were in its memory.
 */
void relay_port_close(struct relay *);
/*
 * Watches the interfaces in the namespace of the port.  0; -1: it has said why.
 */
int relay_watch_open(struct relay *);
/*
 * frames.c.  Carry frames from the port to the peer, from the peer to the port:
 * until there are none, or one side takes no more, or the other direction must
 * have its turn.  Down: 0; -1 errno: the port is a file that cannot be written.
 */
void relay_up(struct relay *);
int relay_down(struct relay *);
/* These frames have come from a port that may pause so long. */
void poll_pause_seen(struct poll_pause *, const struct frame *, int n,
    uint64_t pause_ns, uint64_t now_us);
/* Drops the frames on their way up, and counts them. */
void relay_forget(struct relay *);
#endif
