/* SPDX-License-Identifier: ISC */
/*
 * smoke PROGRAM: tries this etherpuppet on this host; see smoke.h.  Its exit
 * status is 0 if nothing failed.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <net/if.h>
#include <netinet/in.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "privilege/helper.h"
#include "smoke.h"

volatile sig_atomic_t interrupted;
static const char *path; /* of the program */
static char address[32]; /* where the slave listens */
static char session[64]; /* -M for it */
static struct program slave, master;

static void catch (int sig)
{
	(void)sig;
	interrupted = 1;
}

/* FreeBSD's tap stays until the helper takes it away. */
static void
real_end(void)
{
	end_close(&real);
	helper_close();
}

void
leave(void)
{
	scratch_end(false);
	end_close(&doll);
	real_end();
	exit(130);
}

/* A port that nobody listens on. */
static int
address_find(void)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM, 0), r;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r = bind(fd, (struct sockaddr *)&sin, sizeof(sin));
	if (r == 0)
		r = getsockname(fd, (struct sockaddr *)&sin, &len);
	if (r == -1)
		perror("127.0.0.1");
	(void)close(fd);
	(void)snprintf(address, sizeof(address), "127.0.0.1:%u",
	    (unsigned)ntohs(sin.sin_port));
	(void)snprintf(session, sizeof(session), "127.0.0.1:*,%s", address);
	return r;
}

/* -- parts ----------------------------------------------------------------- */

static bool
is_gone(void *arg)
{
	return if_nametoindex(arg) == 0;
}

static bool
gone(struct end *e)
{
	return until(is_gone, e->name, -1);
}

/* The tap that stands for the real interface. */
static bool
real_make(void)
{
	struct params now = { 0 };
	char text[512];

	if (!check(end_open(&real, &port_tap, NULL) == 0,
		"a tap as the real interface", "there is none"))
		return false;
	if (!need(set_mac(real.name, 1) && set_mtu(real.name, 1500) &&
		    set_up(real.name),
		"its MAC and MTU, and up", "not set: %s", strerror(errno)))
		return false;
	(void)params_read(real.name, &now);
	memcpy(real.mac, now.mac, sizeof(real.mac));
	return check(now.have_mac && now.mac[5] == 1 && now.mtu == 1500 &&
		(now.flags & PARAM_UP) != 0,
	    "its MAC and MTU are set and read back", "seen %s",
	    params_print(&now, text, sizeof(text)));
}

static bool
slave_start(const char *more)
{
	const char *words[] = { path, "-s", address, "-i", real.name, "-M",
		session, more, NULL };

	program_start(&slave, "slave", words);
	return program_says(&slave, 0, "listening on 127.0.0.1 ") != NULL;
}

/* The doll's name is in the line "etherpuppet: NAME: made". */
static bool
doll_find(void)
{
	const char *line = program_says(&master, 0, ": made");

	doll.name[0] = '\0';
	if (line != NULL)
		(void)sscanf(line, "etherpuppet: %15[^:]", doll.name);
	return need(if_nametoindex(doll.name) != 0, "master: makes a doll",
	    "expected an interface '%s', seen none", doll.name);
}

static bool
master_start(const char *const *words)
{
	program_start(&master, "master", words);
	return doll_find() &&
	    need(program_says(&master, 0, "session begins") != NULL,
		"master: a session begins", "seen no such line");
}

/* What the host sees at the doll; with promisc also what is for other MACs. */
static bool
doll_watch(bool promisc)
{
	return need(end_open(&doll, &port_capture, doll.name) == 0 &&
		(!promisc || port_set(&doll.port, PORT_PROMISC, true) == 0),
	    "a capture on the doll", "there is none");
}

static void
master_end(void)
{
	end_close(&doll);
	program_stop(&master);
	(void)need(gone(&doll), "master: the doll goes with it",
	    "%s is still there", doll.name);
}

/* -- stages ---------------------------------------------------------------- */

static bool
has_no_carrier(void *arg)
{
	struct params now;

	(void)arg;
	return params_read(doll.name, &now) == 0 &&
	    (now.flags & PARAM_RUNNING) == 0;
}

static void
stage_return(void)
{
	unsigned index = if_nametoindex(doll.name);
	long from = program_mark(&master);

	program_kill(&slave);
	(void)need(program_says(&master, from, "next try in") != NULL,
	    "slave killed: the master tries again", "seen no such line");
	if (port_tap.set != NULL)
		(void)check(until(has_no_carrier, NULL, -1),
		    "slave killed: the doll loses its carrier", "it has one");
	else
		skip("slave killed: the doll loses its carrier",
		    "a tap here always has one");
	if (!need(slave_start("-d"), "slave: listens", "it does not"))
		return;
	(void)carried("another slave: frames both ways");
	(void)check(if_nametoindex(doll.name) == index,
	    "another slave: the same doll", "expected index %u, seen %u", index,
	    if_nametoindex(doll.name));
}

static void
stage_copy(void)
{
	const char *words[] = { path, "-m", "-u", "-c", address, "-U",
		"echo hook $PUPPET_IFNAME $PUPPET_MTU", NULL };
	char hook[64];

	if (!need(slave_start("-d"), "slave: listens", "it does not") ||
	    !master_start(words))
		return;
	follow_start();
	(void)snprintf(hook, sizeof(hook), "hook %s 1500", doll.name);
	(void)check(program_says(&master, 0, hook) != NULL, "-U runs a command",
	    "expected '%s', seen no such line", hook);
	if (!doll_watch(false) || !carried("frames both ways"))
		return;
	carry_all();
	follow_changes(&slave, &master);
	stage_return();
}

/* -e and its pipes, -C, -f; the doll's MAC is not the real one's. */
static void
stage_command(void)
{
	static const struct shape mixed[] = { { .len = 60 },
		{ .len = 60, .type = TYPE_B, .lost = true }, { .len = 61 } };
	static const struct shape other = { .len = 60, .type = TYPE_B };
	char command[512];
	const char *words[] = { path, "-m", "-u", "-C", "-f",
		"not ether proto 0x88b6", "-e", command, NULL };
	struct params now;

	(void)snprintf(command, sizeof(command), "%s -s - -i %s -M '%s'", path,
	    real.name, session);
	if (!master_start(words) || !doll_watch(false))
		return;
	if (params_read(doll.name, &now) == 0)
		memcpy(doll.mac, now.mac, sizeof(doll.mac));
	(void)check(memcmp(doll.mac, real.mac, sizeof(doll.mac)) != 0,
	    "-C: the doll keeps its own MAC", "it has the real one's");
	if (!carried("-e: frames both ways"))
		return;
	(void)carry(&real, &doll, "-f leaves out one kind", mixed, 3);
	(void)carry(&doll, &real, "-f leaves out nothing", &other, 1);
}

/* Only what comes while the session lives is not heard. */
static void
check_deaf(void)
{
	const char *words[] = { path, "-m", "-u", "-C", "-c", address, NULL };
	unsigned number = 0;
	bool carries;

	carries = master_start(words) && doll_watch(true) &&
	    carried("-x: frames both ways");
	if (carries) {
		number = host_tell();
		(void)check(end_sees(&doll, number),
		    "-x: the doll hears what is for the host", "it does not");
	}
	master_end();
	if (carries &&
	    check(host_hears(), "the host hears after the session",
		"it does not"))
		(void)check(!host_heard(number), "-x: the host does not hear",
		    "it does");
}

static void
stage_exclusive(void)
{
	const char *line;

	if (!host_hears())
		skip("-x", "the host hears nothing as it is: a firewall?");
	else if (slave_start("-x")) {
		check_deaf();
		program_stop(&slave);
	} else if ((line = program_says(&slave, 0, "-x")) != NULL)
		skip("-x", "%s", line);
	else
		(void)check(false, "-x: slave: listens", "it does not");
}

static void
stage_host(void)
{
	if (host_ip4 == NULL) {
		skip("-x", "no IPv4 address is free here");
		return;
	}
	if (need(set_addr(real.name, host_ip4, true) && host_listen() == 0,
		"an address for the host", "%s: %s", host_ip4, strerror(errno)))
		stage_exclusive();
	host_close();
	(void)set_addr(real.name, host_ip4, false);
}

static void
stages(void)
{
	if (!need(host_choose() == 0, "the addresses of this host",
		"not to be read: %s", strerror(errno)) ||
	    !real_make())
		return;
	carry_begin();
	stage_copy();
	master_end();
	program_stop(&slave);
	stage_command();
	master_end();
	stage_host();
	carry_end();
	real_end();
	(void)check(gone(&real) && gone(&doll), "nothing is left",
	    "%s or %s is still there", real.name, doll.name);
}

static void
greet(void)
{
	struct utsname u;

	(void)uname(&u);
	(void)printf("etherpuppet %s on %s %s, %s, compiler %s\n", VERSION,
	    u.sysname, u.release, u.machine, __VERSION__);
}

int
main(int argc, char *argv[])
{
	static const char *const unset[] = { "SUDO_UID", "SUDO_GID",
		"DOAS_USER", "SSH_CONNECTION", "JOURNAL_STREAM",
		"NOTIFY_SOCKET" };
	size_t i;
	int failed;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: smoke PROGRAM\n");
		return 2;
	}
	path = argv[1];
	for (i = 0; i < sizeof(unset) / sizeof(unset[0]); i++)
		(void)unsetenv(unset[i]);
	(void)signal(SIGINT, catch);
	(void)signal(SIGTERM, catch);
	greet();
	if (address_find() == -1 || scratch_make() == -1)
		return 1;
	stages();
	failed = report_end();
	scratch_end(failed > 0);
	return failed > 0;
}
