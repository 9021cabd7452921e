/* SPDX-License-Identifier: ISC */
/* The command line, parsed and checked. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "filter/filter.h"
#include "session/message.h"
#include "session/peer.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

#define DELAY_DEFAULT UINT32_MAX
#define OPTIONS_ALLOW 16

struct options {
	enum role role;
	enum peer_form form;
	const char *peer; /* "addr:port", "host:port", a path, a command */
	bool by_path; /* the peer is the path of a unix socket */
	const char *interface; /* slave */
	const char *doll; /* master; NULL: puppet0, puppet1, ... */
	const char *netns; /* -n; NULL: none */
	const char *hook; /* -U; NULL: none */
	const char *write; /* a capture file instead of a doll */
	const char *user; /* -Z; NULL: the default */
	char host[64]; /* what this machine calls itself */
	const char *expression; /* of -f; NULL: none */
	char filter[FILTER_TEXT]; /* expression, names resolved; "": none */
	int nallow;
	struct addr allow[OPTIONS_ALLOW]; /* -a; none: all may connect */
	bool exclude_none, exclude_ssh;
	int npairs;
	struct filter_pair pairs[FILTER_PAIRS];
	bool master, nocopy, up, once, promisc, readonly, exclusive;
	bool open; /* -O: this host is not kept apart from the doll */
	bool coalesce, segment;
	const struct dialect *legacy; /* -L, to connect with; NULL: native */
	uint32_t buffer; /* bytes; 0: default */
	uint32_t queue; /* frames; 0: default */
	uint32_t delay; /* ms; 0: frames are never too old */
	uint32_t stats; /* seconds; 0: off */
};

/* The groups of options, in the order of -h. */
enum option_group { CONNECTION, SLAVE, MASTER, DOLL, BOTH, OPTION_GROUPS };

/* Fills the options.  Exits 0 after -h and -v, 2 if the options are wrong. */
void options_parse(struct options *, int argc, char *argv[]);
/*
 * options_check.c, for options.c.  Checks that the options make sense together,
 * and resolves the filter's names.  given: the letter of the first option of
 * each group; 0: none.  Exits 2 if the options are wrong; 1 if no name server
 * answers and -1 (--once) is given.
 */
void options_check(struct options *, const char given[OPTION_GROUPS]);
/* Whether somebody of whom nothing is known can become the peer. */
bool options_strangers(const struct options *);
/* Writes one line with the error and exits 2. */
void options_wrong(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

#endif
