/* SPDX-License-Identifier: ISC */
/*
 * Begins and ends sessions: listens and accepts, or connects and tries again.
 *
 * Theory of operation.  There is at most one live session.  A new connection,
 * accepted or dialled, is a guest until the peer's HELLO has come.  Then it
 * becomes the live session.  If there is a live session already, that one is
 * pinged, and keeps its place if it answers.
 */
#ifndef LINK_H
#define LINK_H

#include <poll.h>

#include "session/child.h"
#include "options.h"
#include "session/session.h"

#define LINK_GUESTS   8
#define LINK_PROBE_MS 3000 /* for the live session to answer */
#define BACKOFF_MIN   1000 /* before the first retry */

/* Places in the array for poll(2). */
enum {
	LINK_LIVE_READ,
	LINK_LIVE_WRITE,
	LINK_LIVE_FDS,
	LINK_DIAL = LINK_LIVE_FDS,
	LINK_COMMAND, /* its standard error */
	LINK_GUEST,
	LINK_LISTEN = LINK_GUEST + LINK_GUESTS,
	LINK_FDS = LINK_LISTEN + PEER_LISTENERS,
};

/* Functions of the relay. */
struct link_ops {
	void (*hello)(void *arg, const struct peer *, struct hello *);
	/*
	 * 0; -1: it has ended the session; 1: not yet, it calls link_ready()
	 * later.
	 */
	int (*begin)(void *arg, struct session *);
	/* Writes the session's line for the log; returns out. */
	const char *(*describe)(void *arg, const struct session *, char *out,
	    size_t size);
	void (*message)(void *arg, struct session *, struct message *);
	void (*end)(void *arg, struct session *);
};

struct link {
	const struct options *opt;
	struct session *live;
	struct session *guests[LINK_GUESTS];
	uint64_t probe_ms; /* when the live session was pinged; 0: it was not */
	uint64_t turn_ms; /* the last link_tick() */
	int nlisteners;
	int listeners[PEER_LISTENERS];
	uint64_t accept_ms; /* accept nobody before this time */
	bool dialing;
	struct peer_dial dial;
	uint64_t retry_ms; /* when to connect next; 0: not waiting */
	uint64_t backoff_ms;
	uint64_t begun_ms; /* when to log at the latest that the live session
			      begins; 0: it is logged */
	unsigned sessions; /* live sessions so far */
	bool served; /* one of them was good: no later failure is fatal */
	struct child child; /* the command, until it has ended */
	/*
	 * A command whose guest has ended: what follows is done when the
	 * command has ended too, since its exit status tells why.
	 */
	struct link_last {
		bool waits;
		int next, status;
		char name[128], why[640];
	} last;
	bool ended; /* see link_stop() */
	int status;

	const struct link_ops *ops;
	void *arg;
};

/* 0; -1: it has logged why. */
int link_open(struct link *, const struct options *, const struct link_ops *,
    void *arg);
/* Ends the loop, with this exit status: there is no further session. */
void link_stop(struct link *, int status);
/* Says BYE and closes everything; a command may take 3 seconds to end. */
void link_close(struct link *);
/*
 * Fill fds[LINK_FDS]: the live session's entries, and all others.  room: there
 * is room for frames of the live session.
 */
void link_poll_live(const struct link *, struct pollfd *fds, bool room);
void link_poll_others(const struct link *, struct pollfd *fds, uint64_t now);
/* Handle what poll(2) has found, on the live session or on all. */
void link_handle_live(struct link *, const struct pollfd *fds);
void link_handle(struct link *, const struct pollfd *fds, uint64_t now);
/* Handles deadlines; returns when the next one is due (clock_ms()). */
uint64_t link_tick(struct link *, uint64_t now);

/* The side has what the session needs: frames may flow. */
void link_ready(struct link *);
/*
 * Logs once that the live session begins: the peer has accepted it, and the
 * facts for its line are known.
 */
void link_begun(struct link *);

/*
 * link_end.c.  link_drop(): a session is over: frees it, logs why, and does
 * what follows; link_drop_live(): the same for the live one.  link_failed(): no
 * connection could be made.  link_child(): looks whether the last command has
 * ended; returns when to look again.
 */
void link_drop(struct link *, struct session *, bool live);
void link_drop_live(struct link *);
void link_failed(struct link *, const char *why);
uint64_t link_child(struct link *, uint64_t now);
/* Tells the service manager what this process does now. */
void link_tell(const struct link *, const char *what);

/*
 * newcomer.c.  link_admit() gives a connected peer a place among the guests: 0;
 * -1: it has closed it for lack of memory, and logged that;
 * link_accept() accepts and admits those who wait at a listener; link_compete()
 * decides between the live session and a guest that has sent HELLO.
 */
int link_admit(struct link *, struct peer *);
void link_accept(struct link *, int listener);
void link_compete(struct link *, int guest);

#endif
