/* SPDX-License-Identifier: ISC */
/*
 * A scripted kernel.  The BSD files of platform/ are compiled for their system
 * with its own headers, and run here on Linux.  Each of their system calls is
 * compared with the next row of a table, which also has the result.
 *
 * Theory of operation.  tests/bsd/run compiles platform/ and script_NAME.c for
 * one BSD, then renames in these objects the functions that enter the kernel
 * (the file `symbols`): open() becomes kernel_open(), and so on.  kernel.c and
 * src/ are native.  So ioctls, flags, errnos, layouts and sizes in tables and
 * in platform/ have the values of the BSD.  Both share one variable errno;
 * strerror() returns an errno's name ("ENXIO"), in src/, too.
 *
 * A table has the known behaviour of a kernel, and each row names its source
 * (FreeBSD, sys/net/bpf.c).  A test:
 *
 *     static const struct kernel_call gone[] = {
 *             OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 100),
 *             IOCTL(100, BIOCSBLEN, .in = &wanted, .out = &granted),
 *             IOCTL(100, BIOCSETIF, .check = is_em0, .error = ENXIO),
 *             CLOSE(100),
 *     };
 *
 *     KERNEL(gone);
 *     assert_int_equal(port_opened(&port, &port_capture, &config), -1);
 *     assert_string_equal(kernel_said(), "em0: BIOCSETIF: ENXIO\n");
 *     kernel_end();
 *
 * A call that differs from its row fails the test, with both in one line.
 * Descriptors in tables are not real: they begin at 100, above all real ones.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct kernel_call {
	enum kernel_what {
		KERNEL_OPEN,
		KERNEL_CLOSE,
		KERNEL_IOCTL,
		KERNEL_READ,
		KERNEL_WRITE,
		KERNEL_POLL,
		KERNEL_FCNTL,
		KERNEL_SOCKET,
		KERNEL_SETSOCKOPT,
		KERNEL_SYSCTL,
		KERNEL_SYSCTLBYNAME,
		KERNEL_GETIFADDRS,
		KERNEL_IF_NAMETOINDEX,
		KERNEL_IF_INDEXTONAME,
		KERNEL_RIGHT, /* geteuid(), chroot(), setuid(), ... */
	} what;
	int fd; /* 0: the call has none */
	unsigned long number; /* flags, request, size, events: see below */
	const char *text; /* a path or name; the name of `number' */
	long result; /* returned if error is 0 */
	int error; /* not 0: errno; the call returns -1 */
	/*
	 * The caller's argument is compared with in and passed to check, if
	 * these are set; then out is copied over it.  A length of 0 means that
	 * of the ioctl's argument.
	 */
	const void *in;
	size_t in_len;
	bool (*check)(const void *arg, size_t len);
	const void *out;
	size_t out_len;
};

/*
 * The rows.  More members may follow in each: .error = ENXIO, .in = &x,
 * .out = &y, .check = function.
 */
/* No two versions of clang-format agree about braces in a macro. */
/* clang-format off */
#define OPEN(path, flags, newfd, ...)                                   \
	{                                                               \
		.what = KERNEL_OPEN, .text = (path), .number = (flags), \
		.result = (newfd), ##__VA_ARGS__                        \
	}
#define CLOSE(oldfd, ...)                                          \
	{                                                          \
		.what = KERNEL_CLOSE, .fd = (oldfd), ##__VA_ARGS__ \
	}
#define IOCTL(onfd, request, ...)                                              \
	{                                                                      \
		.what = KERNEL_IOCTL, .fd = (onfd),                            \
		.number = (uint32_t)(request), .text = #request, ##__VA_ARGS__ \
	}
/* size: the caller's; len: bytes of data that the call returns */
#define READ(onfd, size, data, len, ...)                                \
	{                                                               \
		.what = KERNEL_READ, .fd = (onfd), .number = (size),    \
		.out = (data), .out_len = (len), .result = (long)(len), \
		##__VA_ARGS__                                           \
	}
/* data NULL: any bytes */
#define WRITE(onfd, data, len, ...)                                   \
	{                                                             \
		.what = KERNEL_WRITE, .fd = (onfd), .number = (len),  \
		.in = (data), .in_len = (len), .result = (long)(len), \
		##__VA_ARGS__                                         \
	}
/* of one descriptor; returns 0 if gives is 0 */
#define POLL(onfd, events, gives, ...)                                 \
	{                                                              \
		.what = KERNEL_POLL, .fd = (onfd), .number = (events), \
		.result = (gives), ##__VA_ARGS__                       \
	}
#define FCNTL(onfd, command, arg, returns, ...)                                \
	{                                                                      \
		.what = KERNEL_FCNTL, .fd = (onfd),                            \
		.number = KERNEL_TWO(command, arg),                            \
		.text = #command ", " #arg, .result = (returns), ##__VA_ARGS__ \
	}
#define SOCKET(domain, type, protocol, newfd, ...)                            \
	{                                                                     \
		.what = KERNEL_SOCKET,                                        \
		.number = KERNEL_TWO((domain) << 16 | (protocol), type),      \
		.text = #domain ", " #type ", " #protocol, .result = (newfd), \
		##__VA_ARGS__                                                 \
	}
#define SETSOCKOPT(onfd, level, option, ...)               \
	{                                                  \
		.what = KERNEL_SETSOCKOPT, .fd = (onfd),   \
		.number = KERNEL_TWO(level, option),       \
		.text = #level ", " #option, ##__VA_ARGS__ \
	}
/* mib: an array of int; out: the old value */
#define SYSCTL(mib, ...)                                                   \
	{                                                                  \
		.what = KERNEL_SYSCTL, .in = (mib), .in_len = sizeof(mib), \
		.text = #mib, ##__VA_ARGS__                                \
	}
/* out: the old value */
#define SYSCTLBYNAME(name, ...)                                            \
	{                                                                  \
		.what = KERNEL_SYSCTLBYNAME, .text = (name), ##__VA_ARGS__ \
	}
/* list: struct ifaddrs * or NULL */
#define GETIFADDRS(list, ...)                                           \
	{                                                               \
		.what = KERNEL_GETIFADDRS, .out = (list), ##__VA_ARGS__ \
	}
#define IF_NAMETOINDEX(name, index, ...)                       \
	{                                                      \
		.what = KERNEL_IF_NAMETOINDEX, .text = (name), \
		.result = (index), ##__VA_ARGS__               \
	}
#define IF_INDEXTONAME(index, name, ...)                         \
	{                                                        \
		.what = KERNEL_IF_INDEXTONAME, .number = (index), \
		.out = (name), ##__VA_ARGS__                     \
	}
/* call: its name, and its path or name behind a space */
#define RIGHT(call, argument, ...)                                         \
	{                                                                  \
		.what = KERNEL_RIGHT, .text = (call), .number = (argument), \
		##__VA_ARGS__                                              \
	}
/* clang-format on */

/* libdnet's intf_open() (src/intf.c), which fails on a kernel without IPv6 */
#define INTF_NONE                                                      \
	SOCKET(AF_INET, SOCK_DGRAM, 0, 900),                           \
	    SETSOCKOPT(900, SOL_SOCKET, SO_BROADCAST),                 \
	    SOCKET(AF_INET6, SOCK_DGRAM, 0, 0, .error = EAFNOSUPPORT), \
	    CLOSE(900)
#define INTF_NONE_ROWS 4

#define KERNEL_TWO(high, low) \
	((unsigned long)(uint32_t)(high) << 32 | (uint32_t)(low))

/* From now on expects these calls, in this order; clock and log begin. */
#define KERNEL(table) \
	kernel_begin(#table, (table), sizeof(table) / sizeof((table)[0]))
void kernel_begin(const char *name, const struct kernel_call *, size_t n);
/* Checks that all calls were made, and all opened descriptors closed. */
void kernel_end(void);

/*
 * From now on, also in later tables, the relay has made these promises
 * (OpenBSD, pledge(2)), or is in FreeBSD's capability mode ("capsicum"): a call
 * of it that is not allowed then fails the test.  The helper is free.  NULL:
 * both are.
 */
void kernel_promise(const char *promises);

/* Returns the lines of log_info() and log_errno() since then. */
const char *kernel_said(void);

/* Moves all clocks of the program, which stand still otherwise. */
void kernel_pass(uint64_t ns);

/* Returns the message with which act() fails; NULL: it does not fail. */
const char *kernel_failure(void (*act)(void));

#endif
