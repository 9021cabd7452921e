/* SPDX-License-Identifier: ISC */
/*
 * Every option has a short form; the options of etherpuppet 0.3 and 0.4 keep
 * their letters and meaning.  One table has all facts about the options:
 * getopt's tables, -h and the checks are made from it.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "options.h"
#include "session/resolve.h"
#include "text.h"

#define SYNOPSIS                                                       \
	"usage: etherpuppet -i interface -s [addr:]port | -s - | "     \
	"-c host:port\n"                                               \
	"       etherpuppet -m [-I doll] -c host:port | -e command | " \
	"-s [addr:]port\n"

static const char synopsis[] = SYNOPSIS
    "example, a router's eth0 as puppet0 here, only to listen:\n"
    "       sudo etherpuppet -m -u -r -C \\\n"
    "           -e 'ssh root@router etherpuppet -i eth0 -s -'\n"
    "all options: etherpuppet -h; more: man etherpuppet\n";

static const char help_begin[] = SYNOPSIS
    "       etherpuppet -w file|- -c host:port | -e command | "
    "-s [addr:]port\n"
    "\n"
    "etherpuppet makes a virtual interface here (on the master) out of a real\n"
    "one elsewhere (on the slave).\n"
    "\n";

static const char help_end[] =
    "\n"
    "Exit status: 0 ended by a signal or, with -1, after a session that ended\n"
    "well; 1 after a failure; 2 if the command line makes no sense.\n";

#define HELP_COLUMN 28

static const char *const headings[] = {
	[CONNECTION] = "The connection, exactly one of -s, -c and -e:",
	[SLAVE] = "Slave:",
	[MASTER] = "Master:",
	[DOLL] = "Master that makes a doll:",
	[BOTH] = "Both:",
};

struct row {
	char letter;
	enum option_group group;
	const char *name, *arg; /* arg NULL: the option takes none */
	const char *help; /* lines of at most 80 - HELP_COLUMN letters */
	void (*set)(struct options *, const struct row *, const char *arg);
	size_t at; /* offset of the member that set() sets */
	uint32_t min, max; /* of a number */
};

/* -- functions that set an option ------------------------------------------ */

static void
set_flag(struct options *o, const struct row *row, const char *arg)
{
	(void)arg;
	*(bool *)((char *)o + row->at) = true;
}

static void
set_text(struct options *o, const struct row *row, const char *arg)
{
	*(const char **)((char *)o + row->at) = arg;
}

static void
set_number(struct options *o, const struct row *row, const char *arg)
{
	if (!text_number(arg, row->min, row->max,
		(uint32_t *)(void *)((char *)o + row->at)))
		options_wrong("-%c %s: must be a number from %u to %u",
		    row->letter, arg, (unsigned)row->min, (unsigned)row->max);
}

static void
set_command(struct options *o, const struct row *row, const char *arg)
{
	if (*arg == '\0')
		options_wrong("-%c must not be empty", row->letter);
	set_text(o, row, arg);
}

static void
set_interface(struct options *o, const struct row *row, const char *arg)
{
	if (!params_name_ok(arg))
		options_wrong(
		    "-%c %s: must be an interface name of 1 to %d letters",
		    row->letter, arg, PARAMS_NAME - 1);
	if (row->letter == 'I' && strchr(arg, '%') != NULL)
		options_wrong("-I %s: must be a name without %%", arg);
	set_text(o, row, arg);
}

static void
set_netns(struct options *o, const struct row *row, const char *arg)
{
	if (*arg == '\0' || strchr(arg, '/') != NULL)
		options_wrong("-n %s: must be a name without /", arg);
	set_text(o, row, arg);
}

static void
set_connection(struct options *o, const struct row *row, const char *arg)
{
	const char *why = NULL;

	if (o->peer != NULL)
		options_wrong(
		    "only one of -s, -c and -e can be the connection");
	if (*arg == '\0')
		options_wrong("-s, -c and -e must not be empty");
	if (row->letter == 'e') {
		set_command(o, row, arg);
		o->form = PEER_EXEC;
	} else if (row->letter == 's' && strcmp(arg, "-") == 0) {
		o->form = PEER_STDIO;
	} else {
		o->form = row->letter == 's' ? PEER_LISTEN : PEER_CONNECT;
		o->by_path = strchr(arg, '/') != NULL;
		why = resolve_check(arg, o->form == PEER_LISTEN);
	}
	if (why != NULL)
		options_wrong("-%c %s: %s", row->letter, arg, why);
	o->peer = arg;
}

static void
set_allow(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	if (o->nallow == OPTIONS_ALLOW)
		options_wrong("-a: no more than %d of them", OPTIONS_ALLOW);
	if (addr_parse(arg, &o->allow[o->nallow++]) == -1)
		options_wrong("-a %s: must be addr or addr/length", arg);
}

static void
set_legacy(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	if (strcmp(arg, "0.3") == 0)
		o->legacy = &dialect_legacy03;
	else if (strcmp(arg, "0.4") == 0)
		o->legacy = &dialect_legacy04;
	else
		options_wrong("-L %s: must be 0.3 or 0.4", arg);
}

static void
set_pair(struct options *o, const struct row *row, const char *arg)
{
	char why[256];

	(void)row;
	if (o->npairs == FILTER_PAIRS)
		options_wrong("-M: no more than %d of them", FILTER_PAIRS);
	if (filter_pair_parse(arg, &o->pairs[o->npairs], why, sizeof(why)) ==
	    -1)
		options_wrong("-M %s: %s", arg, why);
	o->npairs++;
}

static void
set_debug(struct options *o, const struct row *row, const char *arg)
{
	(void)o, (void)row, (void)arg;
	log_level++;
}

static void
print_version(struct options *o, const struct row *row, const char *arg)
{
	(void)o, (void)row, (void)arg;
	(void)printf("etherpuppet %s\n", VERSION);
	exit(0);
}

static void print_help(struct options *, const struct row *, const char *);

/* -- the table --------------------------------------------------------------
 */

#define SET(function, member) \
	.set = (function), .at = offsetof(struct options, member)
#define FLAG(member) SET(set_flag, member)
#define NUMBER(member, low, high) \
	SET(set_number, member), .min = (low), .max = (high)

static const struct row rows[] = {
	{ 's', CONNECTION, "listen", "[addr:]port|path",
	    "wait for the other side, there or on a unix\n"
	    "socket; -: serve one session on standard\n"
	    "input and output",
	    SET(set_connection, peer) },
	{ 'c', CONNECTION, "connect", "host:port|path",
	    "connect; IPv6 as [addr]:port", SET(set_connection, peer) },
	{ 'e', CONNECTION, "exec", "command",
	    "run a command (ssh) and talk through it",
	    SET(set_connection, peer) },
	{ 'a', CONNECTION, "allow", "addr[/length]",
	    "with -s port: only from there; repeatable", .set = set_allow },
	{ 'L', CONNECTION, "legacy", "0.3|0.4",
	    "connect to an etherpuppet of this version", .set = set_legacy },
	{ '1', CONNECTION, "once", NULL,
	    "end with the first session or failure", FLAG(once) },

	{ 'i', SLAVE, "interface", "name", "the real interface",
	    SET(set_interface, interface) },
	{ 'M', SLAVE, "exclude", "src:port,dst:port",
	    "do not capture this TCP connection, which\n"
	    "carries the session; repeatable",
	    .set = set_pair },
	{ 'S', SLAVE, "exclude-ssh", NULL, "the same, from SSH_CONNECTION",
	    FLAG(exclude_ssh) },
	{ 'B', SLAVE, "no-exclude", NULL,
	    "capture everything, the session, too", FLAG(exclude_none) },
	{ 'b', SLAVE, "buffer", "MiB", "size of the capture buffer (default 8)",
	    NUMBER(buffer, 1, 1024) },

	{ 'm', MASTER, "master", NULL, "make a doll", FLAG(master) },
	{ 'w', MASTER, "write", "file|-", "write a capture file instead",
	    SET(set_text, write) },

	{ 'I', DOLL, "doll", "name", "its name (default puppet0, puppet1, ...)",
	    SET(set_interface, doll) },
	{ 'n', DOLL, "netns", "name", "make the doll in this network namespace",
	    SET(set_netns, netns) },
	{ 'u', DOLL, "up", NULL, "bring the doll up", FLAG(up) },
	{ 'U', DOLL, "hook", "command",
	    "run a command when the doll is configured",
	    SET(set_command, hook) },
	{ 'O', DOLL, "open", NULL,
	    "let packets from the doll reach this host as\n"
	    "from any interface: to route or serve there",
	    FLAG(open) },
	{ 'q', DOLL, "queue", "frames",
	    "length of its transmit queue (default 1000)",
	    NUMBER(queue, 1, 500000) },

	{ 'f', BOTH, "filter", "expression",
	    "carry only frames that match (pcap-filter(7))",
	    SET(set_text, expression) },
	{ 'p', BOTH, "promiscuous", NULL, "capture frames for other hosts, too",
	    FLAG(promisc) },
	{ 'r', BOTH, "read-only", NULL, "never send on the real interface",
	    FLAG(readonly) },
	{ 'x', BOTH, "exclusive", NULL,
	    "make the real interface's host deaf there: it\n"
	    "hears only the session",
	    FLAG(exclusive) },
	{ 'C', BOTH, "no-copy", NULL, "do not copy MAC, MTU and addresses",
	    FLAG(nocopy) },
	{ 'g', BOTH, "coalesce", NULL,
	    "join TCP segments: fastest for bulk data", FLAG(coalesce) },
	{ 'G', BOTH, "segment", NULL, "show frames as they were on the wire",
	    FLAG(segment) },
	{ 'D', BOTH, "max-delay", "ms",
	    "discard frames older than this (default 200;\n"
	    "2000 with -r or -w; 0: discard none)",
	    NUMBER(delay, 0, 60000) },
	{ 't', BOTH, "stats", "seconds", "show counters this often",
	    NUMBER(stats, 1, 86400) },
	{ 'Z', BOTH, "user", "name",
	    "run as this user when all is open (default\n"
	    "_etherpuppet, if there is one, else nobody)",
	    SET(set_command, user) },
	{ 'd', BOTH, "debug", NULL, "more messages; repeatable",
	    .set = set_debug },
	{ 'v', BOTH, "version", NULL, "print the version",
	    .set = print_version },
	{ 'h', BOTH, "help", NULL, "print this", .set = print_help },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void
print_row(const struct row *row)
{
	const char *line = row->help, *end;
	int used = printf("  -%c, --%s%s%s", row->letter, row->name,
	    row->arg != NULL ? " " : "", row->arg != NULL ? row->arg : "");

	if (used > HELP_COLUMN - 1) {
		(void)putchar('\n');
		used = 0;
	}
	while (line != NULL) {
		end = strchr(line, '\n');
		(void)printf("%*s%.*s\n", HELP_COLUMN - used, "",
		    end != NULL ? (int)(end - line) : (int)strlen(line), line);
		line = end != NULL ? end + 1 : NULL;
		used = 0;
	}
}

static void
print_help(struct options *o, const struct row *row, const char *arg)
{
	size_t i;

	(void)o, (void)row, (void)arg;
	(void)fputs(help_begin, stdout);
	for (i = 0; i < ROWS; i++) {
		if (i == 0 || rows[i].group != rows[i - 1].group)
			(void)puts(headings[rows[i].group]);
		print_row(&rows[i]);
	}
	(void)fputs(help_end, stdout);
	exit(0);
}

/* Complains about the option at which getopt_long() has stopped. */
static void
bad_option(int letter, char *argv[])
{
	char last[3] = { '-', (char)optopt, '\0' };
	const char *name = argv[optind - 1];

	if (strncmp(name, "--", 2) != 0 && optopt != 0)
		name = last;
	options_wrong("%s: %s", name,
	    letter == ':' ? "wants an argument" : "not an option");
}

/*
 * Whether -s - is given.  This must be known before the first message, which an
 * option in front of -s may cause.
 */
static bool
is_far(int argc, char *argv[])
{
	int i;

	for (i = 1; i < argc; i++)
		if (strcmp(argv[i], "-s-") == 0 ||
		    strcmp(argv[i], "--listen=-") == 0 ||
		    (strcmp(argv[i], "-") == 0 &&
			(strcmp(argv[i - 1], "-s") == 0 ||
			    strcmp(argv[i - 1], "--listen") == 0)))
			return true;
	return false;
}

/* Makes getopt_long()'s two tables from ours. */
static void
getopt_tables(char *letters, struct option *names)
{
	size_t i;

	*letters++ = ':';
	for (i = 0; i < ROWS; i++) {
		*letters++ = rows[i].letter;
		if (rows[i].arg != NULL)
			*letters++ = ':';
		names[i] = (struct option) { rows[i].name,
			rows[i].arg != NULL ? required_argument : no_argument,
			NULL, rows[i].letter };
	}
	*letters = '\0';
	names[ROWS] = (struct option) { NULL, 0, NULL, 0 };
}

static const struct row *
row_of(int letter)
{
	size_t i;

	for (i = 0; i < ROWS && rows[i].letter != letter; i++)
		;
	return &rows[i];
}

static void
parse(struct options *o, int argc, char *argv[], char given[])
{
	struct option names[ROWS + 1];
	char letters[2 * ROWS + 2];
	const struct row *row;
	int letter;

	getopt_tables(letters, names);
	opterr = 0;
	while ((letter = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (letter == '?' || letter == ':')
			bad_option(letter, argv);
		row = row_of(letter);
		row->set(o, row, optarg);
		if (given[row->group] == '\0')
			given[row->group] = row->letter;
	}
	if (optind < argc)
		options_wrong("%s: not an option", argv[optind]);
}

void
options_parse(struct options *o, int argc, char *argv[])
{
	char given[OPTION_GROUPS] = { 0 };

	memset(o, 0, sizeof(*o));
	o->delay = DELAY_DEFAULT;
	(void)gethostname(o->host, sizeof(o->host) - 1);
	if (is_far(argc, argv))
		log_far(o->host);
	if (argc == 1) {
		log_write(synopsis, sizeof(synopsis) - 1);
		exit(2);
	}
	parse(o, argc, argv, given);
	if (o->write != NULL && o->interface == NULL)
		o->master = true;
	o->role = o->master ? ROLE_MASTER : ROLE_SLAVE;
	o->once = o->once || o->form == PEER_STDIO;
	o->buffer *= 1024 * 1024;
	options_check(o, given);
}
