/* SPDX-License-Identifier: ISC */
/*
 * The whole way on one host, whatever its system: what a porter runs first.
 *
 *     this program                                          this program
 *      "real" tap  ==  slave  ==TCP 127.0.0.1==  master  ==  doll
 *       port_tap                                            port_capture
 *
 * A tap that this program holds stands for the real interface: what it writes
 * there comes in from the wire, what it reads went out on the wire.  It sees
 * the doll as the host does, by a capture on it.  So the platform's code is
 * run twice, by the programs and by their judge, and nothing else is needed:
 * no ifconfig, no namespaces, no other host.  Addresses are those of
 * documentation (RFC 5737, RFC 3849), frames of an experimental ethertype.
 */
#ifndef SMOKE_H
#define SMOKE_H

#include <sys/types.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/params.h"
#include "port/port.h"

#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* -- report.c: one line for each thing that was looked at ------------------ */

/* "ok WHAT", or "FAIL WHAT: ..." where the rest is expected, seen. */
bool check(bool good, const char *what, const char *fmt, ...) PRINTF(3, 4);
/* The same for what others are built on: without a line if it is good. */
bool need(bool good, const char *what, const char *fmt, ...) PRINTF(3, 4);
void skip(const char *what, const char *fmt, ...) PRINTF(2, 3);
/* The closing line; how many failed. */
int report_end(void);

/*
 * Waits until it is so, at most DEADLINE_MS; it is asked whenever fd (-1:
 * none) is readable, and every 20 ms.
 */
#define DEADLINE_MS 20000
bool until(bool (*is)(void *), void *arg, int fd);

/* -- smoke.c --------------------------------------------------------------- */

extern volatile sig_atomic_t interrupted;
/* After ^C: takes everything away; does not return. */
void leave(void);

/* -- program.c: the programs under test ------------------------------------ */

struct program {
	const char *name;
	pid_t pid; /* 0: it does not run */
	int status; /* of wait(2), when it has ended */
	char log[256];
	long from; /* what program_says() waits for */
	const char *text;
	char line[512];
};

/* A directory for logs; -1: it has said why. */
int scratch_make(void);
/* Ends what still runs; shows what all have said; removes the directory. */
void scratch_end(bool show);

/* The program with these words, the last one NULL. */
void program_start(struct program *, const char *name, const char *const *);
/* Where its log ends now. */
long program_mark(const struct program *);
/* The line with this text that it says, or said, behind `from`; NULL: none. */
const char *program_says(struct program *, long from, const char *text);
bool program_ended(struct program *);
/* Asks it to end, and checks that it does, with status 0. */
void program_stop(struct program *);
void program_kill(struct program *);
/* SIGSTOP, returns when it has stopped; SIGCONT. */
void program_freeze(struct program *);
void program_thaw(struct program *);

/* -- ends.c: frames into one end, out of the other ------------------------- */

#define TYPE_A	0x88b5 /* IEEE 802, local experimental */
#define TYPE_B	0x88b6
#define TYPE_IP 0x0800 /* a datagram for the host: see host.c */

struct shape {
	uint32_t len;
	uint16_t type; /* 0: TYPE_A */
	bool tagged, broadcast;
	bool lost; /* must not arrive */
};

#define SEEN_MAX 1024

struct end {
	struct port port;
	char name[PARAMS_NAME];
	uint8_t mac[6]; /* of the interface */
	int nseen;
	struct seen {
		unsigned number;
		int damage; /* where it begins to differ; -1: it does not */
		bool own; /* it was sent at this end */
	} seen[SEEN_MAX]; /* in the order in which they came */
	unsigned wanted; /* what end_sees() waits for */
};

extern struct end real, doll;

/* 0; -1: the port has said why. */
int end_open(struct end *, const struct port_control *, const char *name);
void end_close(struct end *);
/* The number of the frame of this shape that was sent. */
unsigned end_send(struct end *from, const struct end *to, const struct shape *);
/* Puts what has come into .seen. */
void end_collect(struct end *);
/* Waits for this frame; what comes before it is in .seen, too. */
bool end_sees(struct end *, unsigned number);

/* -- carry.c: they arrive -------------------------------------------------- */

/* Looks at how captures are on this system. */
void carry_begin(void);
/* Checks that frames come through both ways; then none is on its way. */
bool carried(const char *what);
/*
 * Checks that frames of these shapes, at most 32, arrive as they were and in
 * this order.
 */
bool carry(struct end *from, struct end *to, const char *what,
    const struct shape *, int n);
/* Every kind of frame, both ways. */
void carry_all(void);
/* Checks that until now none came twice or came back. */
void carry_end(void);

/* -- follow.c: the real interface's parameters on the doll ----------------- */

/* One change to an interface; false: errno. */
bool set_mac(const char *ifname, uint8_t last);
bool set_mtu(const char *ifname, uint32_t mtu);
bool set_up(const char *ifname);
bool set_addr(const char *ifname, const char *text, bool add);
/* Checks that the doll gets the real one's MAC and MTU, and is up. */
void follow_start(void);
void follow_changes(struct program *slave, struct program *master);

/* -- host.c: this host itself --------------------------------------------- */

/* Addresses of documentation that overlap none here; NULL: there is none. */
extern const char *host_ip4, *host_ip6;
int host_choose(void);
/* A socket with host_ip4; -1: errno. */
int host_listen(void);
void host_close(void);
/* The headers of a datagram for it, of len bytes with them. */
void host_headers(uint8_t *at, uint32_t len);
/* Sends it one; the number of the frame. */
unsigned host_tell(void);
/* Whether it hears what comes in at the real interface from now on. */
bool host_hears(void);
/* Whether it had heard this one when host_hears() was asked last. */
bool host_heard(unsigned number);

#endif
