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

/* What a slave and a master do differently. */
struct side {
	size_t size; /* of what it keeps, relay.own, all zero at the start */
	int (*open)(struct relay *); /* 0; -1: it has said why */
	void (*close)(struct relay *); /* or NULL */
	struct link_ops link; /* arg is the relay */
	/* At the first frame after begin(). */
	void (*first_frame)(struct relay *);
	/* n frames that the port has just given, whatever becomes of them. */
	void (*look)(struct relay *, const struct frame *, int n);
	/*
	 * About once a second, and at once when the watch tells something
	 * (r->changed stays until this clears it); what became of the port.
	 */
	void (*tick)(struct relay *, enum port_event);
	/* In every turn of a live session; returns when to come again. */
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

/* Of the parameters of interfaces. */
struct watch {
	int fd; /* params_watch(), -1: there is nothing to watch */
	uint64_t next_ms; /* when to look at it again */
	uint64_t reread_ms; /* when they are read without being told */
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
	bool first; /* no frame has come down in this session */
	bool paused; /* nothing goes up: the loop guard tests, or holds */
	uint32_t large; /* one offloaded frame above this is said; 0: none */
	uint64_t up_own; /* of count.up_bytes: the host itself sent them */
	struct poll_pause poll_pause;
	bool port_idle; /* recv failed: leave it until the next tick */
	struct counters count; /* of the relay, past sessions and ports */
	struct stats stats;
	struct watch watch;
	bool changed; /* parameters of some interface may have changed */
	uint64_t tick_ms; /* when the next tick is due */
	uint64_t due_ms; /* when the next turn is, if nothing happens */
};

/* 0; 1: a signal has ended it; -1: it has said why.  Then relay_close(). */
int relay_open(struct relay *, const struct side *, const struct options *);
/* Waits for something to do and does it.  False: that was the last turn. */
bool relay_turn(struct relay *);
/* Until a signal or the last session ends it; returns the exit status. */
int relay_run(struct relay *);
void relay_close(struct relay *);
/*
 * Before another port takes its place: its counters are kept, frames that are
 * still in its memory are lost and counted.
 */
void relay_port_close(struct relay *);
/* Watches the interfaces there where the port is now.  0; -1: said why. */
int relay_watch_open(struct relay *);
/*
 * frames.c, for the loop.  Frames from the port to the peer, from the peer to
 * the port, until there are none, or one side takes no more, or the other
 * flow has its turn.  Down: 0; -1 errno: the port is a file that cannot be
 * written.
 */
void relay_up(struct relay *);
int relay_down(struct relay *);
/* These frames have come from a port that may pause so long. */
void poll_pause_seen(struct poll_pause *, const struct frame *, int n,
    uint64_t pause_ns, uint64_t now_us);
/* Drops what is on its way up, and counts it. */
void relay_forget(struct relay *);
#endif
