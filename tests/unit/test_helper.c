/* SPDX-License-Identifier: ISC */
/*
 * The helper's requests: commands, names, filters, and refusals of requests
 * that are not valid.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pcap.h>
#include <cmocka.h>

#include "filter/filter_child.h"
#include "privilege/channel.h"
#include "privilege/request.h"
#include "session/resolve.h"
#include "port/port.h"
#include "validate.h"
#include "verdict.h"

#define DEADLINE 20 /* seconds; only a failure takes so long */

static struct options words;
static struct request request;
static struct answer answer;

/* The command line of a slave on lo that listens. */
static int
request_reset(void **state)
{
	(void)state;
	memset(&request, 0, sizeof(request));
	memset(&words, 0, sizeof(words));
	words.role = ROLE_SLAVE;
	words.form = PEER_LISTEN;
	words.peer = "1234";
	words.interface = "lo";
	(void)alarm(DEADLINE);
	request_close();
	return request_open(&words);
}

/* The helper gets another command line, of a master or a slave. */
static void
words_set(enum role role)
{
	request_close();
	words.role = role;
	assert_int_equal(request_open(&words), 0);
}

static int
group_setup(void **state)
{
	(void)unsetenv("SUDO_UID");
	(void)unsetenv("SUDO_GID");
	(void)unsetenv("DOAS_USER");
	(void)signal(SIGPIPE, SIG_IGN);
	return request_reset(state);
}

static int
call(enum request_what what)
{
	request.what = what;
	return request_call(&request, -1, &answer);
}

/* The same, of a slave whose -e, -s or -c says this. */
static int
call_of(enum peer_form form, const char *peer, enum request_what what)
{
	words.form = form;
	words.peer = peer;
	words_set(ROLE_SLAVE);
	return call(what);
}

/* Runs this command of -e. */
static int
run(const char *command)
{
	return call_of(PEER_EXEC, command, REQUEST_EXEC);
}

static void
assert_refused(int result)
{
	assert_int_equal(request_call(&request, -1, &answer), -1);
	assert_int_equal(answer.result, result);
	assert_int_equal(errno, result);
	assert_true(answer.why[0] != '\0');
	assert_int_equal(answer.fds[0], -1);
}

/* Reads until end of file. */
static const char *
read_all(int fd)
{
	static char buf[4096];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, buf + len, sizeof(buf) - 1 - len)) > 0)
		len += (size_t)n;
	assert_int_equal(n, 0);
	buf[len] = '\0';
	return buf;
}

/* How a command has ended; waits for that. */
static int
status_of(enum helper_child child)
{
	memset(&request, 0, sizeof(request));
	request.child = child;
	do {
		(void)poll(NULL, 0, 1);
		assert_int_equal(call(REQUEST_ENDED), 0);
	} while (!answer.ended);
	return answer.status;
}

/* NetBSD's macros take the address of their argument. */
static int
command_exit(void)
{
	int status = status_of(CHILD_COMMAND);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
command_signal(void)
{
	int status = status_of(CHILD_COMMAND);

	return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

/* Returns a command's standard output; it must end with status 0. */
static const char *
output_of(const char *command)
{
	const char *out;

	assert_int_equal(run(command), 0);
	out = read_all(answer.fds[0]);
	(void)close(answer.fds[0]);
	assert_int_equal(command_exit(), 0);
	return out;
}

/* Redirects standard error to a file, whose contents the end returns. */
static int stderr_before;
static FILE *stderr_file;

static void
stderr_catch(void)
{
	assert_non_null(stderr_file = tmpfile());
	(void)fflush(stderr);
	stderr_before = dup(STDERR_FILENO);
	assert_int_not_equal(dup2(fileno(stderr_file), STDERR_FILENO), -1);
}

static const char *
stderr_caught(void)
{
	static char buf[8192];

	(void)fflush(stderr);
	assert_int_not_equal(dup2(stderr_before, STDERR_FILENO), -1);
	(void)close(stderr_before);
	rewind(stderr_file);
	buf[fread(buf, 1, sizeof(buf) - 1, stderr_file)] = '\0';
	(void)fclose(stderr_file);
	return buf;
}

static void
test_exec_both_ways(void **state)
{
	(void)state;
	assert_int_equal(run("cat; exit 3"), 0);
	assert_int_equal(answer.result, 0);
	assert_true(fcntl(answer.fds[0], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(answer.fds[0], "puppet", 6), 6);
	assert_int_equal(shutdown(answer.fds[0], SHUT_WR), 0);
	assert_string_equal(read_all(answer.fds[0]), "puppet");
	(void)close(answer.fds[0]);
	assert_int_equal(command_exit(), 3);
}

static void
test_exec_not_found(void **state)
{
	int err;

	(void)state;
	assert_int_equal(run("/nowhere/etherpuppet -s -"), 0);
	err = answer.fds[1];
	assert_true(fcntl(err, F_GETFD) & FD_CLOEXEC);
	assert_string_equal(read_all(answer.fds[0]), "");
	(void)close(answer.fds[0]);
	assert_int_equal(command_exit(), 127);
	assert_non_null(strstr(read_all(err), "/nowhere/etherpuppet"));
	(void)close(err);
}

static bool
has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY);

	if (fd != -1)
		(void)close(fd);
	return fd != -1;
}

/* Signals, descriptors and process group are as if a shell had started it. */
static void
test_exec_clean(void **state)
{
	char group[32];
	sigset_t set, before;

	(void)state;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, &before);
	assert_int_equal(run("kill -TERM $$; echo alive"), 0);
	assert_string_equal(read_all(answer.fds[0]), "");
	(void)close(answer.fds[0]);
	assert_int_equal(command_signal(), SIGTERM);
	(void)sigprocmask(SIG_BLOCK, NULL, &set);
	assert_true(sigismember(&set, SIGTERM)); /* ours is as it was */
	(void)sigprocmask(SIG_SETMASK, &before, NULL);

	assert_int_equal(run("kill -PIPE $$; echo alive"), 0);
	assert_string_equal(read_all(answer.fds[0]), "");
	(void)close(answer.fds[0]);
	assert_int_equal(command_signal(), SIGPIPE);

	assert_int_equal(dup2(STDIN_FILENO, 7), 7);
	assert_string_equal(output_of("for f in 3 4 5 6 7 8 9; do "
				      "if (: >&$f) 2>/dev/null; "
				      "then echo $f; fi; done"),
	    "");
	(void)close(7);
	(void)snprintf(group, sizeof(group), "%d\n",
	    has_terminal() ? (int)getpgrp() : 0);
	assert_string_equal(
	    output_of("g=$(ps -o pgid= -p $$ 2>/dev/null | tr -d ' ') || :; "
		      "[ \"$g\" != $$ ] || g=0; [ -z \"$g\" ] || echo $g"),
	    system("ps -p $$ >/dev/null 2>&1") == 0 ? group : "");
}

static int
end(bool force)
{
	memset(&request, 0, sizeof(request));
	request.on = force;
	return call(REQUEST_END);
}

/* The signal ends it, even while it is stopped. */
static void
test_end(void **state)
{
	char line[32];

	(void)state;
	assert_int_equal(end(true), -1); /* there is none */
	assert_int_equal(run("echo $$; exec sleep 60"), 0);
	memset(line, 0, sizeof(line));
	assert_true(read(answer.fds[0], line, sizeof(line) - 1) > 0);
	(void)close(answer.fds[0]);
	assert_int_equal(kill((pid_t)atoi(line), SIGSTOP), 0);
	assert_int_equal(end(false), 0);
	assert_int_equal(command_signal(), SIGTERM);
	assert_int_equal(end(true), -1);

	assert_int_equal(run("trap '' TERM; echo; read x; "
			     "exec sleep 60"),
	    0);
	assert_int_equal(read(answer.fds[0], line, 1), 1); /* it has begun */
	(void)close(answer.fds[0]);
	assert_int_equal(end(false), 0);
	assert_int_equal(end(true), 0);
	assert_int_equal(command_signal(), SIGKILL);
}

/* There is one command at a time, and its end is told once. */
static void
test_one_command(void **state)
{
	(void)state;
	assert_int_equal(run("exec sleep 60"), 0);
	(void)close(answer.fds[0]);
	assert_int_equal(call(REQUEST_EXEC), -1);
	assert_int_equal(answer.result, EBUSY);
	assert_int_equal(end(true), 0);
	assert_int_equal(command_signal(), SIGKILL);
	assert_int_equal(status_of(CHILD_COMMAND), 0); /* there is none */
	request.child = CHILD_DIAL;
	request.what = REQUEST_ENDED;
	assert_refused(EINVAL);
	request.child = CHILD_COMMAND;
	request.what = REQUEST_STOP;
	assert_refused(EINVAL);
	request.child = (enum helper_child)4711;
	assert_refused(EINVAL);
	request.what = REQUEST_ENDED;
	assert_refused(EINVAL);
}

static void
test_exec_as_the_invoker(void **state)
{
	const struct passwd *pw = getpwnam("nobody");
	char id[64], expected[512];

	(void)state;
	if (geteuid() != 0 || pw == NULL)
		skip();
	(void)snprintf(id, sizeof(id), "%u", (unsigned)pw->pw_uid);
	(void)snprintf(expected, sizeof(expected),
	    "%u %u %u %s nobody nobody\n", (unsigned)pw->pw_uid,
	    (unsigned)pw->pw_uid, (unsigned)pw->pw_gid, pw->pw_dir);
	assert_int_equal(setenv("SUDO_UID", id, 1), 0);
	assert_string_equal(output_of("echo $(id -u) $(id -ru) $(id -G) "
				      "$HOME $USER $LOGNAME"),
	    expected);
	assert_int_equal(setenv("SUDO_UID", "4294967294", 1), 0);
	assert_int_equal(run("id"), -1);
	assert_int_equal(answer.result, EINVAL);
	assert_int_equal(setenv("SUDO_UID", "12x", 1), 0);
	assert_int_equal(run("id"), -1);
	assert_int_equal(answer.result, EINVAL);
	assert_int_equal(answer.fds[0], -1);
	(void)unsetenv("SUDO_UID");
	assert_int_equal(setenv("DOAS_USER", "nobody", 1), 0);
	assert_string_equal(output_of("echo $(id -u) $(id -ru) $(id -G) "
				      "$HOME $USER $LOGNAME"),
	    expected);
	assert_int_equal(setenv("DOAS_USER", "no-such-user-here", 1), 0);
	assert_int_equal(run("id"), -1);
	(void)unsetenv("DOAS_USER");
	assert_string_equal(output_of("id -u"), "0\n");
}

/* What the command line does not ask for is refused. */
static void
test_words(void **state)
{
	static const enum request_what masters[] = { REQUEST_TAP, REQUEST_PLACE,
		REQUEST_APPLY, REQUEST_JUDGE, REQUEST_LABEL, REQUEST_HOOK,
		REQUEST_FENCE, REQUEST_WAY };
	static const enum request_what slaves[] = { REQUEST_CAPTURE,
		REQUEST_FILTER, REQUEST_EXCLUSIVE };
	size_t i;

	(void)state;
	request.what = REQUEST_EXEC;
	assert_refused(EPERM); /* no -e */
	for (i = 0; i < sizeof(masters) / sizeof(masters[0]); i++) {
		request.what = masters[i];
		assert_refused(EPERM);
	}
	request.what = REQUEST_EXCLUSIVE;
	request.filter.linktype = LINK_ETHERNET;
	assert_refused(EPERM); /* strangers reach it */
	words.form = PEER_CONNECT;
	words.readonly = true;
	words_set(ROLE_SLAVE);
	assert_refused(EPERM);

	words_set(ROLE_MASTER);
	for (i = 0; i < sizeof(slaves) / sizeof(slaves[0]); i++) {
		request.what = slaves[i];
		assert_refused(EPERM);
	}
	request.what = REQUEST_HOOK;
	assert_refused(EPERM); /* no -U */
	words.hook = "exit 0";
	words.form = PEER_STDIO;
	words_set(ROLE_MASTER);
	assert_refused(ENODEV); /* no doll */
	request.what = REQUEST_FENCE;
	assert_refused(ENODEV);
	request.what = REQUEST_DIAL;
	assert_refused(EPERM); /* neither -s nor -c */
	words.write = "-";
	words_set(ROLE_MASTER);
	request.what = REQUEST_TAP;
	assert_refused(EPERM); /* a file instead of a doll */
}

/* ---- connecting and listening ---- */

static struct dial_answer dialled;
static int sockets[CHANNEL_FDS], nsockets;

/* Connects or listens; the answer and its sockets.  0; -1: it says why. */
static int
dial(enum peer_form form, const char *text)
{
	int fd;

	assert_int_equal(call_of(form, text, REQUEST_DIAL), 0);
	fd = answer.fds[0];
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	while (dial_read(fd, &dialled, sockets, &nsockets) == 0)
		(void)poll(&(struct pollfd) { fd, POLLIN, 0 }, 1, -1);
	(void)close(fd);
	request.child = CHILD_DIAL;
	assert_int_equal(call(REQUEST_STOP), 0);
	assert_int_equal(dialled.error == 0, nsockets > 0);
	return nsockets > 0 ? 0 : -1;
}

static void
sockets_close(void)
{
	while (nsockets > 0)
		(void)close(sockets[--nsockets]);
}

/* A free port of 127.0.0.1, as text. */
static const char *
free_port(void)
{
	static char text[32];
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	(void)close(fd);
	(void)snprintf(text, sizeof(text), "127.0.0.1:%u", ntohs(sin.sin_port));
	return text;
}

/* Who builds packages may do so in a namespace whose loopback is down. */
static void
loopback_needed(const char *text)
{
	assert_int_equal(dial(PEER_CONNECT, text), -1);
	if (dialled.error == ENETUNREACH)
		skip();
}

static void
test_dial(void **state)
{
	const char *text = free_port();
	int listener, connected, accepted;
	char byte;

	(void)state;
	loopback_needed(text);
	assert_int_equal(dialled.error, ECONNREFUSED);
	assert_true(dialled.resolved);
	assert_int_equal(dial(PEER_LISTEN, text), 0);
	assert_int_equal(nsockets, 1);
	assert_false(dialled.more);
	listener = sockets[0];
	assert_int_equal(dial(PEER_LISTEN, text), -1);
	assert_int_equal(dialled.error, EADDRINUSE);
	assert_int_equal(dial(PEER_CONNECT, text), 0);
	assert_int_equal(nsockets, 1);
	connected = sockets[0];
	assert_true(fcntl(connected, F_GETFD) & FD_CLOEXEC);
	accepted = accept(listener, NULL, NULL);
	assert_true(accepted != -1);
	assert_int_equal(write(accepted, "x", 1), 1);
	(void)poll(&(struct pollfd) { connected, POLLIN, 0 }, 1, -1);
	assert_int_equal(read(connected, &byte, 1), 1);
	(void)close(accepted);
	(void)close(connected);
	(void)close(listener);
}

/* Without an address it listens on IPv4, and on IPv6 where there is any. */
static void
test_listen_all(void **state)
{
	const char *text = free_port(), *port = strchr(text, ':') + 1;

	(void)state;
	loopback_needed(text);
	assert_int_equal(dial(PEER_LISTEN, port), 0);
	assert_in_range(nsockets, 1, 2);
	sockets_close();
	assert_int_equal(dial(PEER_LISTEN, "192.0.2.1:4711"), -1);
	assert_int_equal(dialled.error, EADDRNOTAVAIL);
}

static void
assert_resolved(const char *text, int family, uint16_t port)
{
	struct resolve_answer a;
	const struct sockaddr_storage *ss = &a.addrs[0];
	struct addr x, y;
	int i, j;

	if (resolve_text(text, false, &a) == -1)
		fail_msg("%s: %s", text, a.why);
	assert_in_range(a.naddrs, 1, RESOLVE_ADDRS);
	if (family != AF_UNSPEC)
		assert_int_equal(ss->ss_family, family);
	for (i = 0; i < a.naddrs; i++) {
		uint16_t got;

		assert_int_equal(
		    addr_from_sockaddr((const struct sockaddr *)&a.addrs[i], &x,
			&got),
		    0);
		assert_int_equal(got, port);
		for (j = 0; j < i; j++) {
			(void)addr_from_sockaddr(
			    (const struct sockaddr *)&a.addrs[j], &y, NULL);
			assert_false(addr_same(&x, &y));
		}
	}
}

static void
test_resolve(void **state)
{
	(void)state;
	assert_resolved("127.0.0.1:80", AF_INET, 80);
	assert_resolved("[::1]:80", AF_INET6, 80);
	assert_resolved("192.0.2.1:65535", AF_INET, 65535);
	assert_resolved("localhost:1", AF_UNSPEC, 1);
	if (access("/etc/services", R_OK) == 0)
		assert_resolved("[::1]:ssh", AF_INET6, 22);
}

static void
test_resolve_refused(void **state)
{
	static const char *const bad[] = { "", ":", "host", "host:", ":80",
		"127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:99999999999",
		"127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1: 80", "::1:80",
		"[::1]", "[::1]80", "[]:80", "[::1:80", "fe80::1",
		"127.0.0.1:no-such-service" };
	static char lengthy[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (dial(PEER_CONNECT, bad[i]) != -1)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(dialled.error, EINVAL);
		assert_false(dialled.resolved);
		assert_true(dialled.why[0] != '\0');
	}
	memset(lengthy, 'x', sizeof(lengthy) - 1);
	memcpy(lengthy + sizeof(lengthy) - 4, ":80", 3);
	assert_int_equal(dial(PEER_CONNECT, lengthy), -1);
	assert_int_equal(dialled.error, EINVAL);
}

/* "unknown host" with a name server; without one, another reason. */
static void
test_resolve_unknown(void **state)
{
	(void)state;
	(void)alarm(60); /* a dead server's time-outs */
	assert_int_equal(dial(PEER_CONNECT, "no-such-host.invalid:80"), -1);
	assert_true(dialled.error == ENOENT || dialled.error == EAGAIN ||
	    dialled.error == ETIMEDOUT);
	assert_true(dialled.why[0] != '\0');
	if (dialled.error == ENOENT)
		assert_string_equal(dialled.why, "unknown host");
}

/* A child that dials ends when it is told, and when the next one begins. */
static void
test_dial_ended(void **state)
{
	int fd, other;

	(void)state;
	assert_int_equal(call_of(PEER_CONNECT, "no-such-host.invalid:80",
			     REQUEST_DIAL),
	    0);
	fd = answer.fds[0];
	assert_int_equal(call(REQUEST_DIAL), 0);
	other = answer.fds[0];
	(void)poll(&(struct pollfd) { fd, POLLIN, 0 }, 1, -1);
	request.child = CHILD_DIAL;
	assert_int_equal(call(REQUEST_STOP), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(call(REQUEST_STOP), 0); /* there is none */
	(void)close(fd);
	(void)close(other);
}

/* ---- */

/* All descriptors are closed, up to the highest possible one. */
static void
test_descriptors(void **state)
{
	struct rlimit limit;
	char text[64];
	int high = 3000;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_max <= (rlim_t)high)
		skip();
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(dup2(STDERR_FILENO, high), high);
	(void)snprintf(text, sizeof(text),
	    "(exec sh -c ': >&%d') 2>/dev/null; ls /dev/fd | grep %d", high,
	    high);
	assert_int_equal(run(text), 0);
	assert_string_equal(read_all(answer.fds[0]), "");
	(void)close(answer.fds[0]);
	(void)status_of(CHILD_COMMAND);
	(void)close(high);
}

static struct filter_answer filter;

/* Compiles what the request says.  0; -1: filter.why. */
static int
compile(void)
{
	struct pollfd pfd = { .events = POLLIN };
	size_t got = 0;
	int result;

	if (call(REQUEST_FILTER) == -1)
		fail_msg("%s", answer.why);
	pfd.fd = answer.fds[0];
	do
		(void)poll(&pfd, 1, -1);
	while ((result = filter_read(pfd.fd, &filter, &got)) == 0);
	assert_int_equal(result, 1);
	(void)close(pfd.fd);
	request.child = CHILD_FILTER;
	assert_int_equal(call(REQUEST_STOP), 0);
	return filter.len > 0 ? 0 : -1;
}

static bool
accepts(const uint8_t *packet, unsigned len)
{
	struct bpf_program program = { filter.len, filter.insns };

	assert_true(bpf_validate(filter.insns, (int)filter.len));
	return verdict(&program, packet, len) != 0;
}

static void
test_filter(void **state)
{
	uint8_t packet[46] = { 0x45, [9] = 17, [12] = 10, [15] = 1, [16] = 10,
		[19] = 2, [23] = 53 };

	(void)state;
	request.filter.linktype = LINK_RAW; /* it needs no live interface */
	assert_int_equal(addr_parse("10.0.0.1", &request.filter.pairs[0].src),
	    0);
	assert_int_equal(addr_parse("10.0.0.2", &request.filter.pairs[0].dst),
	    0);
	request.filter.pairs[0].dport = 22;
	request.filter.npairs = 1;
	(void)strcpy(request.filter.theirs, "udp port 53 or tcp");
	request.filter.base = true;
	if (compile() == -1)
		fail_msg("%s", filter.why);
	assert_in_range(filter.len, 2, FILTER_INSNS);
	assert_in_range(filter.base_len, 2, filter.len);
	assert_true(accepts(packet, sizeof(packet)));
	packet[23] = 54; /* another port */
	assert_false(accepts(packet, sizeof(packet)));
	packet[9] = 6; /* TCP 54: foreign; 22: our session */
	assert_true(accepts(packet, sizeof(packet)));
	packet[23] = 22;
	assert_false(accepts(packet, sizeof(packet)));
}

static void
test_filter_refused(void **state)
{
	(void)state;
	(void)strcpy(words.filter, "host and or");
	words_set(ROLE_SLAVE);
	request.filter.linktype = LINK_ETHERNET;
	assert_int_equal(compile(), -1);
	assert_true(filter.why[0] != '\0');
	request.what = REQUEST_FILTER;
	request.filter.linktype = 4711;
	assert_refused(EINVAL);
	request.filter.linktype = LINK_RAW;
	request.filter.npairs = -1;
	assert_refused(EINVAL);
	request.filter.npairs = FILTER_PAIRS + 1;
	assert_refused(EINVAL);
	request.filter.npairs = 1;
	request.filter.pairs[0].dst.addr_type = ADDR_TYPE_ETH;
	assert_refused(EINVAL);
	request.filter.npairs = 0;
	memset(request.filter.theirs, ' ', FILTER_TEXT);
	assert_refused(EINVAL);
}

static void
test_requests_refused(void **state)
{
	(void)state;
	memset(&request, 0xff, sizeof(request));
	assert_refused(EINVAL);
	request.what = REQUEST_HOLD + 1;
	assert_refused(EINVAL);
	memset(&request, 0, sizeof(request));
	request.what = REQUEST_CAPTURE;
	request.size = UINT32_MAX;
	assert_refused(EINVAL);
	words_set(ROLE_MASTER);
	request.what = REQUEST_TAP;
	request.linktype = 4711;
	request.size = 1000;
	assert_refused(EINVAL);
	request.linktype = LINK_ETHERNET;
	request.size = UINT32_MAX;
	assert_refused(EINVAL);
	request.what = REQUEST_WAY; /* to no address */
	assert_refused(EINVAL);
	words.hook = "exit 0";
	words_set(ROLE_MASTER);
	request.what = REQUEST_HOOK;
	memset(request.text, 'x', sizeof(request.text)); /* no end */
	assert_refused(EINVAL);
}

/* A doll gets no name that the command line should not have had. */
static void
test_names_refused(void **state)
{
	static const char *const bad[] = { ".", "..", "a/b", "a b", "eth0:1",
		"a\n", "\xa0", "tap%d", "xxxxxxxxxxxxxxxx", "" };
	size_t i;

	(void)state;
	request.what = REQUEST_TAP;
	request.size = 1000;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		words.doll = bad[i];
		words_set(ROLE_MASTER);
		assert_refused(EINVAL);
	}
}

static void
test_label_refused(void **state)
{
	(void)state;
	words_set(ROLE_MASTER);
	request.what = REQUEST_LABEL;
	(void)strcpy(request.text, "my own");
	assert_refused(EINVAL);
	(void)strcpy(request.text, "etherpuppet: \033[0m");
	assert_refused(EINVAL);
	memset(request.text, ' ', sizeof(request.text));
	memcpy(request.text, "etherpuppet: ", 13);
	assert_refused(EINVAL);
	memset(request.text, 0, sizeof(request.text));
	(void)strcpy(request.text, "etherpuppet: eth0 of gw:1234");
	assert_refused(ENODEV);
}

static void
test_changes_refused(void **state)
{
	struct param_change bad[] = {
		{ .what = PARAM_SET_MAC },
		{ .what = PARAM_SET_MAC, .mac = { 1, 0, 0, 0, 0, 1 } },
		{ .what = PARAM_SET_MTU, .mtu = 67 },
		{ .what = PARAM_SET_SPEED },
		{ .what = PARAM_SET_SPEED, .speed = 100000001 },
		{ .what = PARAM_ADD_ADDR },
		{ .what = PARAM_ADD_ADDR,
		    .addr.addr = { .addr_type = ADDR_TYPE_IP,
			.addr_bits = 33 } },
		{ .what = PARAM_DEL_ADDR },
		{ .what = PARAM_SET_FIRST, .mtu = 67 },
		{ .what = PARAM_SET_FIRST,
		    .mtu = 1500,
		    .addr.addr.addr_type = ADDR_TYPE_ETH },
		{ .what = PARAM_DONE },
	};
	size_t i;

	(void)state;
	words_set(ROLE_MASTER);
	request.what = REQUEST_APPLY;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		request.change = bad[i];
		assert_refused(EINVAL);
	}
	/* valid, but there is no doll */
	memset(&request.change, 0, sizeof(request.change));
	request.change.what = PARAM_SET_UP;
	assert_refused(EPERM); /* without -u */
	words.up = words.nocopy = true;
	words_set(ROLE_MASTER);
	assert_refused(ENODEV);
	request.change.what = PARAM_SET_MTU;
	request.change.mtu = 1400;
	assert_refused(EPERM); /* -C */
}

static void
test_missing_interface(void **state)
{
	(void)state;
	words.interface = "parnone0";
	words_set(ROLE_SLAVE);
	request.what = REQUEST_READ;
	assert_int_equal(request_call(&request, -1, &answer), -1);
	assert_true(answer.failed[0] != '\0');
	request.what = REQUEST_CAPTURE;
	assert_int_equal(request_call(&request, -1, &answer), -1);
	assert_true(answer.why[0] != '\0');
	assert_int_equal(answer.fds[0], -1);
}

static void
test_namespace_refused(void **state)
{
	(void)state;
	words.netns = "../lab";
	stderr_catch();
	assert_int_equal(request_open(&words), -1);
	assert_non_null(strstr(stderr_caught(), "-n ../lab: "));
	request_close();
}

/* ---- nonsense ---- */

static uint32_t random_state;

static uint8_t
random_byte(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return (uint8_t)(random_state >> 24);
}

static void
answer_close(void)
{
	int i;

	for (i = 0; i < ANSWER_FDS; i++)
		if (answer.fds[i] != -1 && answer.slot == -1)
			(void)close(answer.fds[i]);
}

/*
 * Whatever the fields of a request are, the helper answers it; sanitizers see
 * what it does with them.  Those that act on the host as the command line says
 * are left out.
 */
static void
nonsense(enum role role)
{
	uint8_t *bytes = (uint8_t *)&request;
	int round, what;
	size_t i;

	words_set(role);
	for (round = 0; round < 4000; round++) {
		memset(&request, 0, sizeof(request));
		for (i = 0; i < sizeof(request); i++)
			if (round % 8 == 0 || random_byte() < 8)
				bytes[i] = random_byte();
		what = round % (REQUEST_HOLD + 2);
		if (what == REQUEST_TAP || what == REQUEST_EXCLUSIVE ||
		    (what == REQUEST_FILTER && round % 16 != 0))
			continue;
		request.what = (enum request_what)what;
		(void)request_call(&request, -1, &answer);
		assert_true(answer.result >= 0);
		assert_true(memchr(answer.why, '\0', sizeof(answer.why)));
		answer_close();
	}
	request_close();
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(request_open(&words), 0);
}

static void
test_nonsense(void **state)
{
	(void)state;
	(void)alarm(120);
	words.form = PEER_CONNECT;
	words.peer = free_port();
	words.doll = "parnone0";
	words.readonly = true;
	for (random_state = 1; random_state < 4; random_state++) {
		uint32_t seed = random_state;

		nonsense(ROLE_SLAVE);
		nonsense(ROLE_MASTER);
		random_state = seed;
	}
}

#define TEST(test) cmocka_unit_test_setup(test, request_reset)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exec_both_ways),
		TEST(test_exec_not_found),
		TEST(test_exec_clean),
		TEST(test_end),
		TEST(test_one_command),
		TEST(test_exec_as_the_invoker),
		TEST(test_words),
		TEST(test_resolve),
		TEST(test_resolve_refused),
		TEST(test_resolve_unknown),
		TEST(test_dial),
		TEST(test_listen_all),
		TEST(test_dial_ended),
		TEST(test_descriptors),
		TEST(test_filter),
		TEST(test_filter_refused),
		TEST(test_requests_refused),
		TEST(test_names_refused),
		TEST(test_changes_refused),
		TEST(test_label_refused),
		TEST(test_missing_interface),
		TEST(test_namespace_refused),
		TEST(test_nonsense),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
