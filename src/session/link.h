/* SPDX-License-Identifier: ISC */
/*
 * How sessions come and go: listening and newcomers, connecting and trying
 * again.
 *
 * Theory of operation.  There is one live session at most.  Whoever connects,
 * or is connected to, is a guest until its HELLO has come.  Then it becomes
 * the live session; if there is one already, that one is pinged and keeps its
 * place if it answers.
 */
#ifndef LINK_H
#define LINK_H

#include <poll.h>

#include "session/child.h"
#include "options.h"
#include "session/session.h"

#define LINK_GUESTS   8
#define LINK_PROBE_MS 3000 /* for the live session to answer */

/* Places in the array for poll(2). */
enum {
	LINK_LIVE_READ,
	LINK_LIVE_WRITE,
	LINK_DIAL,
	LINK_GUEST,
	LINK_LISTEN = LINK_GUEST + LINK_GUESTS,
	LINK_FDS = LINK_LISTEN + PEER_LISTENERS,
};

struct link {
	const struct options *opt;
	struct session *live;
	struct session *guests[LINK_GUESTS];
	uint64_t probe_ms; /* the live session was asked; 0: no */
	uint64_t turn_ms; /* when link_tick() was last here */
	int nlisteners;
	int listeners[PEER_LISTENERS];
	uint64_t accept_ms; /* nobody can be accepted before that */
	bool dialing;
	struct peer_dial dial;
	uint64_t retry_ms; /* when to connect next; 0: not waiting */
	uint64_t backoff_ms;
	uint64_t begun_ms; /* what a session begins with is said; 0: it is */
	unsigned sessions; /* how many there were */
	bool served; /* one of them was good: whatever comes can get better */
	struct child child; /* the last command, as long as it has to end */
	bool ended; /* see link_stop() */
	int status;

	/* What is done at the beginning and end of a session. */
	const struct link_ops {
		void (*hello)(void *arg, const struct peer *, struct hello *);
		/* 0; -1: it has ended the session */
		int (*begin)(void *arg, struct session *);
		/* What is what in it, for people; out is returned. */
		const char *(*describe)(void *arg, const struct session *,
		    char *out, size_t size);
		void (*message)(void *arg, struct session *, struct message *);
		void (*end)(void *arg, struct session *);
	} * ops;
	void *arg;
};

/* 0; -1: it has said why. */
int link_open(struct link *, const struct options *, const struct link_ops *,
    void *arg);
/* There will be no further session; the process's status. */
void link_stop(struct link *, int status);
/* Says BYE and closes everything; a command may take 3 seconds to end. */
void link_close(struct link *);
/* Fills fds[LINK_FDS]; room: whether frames may come. */
void link_poll(const struct link *, struct pollfd *fds, bool room);
void link_handle(struct link *, const struct pollfd *fds);
/* Deadlines; returns when to come again. */
uint64_t link_tick(struct link *, uint64_t now);

/*
 * Says that the live session begins, once: it was accepted, and what can be
 * told of it is known.
 */
void link_begun(struct link *);

/*
 * newcomer.c.  link_admit() gives a connected peer a place among the guests,
 * link_accept() those who wait at a listener; link_compete() is for a guest
 * that has said hello while another one is served.
 */
void link_admit(struct link *, struct peer *);
void link_accept(struct link *, int listener);
void link_compete(struct link *, int guest);

#endif
