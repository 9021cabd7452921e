/* SPDX-License-Identifier: ISC */
/*
 * Commands of the user run with the user's rights, not with those of sudo or
 * doas.  With a terminal, a command stays in our session and process group: ssh
 * may ask for a password on the terminal, and ^C ends the command together with
 * us.  Without one, a command has a process group of its own, so that all
 * processes that the shell has started can be ended.
 */
#include <sys/types.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "privilege/command.h"
#include "log.h"
#include "privilege/platform.h"
#include "text.h"

/* The user who called sudo or doas. */
struct invoker {
	bool other; /* is another user than we are */
	uid_t uid;
	gid_t gid;
	const char *name, *home;
};

/* False: the environment names a user who does not exist. */
static bool
invoker_find(struct invoker *who)
{
	const char *sudo = getenv("SUDO_UID"), *doas = getenv("DOAS_USER");
	const char *group = getenv("SUDO_GID");
	const struct passwd *pw;
	uint32_t uid = 0, gid;

	memset(who, 0, sizeof(*who));
	if (geteuid() != 0 || (sudo == NULL && doas == NULL))
		return true;
	if (sudo != NULL && !text_number(sudo, 0, UINT32_MAX - 1, &uid))
		return false;
	pw = sudo == NULL ? getpwnam(doas) : getpwuid(uid);
	if (pw == NULL)
		return false;
	who->other = true;
	who->uid = pw->pw_uid;
	who->gid = pw->pw_gid;
	if (sudo != NULL && group != NULL &&
	    text_number(group, 0, UINT32_MAX - 1, &gid))
		who->gid = gid;
	who->name = pw->pw_name;
	who->home = pw->pw_dir;
	return true;
}

static struct {
	bool other;
	gid_t gid, *groups;
	int ngroups;
} before; /* for command_as_before() */

int
command_as_invoker(void)
{
	struct invoker who;

	before.other = false;
	if (!invoker_find(&who)) {
		errno = EINVAL;
		return -1;
	}
	if (!who.other)
		return 0;
	if ((before.ngroups = getgroups(0, NULL)) == -1 ||
	    (before.groups = calloc((size_t)before.ngroups + 1,
		 sizeof(gid_t))) == NULL ||
	    getgroups(before.ngroups, before.groups) == -1)
		return -1;
	before.other = true;
	before.gid = getegid();
	if (initgroups(who.name, who.gid) == 0 && setegid(who.gid) == 0 &&
	    seteuid(who.uid) == 0)
		return 0;
	command_as_before();
	return -1;
}

void
command_as_before(void)
{
	int error = errno;

	if (before.other &&
	    (seteuid(0) == -1 || setegid(before.gid) == -1 ||
		setgroups((size_t)before.ngroups, before.groups) == -1))
		abort(); /* cannot happen: root may do so */
	free(before.groups);
	before.groups = NULL;
	before.other = false;
	errno = error;
}

static void
command_fail(const char *what)
{
	log_errno("%s", what);
	_exit(126);
}

/* In the child: removes our handlers, and lets SIGPIPE kill again. */
static void
command_signals(const sigset_t *blocked)
{
	struct sigaction sa;
	sigset_t none;
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(blocked, sig) == 1 &&
		    sigaction(sig, NULL, &sa) == 0 &&
		    (sa.sa_handler != SIG_IGN || sig == SIGPIPE))
			(void)signal(sig, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * In the child, see struct command.  Both descriptors have numbers above the
 * three that they replace: the helper keeps these open.
 */
static void
command_descriptors(int io, int err)
{
	int in = io != -1 ? io : open("/dev/null", O_RDONLY);
	int out = io != -1 ? io : STDERR_FILENO;

	if (err != -1 && dup2(err, STDERR_FILENO) == -1)
		_exit(126);
	if (in == -1 || dup2(in, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1)
		command_fail("standard input and output");
	descriptors_close(STDERR_FILENO + 1);
}

static void
command_become(const struct invoker *who)
{
	if (!who->other)
		return;
	if (initgroups(who->name, who->gid) == -1 || setgid(who->gid) == -1 ||
	    setuid(who->uid) == -1 || setenv("HOME", who->home, 1) == -1 ||
	    setenv("USER", who->name, 1) == -1 ||
	    setenv("LOGNAME", who->name, 1) == -1)
		command_fail(who->name);
}

static void
command_group(void)
{
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY);

	if (tty == -1)
		(void)setpgid(0, 0);
	else
		(void)close(tty);
}

static void
command_run(const struct command *c, const struct invoker *who)
{
	size_t i;

	if (c->ns != -1 && netns_enter(c->ns) == -1)
		command_fail("setns");
	command_group();
	command_descriptors(c->io, c->err);
	command_become(who);
	for (i = 0; i < COMMAND_ENV && c->env[i] != NULL; i++)
		if (putenv((char *)(uintptr_t)c->env[i]) != 0)
			command_fail("putenv");
	(void)execl("/bin/sh", "sh", "-c", c->text, (char *)NULL);
	command_fail("/bin/sh");
}

pid_t
command_fork(void)
{
	sigset_t all, before;
	pid_t pid;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	if ((pid = fork()) == 0)
		command_signals(&all);
	else
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

int
command_keep(int fd)
{
	int kept = STDERR_FILENO + 1;

	if (fd != kept && dup2(fd, kept) == -1)
		_exit(126);
	descriptors_close(kept + 1);
	(void)close(STDIN_FILENO);
	(void)close(STDOUT_FILENO);
	return kept;
}

int
command_end(pid_t pid, bool force)
{
	pid_t whom = getpgid(pid) == pid ? -pid : pid;

	if (kill(whom, force ? SIGKILL : SIGTERM) == -1)
		return -1;
	return kill(whom, SIGCONT); /* a stopped process must wake up to end */
}

pid_t
command_start(const struct command *c, const char **failed)
{
	struct invoker who;
	pid_t pid;

	*failed = "user of SUDO_UID, DOAS_USER";
	if (!invoker_find(&who)) {
		errno = EINVAL;
		return -1;
	}
	*failed = "fork";
	if ((pid = command_fork()) == 0)
		command_run(c, &who);
	return pid;
}
