/* SPDX-License-Identifier: ISC */
/*
 * The calls, under the names that the file `symbols' gives them.  An ioctl's
 * number has the size of its argument.
 */
#include <ifaddrs.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "calls.h"

int kernel_open(const char *path, int flags, int mode);
int kernel_close(int fd);
int __wrap_close(int fd);
int __real_close(int fd);
int kernel_ioctl(int fd, unsigned long request, void *arg);
long kernel_read(int fd, void *data, size_t size);
long kernel_write(int fd, const void *data, size_t len);
int kernel_poll(struct pollfd *fds, unsigned n, int timeout);
int kernel_fcntl(int fd, int command, long arg);
int kernel_socket(int domain, int type, int protocol);
int kernel_socket30(int domain, int type, int protocol)
    __attribute__((alias("kernel_socket")));
int kernel_setsockopt(int fd, int level, int option, const void *value,
    unsigned len);
int kernel_sysctl(const int *mib, unsigned n, void *old, size_t *old_len,
    const void *new, size_t new_len);
int kernel_sysctlbyname(const char *name, void *old, size_t *old_len,
    const void *new, size_t new_len);
int kernel_getifaddrs(struct ifaddrs **list);
void kernel_freeifaddrs(struct ifaddrs *list);
unsigned __wrap_if_nametoindex(const char *name);
char *__wrap_if_indextoname(unsigned index, char *name);
unsigned kernel_geteuid(void);
void *kernel_getpwnam(const char *name);
void *kernel_getpwnam50(const char *name)
    __attribute__((alias("kernel_getpwnam")));
int kernel_chdir(const char *path);
int kernel_chroot(const char *path);
int kernel_setgroups(int n, const unsigned *groups);
int kernel_setgid(unsigned gid);
int kernel_setuid(unsigned uid);
int kernel_pledge(const char *promises, const char *of_programs);
int kernel_cap_enter(void);
int kernel_cap_rights_limit(int fd, const void *rights);
int kernel_cap_ioctls_limit(int fd, const unsigned long *ioctls, size_t n);
void *kernel_cap_rights_init(int version, void *rights, ...);
void *kernel_cap_rights_set(void *rights, ...);
int kernel_unveil(const char *path, const char *permissions);
int kernel_setrlimit(int what, const void *limit);
void kernel_setproctitle(const char *fmt, ...);

#define NEXT(...) kernel_next(&(struct kernel_call) { __VA_ARGS__ })

int
kernel_open(const char *path, int flags, int mode)
{
	(void)mode;
	return (int)kernel_opens(NEXT(.what = KERNEL_OPEN, .text = path,
	    .number = (unsigned long)flags));
}

int
kernel_close(int fd)
{
	return (int)kernel_closes(NEXT(.what = KERNEL_CLOSE, .fd = fd));
}

/* For src/, which has real descriptors, too. */
int
__wrap_close(int fd)
{
	return fd >= 0 && fd < KERNEL_FD ? __real_close(fd) : kernel_close(fd);
}

int
kernel_ioctl(int fd, unsigned long request, void *arg)
{
	const struct kernel_call *row = NEXT(.what = KERNEL_IOCTL, .fd = fd,
	    .number = (uint32_t)request);

	kernel_argument(row, arg, ioctl_len(row));
	kernel_give(row, arg, ioctl_len(row));
	return (int)kernel_return(row);
}

long
kernel_read(int fd, void *data, size_t size)
{
	const struct kernel_call *row = NEXT(.what = KERNEL_READ, .fd = fd,
	    .number = size);

	kernel_give(row, data, size);
	return kernel_return(row);
}

long
kernel_write(int fd, const void *data, size_t len)
{
	const struct kernel_call *row = NEXT(.what = KERNEL_WRITE, .fd = fd,
	    .number = len);

	kernel_argument(row, data, len);
	return kernel_return(row);
}

int
kernel_poll(struct pollfd *fds, unsigned n, int timeout)
{
	const struct kernel_call *row;

	(void)timeout;
	if (n != 1)
		kernel_fail("poll: of %u descriptors", n);
	row = NEXT(.what = KERNEL_POLL, .fd = fds->fd,
	    .number = (unsigned long)fds->events);
	fds->revents = row->error == 0 ? (short)row->result : 0;
	return row->error == 0 ? row->result != 0 : (int)kernel_return(row);
}

int
kernel_fcntl(int fd, int command, long arg)
{
	return (int)kernel_return(NEXT(.what = KERNEL_FCNTL, .fd = fd,
	    .number = KERNEL_TWO(command, arg)));
}

int
kernel_socket(int domain, int type, int protocol)
{
	return (int)kernel_opens(NEXT(.what = KERNEL_SOCKET,
	    .number = KERNEL_TWO(domain << 16 | protocol, type)));
}

int
kernel_setsockopt(int fd, int level, int option, const void *value,
    unsigned len)
{
	const struct kernel_call *row = NEXT(.what = KERNEL_SETSOCKOPT,
	    .fd = fd, .number = KERNEL_TWO(level, option));

	kernel_argument(row, value, len);
	return (int)kernel_return(row);
}

/* old NULL: returns only the length (sysctl(3)). */
static int
sysctl_answer(const struct kernel_call *row, void *old, size_t *old_len)
{
	if (old != NULL)
		kernel_give(row, old, *old_len);
	if (old_len != NULL && row->out_len != 0)
		*old_len = row->out_len;
	return (int)kernel_return(row);
}

int
kernel_sysctl(const int *mib, unsigned n, void *old, size_t *old_len,
    const void *new, size_t new_len)
{
	const struct kernel_call *row = NEXT(.what = KERNEL_SYSCTL);

	(void)new, (void)new_len;
	kernel_argument(row, mib, n * sizeof(*mib));
	return sysctl_answer(row, old, old_len);
}

int
kernel_sysctlbyname(const char *name, void *old, size_t *old_len,
    const void *new, size_t new_len)
{
	const struct kernel_call *row = NEXT(.what = KERNEL_SYSCTLBYNAME,
	    .text = name);

	kernel_argument(row, new, new_len);
	return sysctl_answer(row, old, old_len);
}

int
kernel_getifaddrs(struct ifaddrs **list)
{
	const struct kernel_call *row = NEXT(.what = KERNEL_GETIFADDRS);

	*list = (struct ifaddrs *)(uintptr_t)row->out;
	return (int)kernel_return(row);
}

/* The list belongs to the table: nothing to free. */
void
kernel_freeifaddrs(struct ifaddrs *list)
{
	(void)list;
}

unsigned
__wrap_if_nametoindex(const char *name)
{
	long index = kernel_return(
	    NEXT(.what = KERNEL_IF_NAMETOINDEX, .text = name));

	return index == -1 ? 0 : (unsigned)index;
}

char *
__wrap_if_indextoname(unsigned index, char *name)
{
	const struct kernel_call *row = NEXT(.what = KERNEL_IF_INDEXTONAME,
	    .number = index);

	return kernel_return(row) == -1 ? NULL : strcpy(name, row->out);
}

/* ---- rights ---- */

static const struct kernel_call *
right(const char *call, const char *name, unsigned long number)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "%s%s%s", call,
	    name[0] != '\0' ? " " : "", name);
	return NEXT(.what = KERNEL_RIGHT, .text = text, .number = number);
}

unsigned
kernel_geteuid(void)
{
	return (unsigned)kernel_return(right("geteuid", "", 0));
}

/* The result is the system's struct passwd. */
void *
kernel_getpwnam(const char *name)
{
	const struct kernel_call *row = right("getpwnam", name, 0);

	return kernel_return(row) == -1 ? NULL : (void *)(uintptr_t)row->out;
}

int
kernel_chdir(const char *path)
{
	return (int)kernel_return(right("chdir", path, 0));
}

int
kernel_chroot(const char *path)
{
	return (int)kernel_return(right("chroot", path, 0));
}

int
kernel_setgroups(int n, const unsigned *groups)
{
	return (int)kernel_return(
	    right("setgroups", "", KERNEL_TWO(n, groups[0])));
}

int
kernel_setgid(unsigned gid)
{
	return (int)kernel_return(right("setgid", "", gid));
}

int
kernel_setuid(unsigned uid)
{
	return (int)kernel_return(right("setuid", "", uid));
}

int
kernel_pledge(const char *promises, const char *of_programs)
{
	if (of_programs != NULL)
		kernel_fail("pledge: execpromises");
	return (int)kernel_return(right("pledge", promises, 0));
}

int
kernel_unveil(const char *path, const char *permissions)
{
	if (permissions[0] != '\0')
		kernel_fail("unveil: %s", permissions);
	return (int)kernel_return(right("unveil", path, 0));
}

int
kernel_cap_enter(void)
{
	return (int)kernel_return(right("cap_enter", "", 0));
}

int
kernel_cap_rights_limit(int fd, const void *rights)
{
	(void)rights;
	return (int)kernel_return(
	    right("cap_rights_limit", "", (unsigned long)fd));
}

int
kernel_cap_ioctls_limit(int fd, const unsigned long *ioctls, size_t n)
{
	const struct kernel_call *row = right("cap_ioctls_limit", "",
	    KERNEL_TWO(fd, n));

	kernel_argument(row, ioctls, n * sizeof(*ioctls));
	return (int)kernel_return(row);
}

/* These enter no kernel. */
void *
kernel_cap_rights_init(int version, void *rights, ...)
{
	(void)version;
	return rights;
}

void *
kernel_cap_rights_set(void *rights, ...)
{
	return rights;
}

/* Not in the number of a limit, which each system has its own of. */
int
kernel_setrlimit(int what, const void *limit)
{
	(void)what, (void)limit;
	return (int)kernel_return(right("setrlimit", "", 0));
}

/* It enters no kernel. */
void
kernel_setproctitle(const char *fmt, ...)
{
	(void)fmt;
}
