/* SPDX-License-Identifier: ISC */
/*
 * Finds the next row and compares the call with it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

#define FDS 1024 /* descriptors in tables are below this */

static struct {
	const char *name;
	const struct kernel_call *calls;
	size_t n, next;
	bool open[FDS];
} script;

static char failure[1024];
static jmp_buf *trap; /* where a failure jumps to; NULL: it fails the test */

void
kernel_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(failure, sizeof(failure), fmt, ap);
	va_end(ap);
	if (trap != NULL)
		longjmp(*trap, 1);
	fail_msg("%s", failure);
	abort(); /* cmocka does not return */
}

const char *
kernel_failure(void (*act)(void))
{
	jmp_buf here;
	bool failed = true;

	trap = &here;
	if (setjmp(here) == 0) {
		act();
		failed = false;
	}
	trap = NULL;
	return failed ? failure : NULL;
}

void
kernel_begin(const char *name, const struct kernel_call *calls, size_t n)
{
	memset(&script, 0, sizeof(script));
	script.name = name;
	script.calls = calls;
	script.n = n;
	world_begin();
}

/* The members that identify a call of each kind: they must match its row. */
static const struct kind {
	const char *name;
	bool fd, text, number;
} kinds[] = {
	[KERNEL_OPEN] = { "open", .text = true, .number = true },
	[KERNEL_CLOSE] = { "close", .fd = true },
	[KERNEL_IOCTL] = { "ioctl", .fd = true, .number = true },
	[KERNEL_READ] = { "read", .fd = true, .number = true },
	[KERNEL_WRITE] = { "write", .fd = true, .number = true },
	[KERNEL_POLL] = { "poll", .fd = true, .number = true },
	[KERNEL_FCNTL] = { "fcntl", .fd = true, .number = true },
	[KERNEL_SOCKET] = { "socket", .number = true },
	[KERNEL_SETSOCKOPT] = { "setsockopt", .fd = true, .number = true },
	[KERNEL_SYSCTL] = { "sysctl" },
	[KERNEL_SYSCTLBYNAME] = { "sysctlbyname", .text = true },
	[KERNEL_GETIFADDRS] = { "getifaddrs" },
	[KERNEL_IF_NAMETOINDEX] = { "if_nametoindex", .text = true },
	[KERNEL_IF_INDEXTONAME] = { "if_indextoname", .number = true },
	[KERNEL_RIGHT] = { "right", .text = true, .number = true },
};

/* Returns the script's name of this number, if it has one. */
static const char *
number_name(const struct kernel_call *c)
{
	size_t i;

	for (i = 0; i < script.n; i++)
		if (script.calls[i].what == c->what &&
		    script.calls[i].number == c->number)
			return script.calls[i].text;
	return NULL;
}

static void
describe_number(const struct kernel_call *c, char *out, size_t size)
{
	const char *name = kinds[c->what].text ? NULL : number_name(c);

	if (name != NULL)
		(void)snprintf(out, size, ", %s", name);
	else if (c->what == KERNEL_IOCTL)
		(void)snprintf(out, size, ", 0x%lx ('%c' %lu, %zu bytes)",
		    c->number, (char)(c->number >> 8), c->number & 0xff,
		    ioctl_len(c));
	else
		(void)snprintf(out, size, ", 0x%lx", c->number);
}

/* "ioctl(100, BIOCSETIF)", for people */
static const char *
describe(const struct kernel_call *c, char *out, size_t size)
{
	const struct kind *kind = &kinds[c->what];
	char fd[16] = "", text[128] = "", number[128] = "";
	const char *args;

	if (kind->fd)
		(void)snprintf(fd, sizeof(fd), ", %d", c->fd);
	if (kind->text)
		(void)snprintf(text, sizeof(text), ", %s", c->text);
	if (kind->number)
		describe_number(c, number, sizeof(number));
	args = kind->fd ? fd : kind->text ? text : number;
	(void)snprintf(out, size, "%s(%s%s%s)", kind->name,
	    *args != '\0' ? args + 2 : "", args == fd ? text : "",
	    args == number ? "" : number);
	return out;
}

static void
differs(const struct kernel_call *row, const char *how)
{
	char text[256];

	kernel_fail("%s: row %zu: %s: %s", script.name,
	    (size_t)(row - script.calls) + 1, describe(row, text, sizeof(text)),
	    how);
}

/* ---- promises ---- */

/*
 * What a promise allows beyond "stdio" (OpenBSD, sys/kern/kern_pledge.c,
 * pledge_ioctl(), pledge_sockopt(), pledge_socket(), pledge_sysctl(), and
 * pledge_namei() for open(2)).  An ioctl(2) is found by its name in the row;
 * if_nametoindex(3) is getifaddrs(3) there (lib/libc/net/if_nametoindex.c).
 *
 * FreeBSD, sys/kern/capabilities.conf; sys/kern/kern_sysctl.c, sysctl_root():
 * no list of interfaces; if_nametoindex(3) makes a socket and asks it there.
 * The ioctls are those that platform/bsd/sandbox.c leaves to the owner of a
 * doll.
 */
static const struct allowed {
	const char *promise;
	enum kernel_what what;
	const char *text; /* NULL: any */
} allowed[] = {
	{ "stdio", KERNEL_CLOSE, NULL },
	{ "stdio", KERNEL_READ, NULL },
	{ "stdio", KERNEL_WRITE, NULL },
	{ "stdio", KERNEL_POLL, NULL },
	{ "stdio", KERNEL_FCNTL, NULL },
	{ "stdio", KERNEL_IOCTL, "FIONREAD" },
	{ "stdio", KERNEL_IOCTL, "FIONBIO" },
	{ "bpf", KERNEL_IOCTL, "BIOCGSTATS" },
	{ "unix", KERNEL_SETSOCKOPT, NULL },
	{ "inet", KERNEL_SETSOCKOPT, NULL },
	{ "inet", KERNEL_SOCKET, NULL },
	{ "inet", KERNEL_GETIFADDRS, NULL },
	{ "inet", KERNEL_IF_NAMETOINDEX, NULL },
	{ "route", KERNEL_GETIFADDRS, NULL },
	{ "route", KERNEL_IF_NAMETOINDEX, NULL },
	{ "route", KERNEL_IOCTL, "SIOCGIFFLAGS" },
	{ "route", KERNEL_IOCTL, "SIOCGIFXFLAGS" },
	{ "capsicum", KERNEL_CLOSE, NULL },
	{ "capsicum", KERNEL_READ, NULL },
	{ "capsicum", KERNEL_WRITE, NULL },
	{ "capsicum", KERNEL_POLL, NULL },
	{ "capsicum", KERNEL_SOCKET, NULL },
	{ "capsicum", KERNEL_SETSOCKOPT, NULL },
	{ "capsicum", KERNEL_IF_NAMETOINDEX, NULL },
	{ "capsicum", KERNEL_RIGHT, NULL },
	{ "capsicum", KERNEL_IOCTL, "FIONREAD" },
	{ "capsicum", KERNEL_IOCTL, "TAPGIFNAME" },
	{ "capsicum", KERNEL_IOCTL, "SIOCGIFFLAGS" },
	{ "capsicum", KERNEL_IOCTL, "SIOCGIFGROUP" },
};

static const char *promised; /* NULL: all is allowed */

void
kernel_promise(const char *promises)
{
	promised = promises;
}

static bool
is_promised(const char *promise)
{
	size_t len = strlen(promise);
	const char *at = promised;

	while ((at = strstr(at, promise)) != NULL) {
		if ((at == promised || at[-1] == ' ') &&
		    (at[len] == ' ' || at[len] == '\0'))
			return true;
		at += len;
	}
	return false;
}

static bool
is_allowed(const struct kernel_call *row)
{
	size_t i;

	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (allowed[i].what == row->what &&
		    (allowed[i].text == NULL ||
			strcmp(allowed[i].text, row->text) == 0) &&
		    is_promised(allowed[i].promise))
			return true;
	return false;
}

static bool
is_same(const struct kernel_call *a, const struct kernel_call *b)
{
	return a->what == b->what && a->fd == b->fd && a->number == b->number &&
	    (!kinds[a->what].text || strcmp(a->text, b->text) == 0);
}

const struct kernel_call *
kernel_next(const struct kernel_call *made)
{
	const struct kernel_call *row = &script.calls[script.next];
	char expected[256], was[256];

	describe(made, was, sizeof(was));
	if (script.name == NULL || script.next == script.n)
		kernel_fail("%s: after its last row: %s was called",
		    script.name != NULL ? script.name : "no table", was);
	if (!is_same(row, made))
		kernel_fail("%s: row %zu: expected %s, but %s was called",
		    script.name, script.next + 1,
		    describe(row, expected, sizeof(expected)), was);
	if (promised != NULL && !world_helps() && !is_allowed(row))
		differs(row, "the sandbox does not allow it");
	script.next++;
	return row;
}

static void
compare(const struct kernel_call *row, const uint8_t *arg, size_t len)
{
	const uint8_t *in = row->in;
	char how[128];
	size_t i;

	for (i = 0; i < len && in[i] == arg[i]; i++)
		;
	if (i == len)
		return;
	(void)snprintf(how, sizeof(how),
	    "byte %zu of %zu is 0x%02x, expected 0x%02x", i, len, arg[i],
	    in[i]);
	differs(row, how);
}

void
kernel_argument(const struct kernel_call *row, const void *arg, size_t len)
{
	if (row->in_len > len)
		differs(row, "the argument is shorter than expected");
	if (row->in != NULL)
		compare(row, arg, row->in_len != 0 ? row->in_len : len);
	if (row->check != NULL && !row->check(arg, len))
		differs(row, "its check refuses the argument");
}

void
kernel_give(const struct kernel_call *row, void *arg, size_t room)
{
	size_t len = row->out_len != 0 ? row->out_len : room;

	if (row->out == NULL || row->error != 0)
		return;
	if (len > room)
		differs(row, "the table gives more than there is room for");
	memcpy(arg, row->out, len);
}

long
kernel_return(const struct kernel_call *row)
{
	if (row->error == 0)
		return row->result;
	errno = row->error;
	return -1;
}

long
kernel_opens(const struct kernel_call *row)
{
	if (row->error == 0 && (row->result < KERNEL_FD || row->result >= FDS))
		differs(row, "descriptors of tables are from 100 to 1023");
	if (row->error == 0)
		script.open[row->result] = true;
	return kernel_return(row);
}

long
kernel_closes(const struct kernel_call *row)
{
	if (row->fd > 0 && row->fd < FDS)
		script.open[row->fd] = false;
	return kernel_return(row);
}

void
kernel_end(void)
{
	const char *name = script.name;
	int fd;

	if (script.next < script.n)
		differs(&script.calls[script.next], "was never called");
	for (fd = 0; fd < FDS; fd++)
		if (script.open[fd])
			kernel_fail("%s: %d was left open", name, fd);
	script.name = NULL;
}
