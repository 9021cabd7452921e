/* SPDX-License-Identifier: ISC */
/*
 * Requests that start children of the helper, or end them.  There is at most
 * one child of each kind, and the helper waits for it: so the relay needs no
 * number of a process, and cannot start any number of them.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "filter/filter_child.h"
#include "port/port.h"
#include "privilege/command.h"
#include "privilege/request.h"

static pid_t children[HELPER_CHILDREN]; /* 0: none */

/* Whether it is a child that works for the relay alone. */
static bool
is_worker(enum helper_child child)
{
	return child == CHILD_DIAL || child == CHILD_FILTER;
}

/* Ends a worker; returns what waitpid(2) tells of it, 0: there was none. */
static int
worker_end(enum helper_child child)
{
	pid_t pid = children[child];
	int status = 0;

	children[child] = 0;
	if (pid == 0)
		return 0;
	(void)kill(pid, SIGKILL); /* one that has ended keeps its status */
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return status;
}

void
request_children_end(void)
{
	(void)worker_end(CHILD_DIAL);
	(void)worker_end(CHILD_FILTER);
}

/* ---- commands of the user ---- */

/* Whether there is a command that has not ended; if not, status is its end. */
static bool
command_runs(enum helper_child child, int *status)
{
	*status = 0;
	if (children[child] == 0 ||
	    waitpid(children[child], status, WNOHANG) == 0)
		return children[child] != 0;
	children[child] = 0;
	return false;
}

int
request_start(enum helper_child child, const struct command *command,
    struct answer *a)
{
	const char *failed;
	int status;
	pid_t pid;

	if (command_runs(child, &status))
		return request_refuse(a, EBUSY, "the last one still runs");
	if ((pid = command_start(command, &failed)) == -1)
		return request_fail(a, failed);
	children[child] = pid;
	return 0;
}

int
request_exec(const struct request *r, struct answer *a)
{
	struct command command = { .text = request_words.peer, .ns = -1 };
	int pair[2], err[2], result, i;

	(void)r;
	if (request_words.form != PEER_EXEC)
		return request_refuse(a, EPERM, "no -e");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return request_fail(a, "socketpair");
	if (pipe2(err, O_CLOEXEC) == -1) {
		result = request_fail(a, "pipe");
		(void)close(pair[0]);
		(void)close(pair[1]);
		return result;
	}
	command.io = pair[1];
	command.err = err[1];
	result = request_start(CHILD_COMMAND, &command, a);
	for (i = result == 0; i < 2; i++) {
		(void)close(pair[i]);
		(void)close(err[i]);
	}
	if (result == 0) {
		a->fds[0] = pair[0];
		a->fds[1] = err[0];
	}
	return result;
}

int
request_end(const struct request *r, struct answer *a)
{
	if (children[CHILD_COMMAND] == 0)
		return request_refuse(a, ESRCH, "no command runs");
	if (command_end(children[CHILD_COMMAND], r->on) == -1)
		return request_fail(a, "kill");
	return 0;
}

int
request_ended(const struct request *r, struct answer *a)
{
	if (r->child != CHILD_COMMAND && r->child != CHILD_HOOK)
		return request_refuse(a, EINVAL, "no command");
	a->ended = !command_runs(r->child, &a->status);
	return 0;
}

/* ---- workers ---- */

int
request_stop(const struct request *r, struct answer *a)
{
	if (!is_worker(r->child))
		return request_refuse(a, EINVAL, "no child of ours");
	a->status = worker_end(r->child);
	return 0;
}

/* A worker was started, or was not (-1). */
static int
worker_begun(enum helper_child child, int fd, pid_t pid, const char *failed,
    struct answer *a)
{
	if (fd == -1)
		return request_fail(a, failed);
	children[child] = pid;
	a->fds[0] = fd;
	return 0;
}

int
request_dial(const struct request *r, struct answer *a)
{
	bool listens = request_words.form == PEER_LISTEN;
	const char *failed;
	pid_t pid;
	int fd;

	(void)r;
	if (!listens && request_words.form != PEER_CONNECT)
		return request_refuse(a, EPERM, "neither -s nor -c");
	(void)worker_end(CHILD_DIAL);
	pid = 0;
	fd = request_words.by_path ?
	    dial_local(request_words.peer, listens, &failed) :
	    dial_start(request_words.peer, listens, request_words.user, &pid,
		&failed);
	return worker_begun(CHILD_DIAL, fd, pid, failed, a);
}

static bool
pair_ok(const struct filter_pair *pair)
{
	return request_addr_ok(&pair->src) && request_addr_ok(&pair->dst);
}

bool
request_pairs_ok(const struct helper_filter *f)
{
	int i;

	if ((f->linktype != LINK_ETHERNET && f->linktype != LINK_RAW) ||
	    f->npairs < 0 || f->npairs > FILTER_PAIRS)
		return false;
	for (i = 0; i < f->npairs; i++)
		if (!pair_ok(&f->pairs[i]))
			return false;
	return true;
}

int
request_filter(const struct request *r, struct answer *a)
{
	const struct helper_filter *f = &r->filter;
	char name[PARAMS_NAME];
	struct filter_config config = { .linktype = f->linktype,
		.npairs = f->npairs,
		.ifname = name };
	const char *failed;
	pid_t pid;
	int fd;

	if (!request_pairs_ok(f) ||
	    !request_text_ends(f->theirs, sizeof(f->theirs)))
		return request_refuse(a, EINVAL, "no valid filter");
	request_iface_name(name);
	memcpy(config.pairs, f->pairs, sizeof(config.pairs));
	if (request_words.filter[0] != '\0')
		config.user[0] = request_words.filter;
	if (f->theirs[0] != '\0')
		config.user[1] = f->theirs;
	(void)worker_end(CHILD_FILTER);
	fd = filter_start(&config, f->base, request_words.user, &pid, &failed);
	return worker_begun(CHILD_FILTER, fd, pid, failed, a);
}
