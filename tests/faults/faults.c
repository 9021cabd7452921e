/* SPDX-License-Identifier: ISC */
/*
 * Faults of the system, between the program and the C library (LD_PRELOAD).
 * While the first byte of a file is 1, one call in so many fails as the kernel
 * lets it fail, or moves fewer bytes or messages than it could: the manual of
 * each call says how.  The same seed gives the same choices.
 *
 * Environment: FAULTS_SEED, FAULTS_RATE, FAULTS_CONTROL (the file), FAULTS_WHO
 * (1: the relay, 2: its helper, 3: both).  No system call is made for it: the
 * sandbox has none to spare.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FDS 1024

static volatile const uint8_t *control;
static uint64_t state;
static unsigned rate, who, role = 1; /* 1: relay, 2: helper, 4: others */

/*
 * What a descriptor is, as far as its owner's calls have shown it.  A packet
 * socket gives what it has announced, so recv(2) does not fail.
 */
static enum { UNKNOWN, STREAM, TAP } kinds[FDS];

static unsigned
number(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? (unsigned)strtoul(text, NULL, 10) : 1;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *file = getenv("FAULTS_CONTROL");
	int fd = file != NULL ? open(file, O_RDONLY | O_CLOEXEC) : -1;
	void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);

	control = page == MAP_FAILED ? NULL : page;
	(void)close(fd);
	state = number("FAULTS_SEED") * 2654435761u + 1;
	rate = number("FAULTS_RATE");
	who = number("FAULTS_WHO");
	(void)unsetenv("LD_PRELOAD"); /* not in the commands of -e and -U */
}

static unsigned
next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33);
}

/* One call in `rate' is to fail. */
static int
due(void)
{
	return control != NULL && *control == '1' && (role & who) != 0 &&
	    next() % rate == 0;
}

/* Chooses one of n errors. */
static int
fail(const int *errors, unsigned n)
{
	errno = errors[next() % n];
	return -1;
}
#define FAIL(...)                           \
	fail((const int[]) { __VA_ARGS__ }, \
	    sizeof((const int[]) { __VA_ARGS__ }) / sizeof(int))

/* The function of the library behind this one. */
#define REAL(name)                     \
	static __typeof__(name) *real; \
	if (real == NULL)              \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

static int
kind(int fd)
{
	return fd >= 0 && fd < FDS ? kinds[fd] : UNKNOWN;
}

static void
learn(int fd, int what)
{
	if (fd >= 0 && fd < FDS)
		kinds[fd] = what;
}

/* ---- bytes ---- */

ssize_t
read(int fd, void *data, size_t len)
{
	REAL(read);
	if (kind(fd) == STREAM && due()) {
		if (next() % 3 == 0)
			return FAIL(EINTR, EAGAIN);
		if (next() % 100 == 0)
			return FAIL(ECONNRESET, ETIMEDOUT);
		len = len > 0 ? 1 + next() % len : 0;
	} else if (kind(fd) == TAP && due())
		return FAIL(EAGAIN, EINTR);
	return real(fd, data, len);
}

ssize_t
write(int fd, const void *data, size_t len)
{
	REAL(write);
	if (kind(fd) == STREAM && due()) {
		if (next() % 3 == 0)
			return FAIL(EINTR, EAGAIN);
		len = len > 0 ? 1 + next() % len : 0;
	} else if (kind(fd) == TAP && due())
		return FAIL(ENOMEM, EINTR, EAGAIN);
	return real(fd, data, len);
}

ssize_t
writev(int fd, const struct iovec *iov, int n)
{
	REAL(writev);
	if (kind(fd) == TAP && due())
		return FAIL(ENOMEM, EINTR, EAGAIN);
	if (kind(fd) == STREAM && due()) {
		if (next() % 3 == 0)
			return FAIL(EINTR, EAGAIN);
		return write(fd, iov->iov_base, iov->iov_len);
	}
	return real(fd, iov, n);
}

ssize_t
pread(int fd, void *data, size_t len, off_t at)
{
	REAL(pread);
	if (due())
		return FAIL(EINTR, ENOMEM);
	return real(fd, data, len, at);
}

/* ---- messages ---- */

ssize_t
sendto(int fd, const void *data, size_t len, int flags,
    const struct sockaddr *to, socklen_t size)
{
	REAL(sendto);
	if (due())
		return FAIL(ENOBUFS, ENOMEM, EINTR);
	return real(fd, data, len, flags, to, size);
}

ssize_t
send(int fd, const void *data, size_t len, int flags)
{
	REAL(send);
	if (due())
		return FAIL(ENOBUFS, ENOMEM, EINTR);
	return real(fd, data, len, flags);
}

/* The program calls sendmmsg(2) by its number. */
long
syscall(long n, ...)
{
	long (*real)(long, ...), a[6];
	va_list ap;
	int i;

	*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	va_start(ap, n);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (n == SYS_sendmmsg && due()) {
		if ((unsigned)a[2] < 2 || next() % 2 == 0)
			return FAIL(ENOBUFS, EINTR, EAGAIN, ENOMEM);
		a[2] = 1 + next() % (unsigned)a[2];
	}
	return real(n, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* ---- descriptors ---- */

#define MAKE(call, ...)                                       \
	REAL(call);                                           \
	if (due())                                            \
		return FAIL(EMFILE, ENFILE, ENOMEM, ENOBUFS); \
	return real(__VA_ARGS__)

int
accept(int fd, struct sockaddr *sa, socklen_t *len)
{
	int made;

	REAL(accept);
	if (due())
		return FAIL(EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED,
		    EINTR);
	if ((made = real(fd, sa, len)) != -1)
		learn(made, STREAM);
	return made;
}

int
socket(int domain, int type, int protocol)
{
	MAKE(socket, domain, type, protocol);
}

int
socketpair(int domain, int type, int protocol, int fds[2])
{
	MAKE(socketpair, domain, type, protocol, fds);
}

int
pipe(int fds[2])
{
	MAKE(pipe, fds);
}

int
pipe2(int fds[2], int flags)
{
	MAKE(pipe2, fds, flags);
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	MAKE(open, path, flags, mode);
}

FILE *
fopen(const char *path, const char *mode)
{
	REAL(fopen);
	if (due()) {
		(void)FAIL(EMFILE, ENOMEM);
		return NULL;
	}
	return real(path, mode);
}

int
close(int fd)
{
	REAL(close);
	learn(fd, UNKNOWN);
	return real(fd);
}

int
setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	int result;

	REAL(setsockopt);
	if (due())
		return FAIL(ENOMEM, ENOBUFS);
	result = real(fd, level, name, value, len);
	if (result == 0 && level == IPPROTO_TCP)
		learn(fd, STREAM);
	return result;
}

int
getsockname(int fd, struct sockaddr *sa, socklen_t *len)
{
	MAKE(getsockname, fd, sa, len);
}

int
ioctl(int fd, unsigned long what, ...)
{
	va_list ap;
	void *arg;
	int result;

	REAL(ioctl);
	va_start(ap, what);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (role == 2 && due()) /* the relay's only read what is known */
		return FAIL(ENOMEM, ENOBUFS, EIO, EINTR);
	result = real(fd, what, arg);
	if (result == 0 && _IOC_TYPE(what) == 'T' && _IOC_NR(what) >= 200)
		learn(fd, TAP); /* linux/if_tun.h */
	return result;
}

/* ---- waiting, processes, memory ---- */

int
poll(struct pollfd *fds, nfds_t n, int ms)
{
	REAL(poll);
	if (due())
		return FAIL(EINTR);
	return real(fds, n, ms);
}

int
ppoll(struct pollfd *fds, nfds_t n, const struct timespec *ts,
    const sigset_t *mask)
{
	REAL(ppoll);
	if (due())
		return FAIL(EINTR);
	return real(fds, n, ts, mask);
}

int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *,
    const sigset_t *, size_t);

int
__ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *ts,
    const sigset_t *mask, size_t size)
{
	(void)size;
	return ppoll(fds, n, ts, mask);
}

/* The relay's child is the helper; its children have no faults. */
pid_t
fork(void)
{
	pid_t pid;

	REAL(fork);
	if (due())
		return FAIL(EAGAIN, ENOMEM);
	if ((pid = real()) == 0)
		role *= 2;
	return pid;
}

pid_t
waitpid(pid_t pid, int *status, int options)
{
	REAL(waitpid);
	if (due())
		return FAIL(EINTR);
	return real(pid, status, options);
}

void *
mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	REAL(mmap);
	if (due()) {
		(void)FAIL(ENOMEM);
		return MAP_FAILED;
	}
	return real(at, len, prot, flags, fd, offset);
}

void *
malloc(size_t size)
{
	REAL(malloc);
	if (due()) {
		(void)FAIL(ENOMEM);
		return NULL;
	}
	return real(size);
}

void *
realloc(void *at, size_t size)
{
	REAL(realloc);
	if (due()) {
		(void)FAIL(ENOMEM);
		return NULL;
	}
	return real(at, size);
}
