/* SPDX-License-Identifier: ISC */
/* Checks which options go together, and resolves names before the start. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "notify.h"
#include "options.h"

#define WAIT_MIN 1 /* seconds between two tries, doubled each time */
#define WAIT_MAX 30

void
options_wrong(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_info("%s; etherpuppet -h lists the options", text);
	exit(2);
}

static void
check_side(const struct options *o, const char given[OPTION_GROUPS])
{
	if (o->master && o->interface != NULL)
		options_wrong("-m makes a doll, -i uses a real interface: "
			      "only one of them");
	if (!o->master && o->interface == NULL)
		options_wrong("either -i interface or -m must be given");
	if (o->master && given[SLAVE] != 0)
		options_wrong("-%c belongs to the side with -i", given[SLAVE]);
	if (!o->master && (given[MASTER] != 0 || given[DOLL] != 0))
		options_wrong("-%c belongs to the side with -m",
		    given[MASTER] != 0 ? given[MASTER] : given[DOLL]);
	if (o->write != NULL && given[DOLL] != 0)
		options_wrong("-w makes no doll: -%c cannot be met",
		    given[DOLL]);
	if (o->write != NULL && strcmp(o->write, "-") == 0 &&
	    isatty(STDOUT_FILENO))
		options_wrong(
		    "-w -: standard output must not be a terminal: let a "
		    "program read it (| tcpdump -n -r -)");
	if (o->exclude_none && (o->exclude_ssh || o->npairs > 0))
		options_wrong(
		    "-B captures everything, -M and -S leave something out");
	if (o->exclude_ssh && o->npairs == FILTER_PAIRS)
		options_wrong("-S and -M: no more than %d of them together",
		    FILTER_PAIRS);
	if (o->coalesce && o->segment)
		options_wrong(
		    "-g joins segments, -G cuts them: only one of them");
	if (o->coalesce && o->write != NULL)
		options_wrong(
		    "-w writes every frame as it was: -g cannot be met");
	if (o->exclude_none && o->exclusive)
		options_wrong(
		    "-x lets only the session through, and -B says that "
		    "nobody knows it");
}

static void
check_peer(const struct options *o)
{
	if (o->peer == NULL)
		options_wrong("one of -s, -c and -e must be given");
	if (o->legacy != NULL && o->form != PEER_CONNECT &&
	    o->form != PEER_EXEC)
		options_wrong("-L is for the side that connects (-c, -e); "
			      "a listening side finds out by itself");
	if (o->legacy != NULL && o->exclusive && o->interface == NULL)
		options_wrong("-x cannot be asked of an old etherpuppet (-L)");
	if (o->nallow > 0 && (o->form != PEER_LISTEN || o->by_path))
		options_wrong("-a is for -s [addr:]port");
	if (o->form == PEER_STDIO && o->write != NULL &&
	    strcmp(o->write, "-") == 0)
		options_wrong("-s - and -w - both want standard output");
	if (o->form == PEER_STDIO &&
	    (isatty(STDIN_FILENO) || isatty(STDOUT_FILENO)))
		options_wrong("-s -: standard input and output must not be a "
			      "terminal: it is for the far end of -e; use ssh "
			      "without -t");
}

/*
 * The program starts only when the names in the filter are resolved.  While a
 * machine boots, no name server may answer yet: this waits for one.
 */
static void
resolve_filter(struct options *o)
{
	unsigned seconds = WAIT_MIN;
	char why[256];

	while (filter_resolve(&filter_names_system, o->expression, o->filter,
		   sizeof(o->filter), why, sizeof(why)) == -1) {
		if (errno != EAGAIN)
			options_wrong("-f %s: %s", o->expression, why);
		if (o->once) {
			log_info("-f %s: %s", o->expression, why);
			exit(1);
		}
		log_info("-f %s: %s; next try in %u s", o->expression, why,
		    seconds);
		notify(NOTIFY_STATUS, "waiting for a name server, for -f");
		(void)sleep(seconds);
		seconds = seconds * 2 < WAIT_MAX ? seconds * 2 : WAIT_MAX;
	}
}

bool
options_strangers(const struct options *o)
{
	return o->form == PEER_LISTEN && !o->by_path;
}

void
options_check(struct options *o, const char given[OPTION_GROUPS])
{
	check_side(o, given);
	check_peer(o);
	if (o->expression != NULL)
		resolve_filter(o);
}
