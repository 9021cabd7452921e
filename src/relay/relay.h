/* SPDX-License-Identifier: ISC */
/*
 * The relay: one thread, one poll(2) loop over the port and the link.
 *
 * Theory of operation.  Two flows, alike but for their ends:
 *
 *	port recv -> flow -> session_send	(up)
 *	session_recv -> flow -> port send	(down)
 *
 * A flow holds one batch.  It completes frames whose undone work the far end
 * does not accept (offload.c).  As long as a flow holds a frame that its far
 * end does not take, its near end is not polled: there is no other
 * backpressure.  Frames that wait too long on the way up are discarded
 * (delay.c).
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
	int (*open)(struct relay *); /* 0; -1: it has logged why */
	struct link_ops link; /* arg is the relay */
	/* Called at the first frame after begin(). */
	void (*first_frame)(struct relay *);
	/* Called first with each n frames that the port has given. */
	void (*look)(struct relay *, const struct frame *, int n);
	/*
	 * About once a second, half a minute if nothing happens; and at once
	 * when the parameters of some interface may have changed (r->changed
	 * stays until this clears it).
	 */
	void (*tick)(struct relay *, enum port_event);
	/* Whether it needs no tick in the next seconds if nothing happens. */
	bool (*may_idle)(const struct relay *);
	/* r->side_fd is readable: what begin() waited for has come */
	void (*ready)(struct relay *);
	/* In every turn of a live session; returns when to call it again. */
	uint64_t (*turn)(struct relay *, uint64_t now);
};

/*
 * A short pause of the port while many small frames arrive.
 *
 * To wake up, to read the port and to send costs about as much time as ten
 * small frames.  A fast relay would do it for every single frame, and take time
 * from other programs on a small machine.  So while small frames come at a high
 * rate, the relay leaves the port alone for a moment after each batch; the
 * frames of that time are the next batch.  With larger frames a pause saves
 * nothing and only makes the queue longer.
 */
struct poll_pause {
	unsigned frames; /* that came since since_us */
	uint64_t since_us, bytes; /* bytes: of these frames */
	bool busy; /* many small frames arrive */
	uint64_t until_us; /* end of the pause, clock_us(); 0: no pause */
};

/* Which turns of the loop move only frames: see wait.c. */
struct turns {
	bool flow; /* frames flow, and the timer runs */
	uint64_t whole_ms; /* when the next whole turn is due; 0: now */
	uint64_t frames_ms; /* when the last frames came */
};

/* Tells when parameters of interfaces may have changed. */
struct watch {
	int fd; /* params_watch(), -1: there is nothing to watch */
	uint64_t next_ms; /* when to poll fd again */
	uint64_t reread_ms; /* when to read parameters even if fd is silent */
};

struct relay {
	const struct options *opt;
	const struct side *side;
	void *own; /* the side's */
	int side_fd; /* what the side waits for; -1: nothing */
	struct port port;
	struct link link;
	struct link_ops link_ops;
	struct flow up, down;
	bool drop_up; /* nothing may be sent to the peer (-r, master) */
	bool drop_down; /* nothing may be injected (-r) */
	bool first; /* the next frame down is this session's first */
	bool paused; /* nothing goes up: the loop test runs, or found a loop */
	uint32_t large; /* log the first offloaded frame above so many bytes; 0:
			   none */
	bool large_said; /* it is logged */
	uint64_t up_own; /* the part of count.up_bytes that the host sent */
	struct poll_pause poll_pause;
	bool port_idle; /* recv failed: no recv until the next tick */
	struct counters count; /* of the relay, past sessions and ports */
	struct stats stats;
	struct watch watch;
	bool changed; /* parameters of some interface may have changed */
	struct turns turns;
	uint64_t tick_ms; /* when the next tick may be */
	bool idle; /* nothing happens: no need to wake up for it */
	uint64_t due_ms; /* when the next turn is due, if nothing happens */
};

/*
 * 0; 1: a signal ends the process; -1: it has logged why.  In each case the
 * caller calls relay_close() later.
 */
int relay_open(struct relay *, const struct side *, const struct options *);
/* Waits for the next event and handles it.  False: this was the last turn. */
bool relay_turn(struct relay *);
/*
 * Runs until a signal or the end of the last session; returns the exit status.
 */
int relay_run(struct relay *);
void relay_close(struct relay *);
/*
 * Closes the port before another one takes its place.  Keeps its counters and
 * counts the frames in its memory, which are lost.
 */
void relay_port_close(struct relay *);
/*
 * Begins to watch the interfaces in the port's namespace.  0; -1: it has logged
 * why.
 */
int relay_watch_open(struct relay *);
/* The session's handshake is over. */
bool relay_live(const struct relay *);

/* The descriptors of the loop.  Those that carry frames come first. */
enum {
	FD_PORT,
	FD_LINK,
	FD_FRAMES = FD_LINK + LINK_LIVE_FDS,
	FD_SIGNAL = FD_LINK + LINK_FDS,
	FD_WATCH,
	FD_HELPER,
	FD_SIDE, /* see struct side, ready */
	FD_ALL,
};
/*
 * wait.c.  Waits for the next event, and fills fds.  False: this turn is only
 * for frames, other events have to wait for the next whole one.
 */
bool relay_wait(struct relay *, struct pollfd fds[FD_ALL], uint64_t *now);

/*
 * frames.c.  Carry frames from the port to the peer (up), from the peer to the
 * port (down), until there are none or the far end takes no more; up also stops
 * after some batches, for the other direction.  Down returns 0; -1 errno: the
 * port is a file that cannot be written.
 */
void relay_up(struct relay *);
int relay_down(struct relay *);
/* Notes n frames from a port with this pause_ns, and begins a pause or not. */
void poll_pause_seen(struct poll_pause *, const struct frame *, int n,
    uint64_t pause_ns, uint64_t now_us);
/* Drops the frames on their way up, and counts them. */
void relay_forget(struct relay *);
#endif
