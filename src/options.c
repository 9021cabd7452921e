/*
 * The command line.  Every option has a short form; those of etherpuppet 0.3
 * and 0.4 keep their letters and meaning.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "privilege/helper.h"
#include "log.h"
#include "notify.h"
#include "options.h"
#include "session/resolve.h"

#define WAIT_MIN 1 /* seconds between two tries, doubled each time */
#define WAIT_MAX 30
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

static const char help[] = SYNOPSIS
    "       etherpuppet -w file|- -c host:port | -e command | "
    "-s [addr:]port\n"
    "\n"
    "etherpuppet makes a virtual interface here (on the master) out of a real\n"
    "one elsewhere (on the slave).\n"
    "\n"
    "The connection, exactly one of:\n"
    "  -s, --listen [addr:]port  wait for the other side\n"
    "  -s -                      serve one session on standard input and "
    "output\n"
    "  -c, --connect host:port   connect; IPv6 as [addr]:port\n"
    "  -e, --exec command        run a command and talk through it\n"
    "  -L, --legacy 0.3|0.4      connect to an etherpuppet of that version\n"
    "  -1, --once                end with the first session or failure\n"
    "Slave:\n"
    "  -i, --interface name      the real interface\n"
    "  -M, --exclude src:port,dst:port\n"
    "                            the TCP connection not to capture, since it\n"
    "                            carries the session; repeatable\n"
    "  -S, --exclude-ssh         the same, from SSH_CONNECTION\n"
    "  -B, --no-exclude          capture everything\n"
    "  -b, --buffer MiB          capture buffer (default 8)\n"
    "Master:\n"
    "  -m, --master              make a doll\n"
    "  -I, --doll name           its name (default puppet0, puppet1, ...)\n"
    "  -n, --netns name          make it in a network namespace of its own\n"
    "  -u, --up                  bring it up\n"
    "  -U, --hook command        run a command when it is configured\n"
    "  -O, --open                let it reach this host as any interface: to\n"
    "                            route or serve through it\n"
    "  -q, --queue frames        its transmit queue (default 1000)\n"
    "  -w, --write file|-        write a capture file instead\n"
    "Both:\n"
    "  -f, --filter expression   carry only this (pcap-filter(7))\n"
    "  -p, --promiscuous         hear frames for other hosts, too\n"
    "  -r, --read-only           never send on the real interface\n"
    "  -x, --exclusive           the real interface's own host hears only the\n"
    "                            session there\n"
    "  -C, --no-copy             do not copy MAC, MTU and addresses\n"
    "  -g, --coalesce            join TCP segments: fastest\n"
    "  -G, --segment             frames as they were on the wire\n"
    "  -D, --max-delay ms        discard frames that would come later (default\n"
    "                            200; 2000 with -r or -w; 0: none)\n"
    "  -t, --stats seconds       show counters\n"
    "  -d, --debug               more messages; repeatable\n"
    "  -v, --version\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 ended by a signal or, with -1, after a session that ended\n"
    "well; 1 after a failure; 2 if the command line makes no sense.\n";

static const struct option longopts[] = {
	{ "listen", required_argument, NULL, 's' },
	{ "connect", required_argument, NULL, 'c' },
	{ "exec", required_argument, NULL, 'e' },
	{ "legacy", required_argument, NULL, 'L' },
	{ "once", no_argument, NULL, '1' },
	{ "interface", required_argument, NULL, 'i' },
	{ "exclude", required_argument, NULL, 'M' },
	{ "exclude-ssh", no_argument, NULL, 'S' },
	{ "no-exclude", no_argument, NULL, 'B' },
	{ "buffer", required_argument, NULL, 'b' },
	{ "master", no_argument, NULL, 'm' },
	{ "doll", required_argument, NULL, 'I' },
	{ "netns", required_argument, NULL, 'n' },
	{ "up", no_argument, NULL, 'u' },
	{ "hook", required_argument, NULL, 'U' },
	{ "open", no_argument, NULL, 'O' },
	{ "queue", required_argument, NULL, 'q' },
	{ "write", required_argument, NULL, 'w' },
	{ "filter", required_argument, NULL, 'f' },
	{ "promiscuous", no_argument, NULL, 'p' },
	{ "read-only", no_argument, NULL, 'r' },
	{ "exclusive", no_argument, NULL, 'x' },
	{ "no-copy", no_argument, NULL, 'C' },
	{ "coalesce", no_argument, NULL, 'g' },
	{ "segment", no_argument, NULL, 'G' },
	{ "max-delay", required_argument, NULL, 'D' },
	{ "stats", required_argument, NULL, 't' },
	{ "debug", no_argument, NULL, 'd' },
	{ "version", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void usage(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

static void
usage(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_info("%s; etherpuppet -h lists the options", text);
	exit(2);
}

static uint32_t
number(int letter, const char *text, unsigned long min, unsigned long max)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || value < min ||
	    value > max)
		usage("-%c %s: must be a number from %lu to %lu", letter, text,
		    min, max);
	return (uint32_t)value;
}

static const char *
check_command(int letter, const char *text)
{
	if (strlen(text) >= HELPER_COMMAND)
		usage("-%c: the command is longer than %d bytes", letter,
		    HELPER_COMMAND - 1);
	return text;
}

static void
set_peer(struct options *o, enum peer_form form, const char *text)
{
	const char *why = NULL;

	if (o->peer != NULL)
		usage("only one of -s, -c and -e can be the connection");
	if (*text == '\0')
		usage("-s, -c and -e must not be empty");
	if (form == PEER_EXEC)
		check_command('e', text);
	if (form == PEER_LISTEN && strcmp(text, "-") == 0)
		form = PEER_STDIO;
	if (form == PEER_LISTEN || form == PEER_CONNECT)
		why = resolve_check(text, form == PEER_LISTEN);
	if (why != NULL)
		usage("-%c %s: %s", form == PEER_LISTEN ? 's' : 'c', text, why);
	o->form = form;
	o->peer = text;
}

static void
add_pair(struct options *o, const char *text)
{
	char why[256];

	if (o->npairs == FILTER_PAIRS)
		usage("-M: no more than %d of them", FILTER_PAIRS);
	if (filter_pair_parse(text, &o->pairs[o->npairs], why, sizeof(why)) ==
	    -1)
		usage("-M %s: %s", text, why);
	o->npairs++;
}

/*
 * Nothing begins before it is known what to carry.  When a machine starts its
 * name servers may not be there yet: that is waited for.
 */
static void
resolve_filter(struct options *o)
{
	unsigned seconds = WAIT_MIN;
	char why[256];

	while (filter_resolve(o->expression, o->filter, sizeof(o->filter), why,
		   sizeof(why)) == -1) {
		if (errno != EAGAIN)
			usage("-f %s: %s", o->expression, why);
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

static void
set_legacy(struct options *o, const char *text)
{
	if (strcmp(text, "0.3") == 0)
		o->legacy = &dialect_legacy03;
	else if (strcmp(text, "0.4") == 0)
		o->legacy = &dialect_legacy04;
	else
		usage("-L %s: must be 0.3 or 0.4", text);
}

static const char *
set_name(int letter, const char *text)
{
	if (!params_name_ok(text))
		usage("-%c %s: must be an interface name of 1 to %d letters",
		    letter, text, PARAMS_NAME - 1);
	if (letter == 'I' && strchr(text, '%') != NULL)
		usage("-I %s: must be a name without %%", text);
	return text;
}

static bool
parse_common(struct options *o, int letter, char *arg)
{
	switch (letter) {
	case 's':
		set_peer(o, PEER_LISTEN, arg);
		break;
	case 'c':
		set_peer(o, PEER_CONNECT, arg);
		break;
	case 'e':
		set_peer(o, PEER_EXEC, arg);
		break;
	case 'L':
		set_legacy(o, arg);
		break;
	case '1':
		o->once = true;
		break;
	case 'f':
		o->expression = arg;
		break;
	case 'p':
		o->promisc = true;
		break;
	case 'r':
		o->readonly = true;
		break;
	case 'x':
		o->exclusive = true;
		break;
	case 'C':
		o->nocopy = true;
		break;
	case 'g':
		o->coalesce = true;
		break;
	case 'G':
		o->segment = true;
		break;
	case 'D':
		o->delay = number('D', arg, 0, 60000);
		o->have_delay = true;
		break;
	case 't':
		o->stats = number('t', arg, 1, 86400);
		break;
	case 'd':
		log_level++;
		break;
	default:
		return false;
	}
	return true;
}

static void
parse_side(struct options *o, int letter, char *arg, bool *master)
{
	switch (letter) {
	case 'i':
		o->interface = set_name('i', arg);
		break;
	case 'M':
		add_pair(o, arg);
		break;
	case 'S':
		o->exclude_ssh = true;
		break;
	case 'B':
		o->exclude_none = true;
		break;
	case 'b':
		o->buffer = number('b', arg, 1, 1024) * 1024 * 1024;
		break;
	case 'm':
		*master = true;
		break;
	case 'I':
		o->doll = set_name('I', arg);
		break;
	case 'n':
		if (*arg == '\0' || strchr(arg, '/') != NULL)
			usage("-n %s: must be a name without /", arg);
		o->netns = arg;
		break;
	case 'u':
		o->up = true;
		break;
	case 'U':
		if (*arg == '\0')
			usage("-U must not be empty");
		o->hook = check_command('U', arg);
		break;
	case 'O':
		o->open = true;
		break;
	case 'q':
		o->queue = number('q', arg, 1, 500000);
		break;
	case 'w':
		o->write = arg;
		break;
	case 'v':
		(void)printf("etherpuppet %s\n", VERSION);
		exit(0);
	case 'h':
		(void)fputs(help, stdout);
		exit(0);
	}
}

/* The option that getopt_long() has stopped at. */
static void
bad_option(int letter, char *argv[])
{
	char last[3] = { '-', (char)optopt, '\0' };
	const char *name = argv[optind - 1];

	if (strncmp(name, "--", 2) != 0 && optopt != 0)
		name = last;
	usage("%s: %s", name,
	    letter == ':' ? "wants an argument" : "not an option");
}

static void
check_side(const struct options *o, bool master)
{
	if (master && o->interface != NULL)
		usage("-m makes a doll, -i uses a real interface: "
		      "only one of them");
	if (!master && o->interface == NULL)
		usage("either -i interface or -m must be given");
	if (master &&
	    (o->npairs > 0 || o->exclude_ssh || o->exclude_none ||
		o->buffer > 0))
		usage("-M, -S, -B and -b belong to the side with -i");
	if (!master &&
	    (o->doll != NULL || o->netns != NULL || o->up || o->hook != NULL ||
		o->open || o->queue > 0 || o->write != NULL))
		usage(
		    "-I, -n, -u, -U, -O, -q and -w belong to the side with -m");
	if (o->write != NULL &&
	    (o->doll != NULL || o->netns != NULL || o->up || o->hook != NULL ||
		o->open || o->queue > 0))
		usage(
		    "-w makes no doll: -I, -n, -u, -U, -O and -q cannot be met");
	if (o->write != NULL && strcmp(o->write, "-") == 0 &&
	    isatty(STDOUT_FILENO))
		usage("-w -: standard output must not be a terminal: let a "
		      "program read it (| tcpdump -n -r -)");
	if (o->exclude_none && (o->exclude_ssh || o->npairs > 0))
		usage("-B captures everything, -M and -S leave something out");
	if (o->exclude_ssh && o->npairs == FILTER_PAIRS)
		usage("-S and -M: no more than %d of them together",
		    FILTER_PAIRS);
	if (o->coalesce && o->segment)
		usage("-g joins segments, -G cuts them: only one of them");
	if (o->coalesce && o->write != NULL)
		usage("-w writes every frame as it was: -g cannot be met");
	if (o->exclude_none && o->exclusive)
		usage("-x lets only the session through, and -B says that "
		      "nobody knows it");
}

static void
check_peer(const struct options *o)
{
	if (o->peer == NULL)
		usage("one of -s, -c and -e must be given");
	if (o->legacy != NULL && o->form != PEER_CONNECT &&
	    o->form != PEER_EXEC)
		usage("-L is for the side that connects (-c, -e); "
		      "a listening side finds out by itself");
	if (o->legacy != NULL && o->exclusive && o->interface == NULL)
		usage("-x cannot be asked of an old etherpuppet (-L)");
	if (o->form == PEER_STDIO && o->write != NULL &&
	    strcmp(o->write, "-") == 0)
		usage("-s - and -w - both want standard output");
	if (o->form == PEER_STDIO &&
	    (isatty(STDIN_FILENO) || isatty(STDOUT_FILENO)))
		usage("-s -: standard input and output must not be a "
		      "terminal: it is for the far end of -e; use ssh "
		      "without -t");
}

/* Before the first message: -s - stands at the end as a rule. */
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

void
options_parse(struct options *o, int argc, char *argv[])
{
	bool master = false;
	int letter;

	memset(o, 0, sizeof(*o));
	(void)gethostname(o->host, sizeof(o->host) - 1);
	if (is_far(argc, argv))
		log_far(o->host);
	if (argc == 1) {
		log_write(synopsis, sizeof(synopsis) - 1);
		exit(2);
	}
	opterr = 0;
	while ((letter = getopt_long(argc, argv,
		    ":s:c:e:L:1i:M:SBb:mI:n:uU:Oq:w:f:prxCgGD:t:dvh", longopts,
		    NULL)) != -1)
		if (letter == '?' || letter == ':')
			bad_option(letter, argv);
		else if (!parse_common(o, letter, optarg))
			parse_side(o, letter, optarg, &master);
	if (optind < argc)
		usage("%s: not an option", argv[optind]);
	if (o->write != NULL && o->interface == NULL)
		master = true;
	check_side(o, master);
	check_peer(o);
	o->role = master ? ROLE_MASTER : ROLE_SLAVE;
	o->once = o->once || o->form == PEER_STDIO;
	if (o->expression != NULL)
		resolve_filter(o);
}
