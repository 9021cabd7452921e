/* SPDX-License-Identifier: ISC */
/* The command line, parsed and checked for what goes together. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "filter/filter.h"
#include "session/message.h"
#include "session/peer.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

#define DELAY_DEFAULT UINT32_MAX

struct options {
	enum role role;
	enum peer_form form;
	const char *peer; /* "addr:port", "host:port", a command */
	const char *interface; /* slave */
	const char *doll; /* master; NULL: puppet0, puppet1, ... */
	const char *netns; /* -n; NULL: none */
	const char *hook; /* -U; NULL: none */
	const char *write; /* a capture file instead of a doll */
	char host[64]; /* what this machine calls itself */
	const char *expression; /* of -f; NULL: none */
	char filter[FILTER_TEXT]; /* the same, names resolved; "": none */
	bool exclude_none, exclude_ssh;
	int npairs;
	struct filter_pair pairs[FILTER_PAIRS];
	bool master, nocopy, up, once, promisc, readonly, exclusive;
	bool open; /* -O: the doll reaches this host as any interface */
	bool coalesce, segment;
	const struct dialect *legacy; /* connecting; NULL: native */
	uint32_t buffer; /* bytes; 0: default */
	uint32_t queue; /* frames; 0: default */
	uint32_t delay; /* ms; 0: frames are never too old */
	uint32_t stats; /* seconds; 0: off */
};

/* Whom an option is for, in the order of -h. */
enum option_group { CONNECTION, SLAVE, MASTER, DOLL, BOTH, OPTION_GROUPS };

/* Returns when there is something to run; else exits 0 (-h, -v) or 2. */
void options_parse(struct options *, int argc, char *argv[]);
/*
 * options_check.c, for options.c.  Checks whether the options make sense
 * together, and resolves the filter's names.  given: the letter of the first
 * option of each group, 0 if there is none.  Exits 2 if something is wrong; 1
 * with -1 (--once) if no name server answers.
 */
void options_check(struct options *, const char given[OPTION_GROUPS]);
/* Says what is wrong in one line, and exits 2. */
void options_wrong(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

#endif
