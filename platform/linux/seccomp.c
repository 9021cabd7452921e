/* SPDX-License-Identifier: ISC */
/*
 * Which system calls remain to a relay, and to a process that compiles a filter
 * for it: the table, and its translation into a program for the kernel
 * (seccomp(2)).
 *
 * The kernel compares each call of the process with the rows, from the first
 * one on, and lets it go on if one allows it.  All other calls fail with ENOSYS
 * and are logged (SECCOMP_FILTER_FLAG_LOG).  Frequent calls come first, and
 * since Linux 5.11 a call without a condition costs nothing.
 *
 * A program sees the arguments of a call, but not what they point to.  So
 * sendmmsg(2) can name any address, and a slave's packet sockets can send to
 * every interface of their network namespace.  glibc makes socket calls of i386
 * and s390x by socketcall(2), with the arguments in memory: the conditions on
 * them do not hold there.
 *
 * What is missing on purpose, among others: open, socket, connect, bind,
 * listen, clone, execve, kill, ptrace, prctl, dup, pidfd_open; new packet
 * memberships; memory that can be executed; rt_sigaction; fcntl(2) to duplicate
 * a descriptor or to choose who gets its signals.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/if_tunnel.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "sandbox.h"

/* What becomes of other calls; -D for a test: SECCOMP_RET_KILL_PROCESS. */
#ifndef SECCOMP_UNKNOWN
#define SECCOMP_UNKNOWN (SECCOMP_RET_ERRNO | ENOSYS)
#endif

#if defined(__x86_64__) /* x32's numbers are others, and in no row */
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define MACHINE AUDIT_ARCH_I386
#elif defined(__arm__) && __BYTE_ORDER == __LITTLE_ENDIAN
#define MACHINE AUDIT_ARCH_ARM
#elif defined(__aarch64__) && __BYTE_ORDER == __LITTLE_ENDIAN
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined(__mips__) && _MIPS_SIM == _ABIO32
#define MACHINE \
	(__BYTE_ORDER == __BIG_ENDIAN ? AUDIT_ARCH_MIPS : AUDIT_ARCH_MIPSEL)
#elif defined(__riscv) && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER == __LITTLE_ENDIAN
#define MACHINE AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define MACHINE AUDIT_ARCH_S390X
#else
#define MACHINE 0 /* there is no table */
#endif

/* ---- the table ---- */

/* A call of the row's process goes on if its arguments meet both conditions. */
struct row {
	uint32_t call;
	enum { ALL, BOTH, SLAVE, MASTER, COMPILER } who; /* BOTH: relays */
	struct condition {
		enum { ALWAYS, IS, LACKS, IS_NULL, IS_CHANNEL } what;
		int arg; /* 0 is the first one */
		uint32_t value;
	} conditions[2];
};

#define CALL(whose, name)                         \
	{                                         \
		.call = __NR_##name, .who = whose \
	}
#define CALL_IF(whose, name, ...)                                  \
	{                                                          \
		.call = __NR_##name, .who = whose, .conditions = { \
			__VA_ARGS__                                \
		}                                                  \
	}
/* LOW: the kernel reads 32 bits of it, or the bits in question are there. */
#define LOW(n, v)                                            \
	{                                                    \
		.what = IS, .arg = n, .value = (uint32_t)(v) \
	}
#define NO_BITS(n, v)                               \
	{                                           \
		.what = LACKS, .arg = n, .value = v \
	}
#define NULL_ARG(n)                       \
	{                                 \
		.what = IS_NULL, .arg = n \
	}
#define CHANNEL                              \
	{                                    \
		.what = IS_CHANNEL, .arg = 0 \
	}

#define IOCTL(whose, request) CALL_IF(whose, ioctl, LOW(1, request))
#define SET(whose, level, opt) \
	CALL_IF(whose, setsockopt, LOW(1, level), LOW(2, opt))
#define GET(whose, level, opt) \
	CALL_IF(whose, getsockopt, LOW(1, level), LOW(2, opt))

#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW 4
#endif
#if !defined(__NR_clock_gettime) && defined(__NR_clock_gettime32)
#define __NR_clock_gettime __NR_clock_gettime32 /* musl, 32 bit */
#endif

/* Some headers lack these, or have them for their own time_t or struct. */
#define TIMESTAMPNS_OLD 35 /* SO_TIMESTAMPNS with a time_t of 32 bits */
#define TIMESTAMPNS_NEW 64

/* clang-format off */
static const struct row table[] = {
	/* the loop, frames, the peer's stream */
	CALL(BOTH, ppoll),
	CALL(BOTH, read),
	CALL(ALL, write),
	CALL(BOTH, writev),
	CALL(BOTH, clock_gettime), /* where it is not done in user space */
	CALL(BOTH, recvmsg), /* frames with their tags; descriptors */
	CALL(SLAVE, sendmmsg), /* tags and raw IP: see the head */
	CALL(BOTH, recvfrom), /* recv(2) */
	CALL_IF(BOTH, sendto, NULL_ARG(4)), /* send(2): no address */

	/* the helper */
	CALL_IF(BOTH, sendmsg, CHANNEL), /* requests with a descriptor */
	CALL_IF(BOTH, shutdown, CHANNEL), /* at the end */

	/* peers */
	CALL(BOTH, accept4),
	CALL(BOTH, getsockname), /* and which interface a capture is on */
	CALL(BOTH, getpeername),
	SET(BOTH, IPPROTO_TCP, TCP_NODELAY),
	SET(BOTH, IPPROTO_TCP, TCP_NOTSENT_LOWAT),
	SET(BOTH, SOL_SOCKET, SO_KEEPALIVE),
	SET(BOTH, IPPROTO_TCP, TCP_KEEPIDLE),
	SET(BOTH, IPPROTO_TCP, TCP_KEEPINTVL),
	SET(BOTH, IPPROTO_TCP, TCP_KEEPCNT),
	SET(BOTH, IPPROTO_TCP, TCP_USER_TIMEOUT),
	CALL_IF(BOTH, fcntl, LOW(1, F_GETFL)),
	CALL_IF(BOTH, fcntl, LOW(1, F_SETFL)), /* O_NONBLOCK */
	CALL_IF(BOTH, fcntl, LOW(1, F_SETFD)), /* FD_CLOEXEC */
	CALL(ALL, close),

	/* the capture */
	SET(SLAVE, SOL_SOCKET, SO_ATTACH_FILTER),
	SET(SLAVE, SOL_SOCKET, SO_DETACH_FILTER),
	SET(SLAVE, SOL_SOCKET, TIMESTAMPNS_OLD),
	SET(SLAVE, SOL_SOCKET, TIMESTAMPNS_NEW),
	SET(SLAVE, SOL_PACKET, PACKET_AUXDATA), /* tags beside frames */
	SET(SLAVE, SOL_PACKET, PACKET_VNET_HDR), /* offloads */
	SET(SLAVE, SOL_PACKET, PACKET_VERSION), /* the ring, as the next ones */
	SET(SLAVE, SOL_PACKET, PACKET_COPY_THRESH),
	SET(SLAVE, SOL_PACKET, PACKET_RX_RING),
	GET(SLAVE, SOL_PACKET, PACKET_STATISTICS),
	GET(SLAVE, SOL_SOCKET, SO_ERROR), /* clears ENETDOWN */
	GET(SLAVE, SOL_SOCKET, SO_MARK),
	IOCTL(BOTH, SIOCGIFNAME), /* it may be renamed, as the doll */
	IOCTL(BOTH, SIOCGIFINDEX),
	IOCTL(SLAVE, SIOCGIFFLAGS),
	IOCTL(SLAVE, SIOCGIFHWADDR), /* link type */
	IOCTL(SLAVE, SIOCGETTUNNEL), /* what a GRE tunnel carries */
	CALL(SLAVE, uname), /* what the kernel's ring can do */

	/* the doll */
	IOCTL(MASTER, TUNGETIFF),
	IOCTL(MASTER, TUNSETOFFLOAD),
	IOCTL(MASTER, TUNSETCARRIER),
	IOCTL(MASTER, TUNSETVNETHDRSZ),
	CALL(MASTER, pread64), /* /proc/net/dev */

	/* messages and their terminal */
	IOCTL(BOTH, TIOCGWINSZ),

	/* signals, timers, the end */
	CALL(BOTH, rt_sigprocmask),
	CALL(BOTH, rt_sigreturn),
	CALL(BOTH, setitimer),
	CALL(BOTH, restart_syscall), /* by the kernel: poll(2) after SIGCONT */
	CALL(ALL, exit_group),

	/* memory */
	CALL(ALL, brk),
	CALL(ALL, munmap),
	CALL(ALL, mremap),
	CALL(ALL, madvise),
	CALL_IF(ALL, mprotect, NO_BITS(2, PROT_EXEC)),
#if defined(__NR_mmap2)
	CALL_IF(ALL, mmap2, NO_BITS(2, PROT_EXEC)),
#elif defined(__s390x__) /* its arguments are in memory */
	CALL(ALL, mmap),
#else
	CALL_IF(ALL, mmap, NO_BITS(2, PROT_EXEC)),
#endif

	SET(COMPILER, SOL_PACKET, PACKET_RX_RING), /* libpcap's end of it */

/* the same, for machines of 32 bits and old ones */
#ifdef __NR_ppoll_time64
	CALL(BOTH, ppoll_time64),
	CALL(BOTH, clock_gettime64),
#endif
#ifdef __NR_poll
	CALL(BOTH, poll),
#endif
#ifdef __NR_recv
	CALL(BOTH, recv),
	CALL(BOTH, send),
#endif
#ifdef __NR_accept
	CALL(BOTH, accept),
#endif
#ifdef __NR_fcntl64
	CALL_IF(BOTH, fcntl64, LOW(1, F_GETFL)),
	CALL_IF(BOTH, fcntl64, LOW(1, F_SETFL)),
	CALL_IF(BOTH, fcntl64, LOW(1, F_SETFD)),
#endif
#ifdef __NR_sigreturn
	CALL(BOTH, sigreturn),
#endif
#if defined(__i386__) || defined(__s390x__) /* see the head */
	CALL_IF(BOTH, socketcall, LOW(0, 5)), /* accept */
	CALL_IF(BOTH, socketcall, LOW(0, 6)), /* getsockname */
	CALL_IF(BOTH, socketcall, LOW(0, 7)), /* getpeername */
	CALL_IF(BOTH, socketcall, LOW(0, 9)), /* send */
	CALL_IF(BOTH, socketcall, LOW(0, 10)), /* recv */
	CALL_IF(BOTH, socketcall, LOW(0, 13)), /* shutdown */
	CALL_IF(BOTH, socketcall, LOW(0, 14)), /* setsockopt */
	CALL_IF(BOTH, socketcall, LOW(0, 15)), /* getsockopt */
	CALL_IF(BOTH, socketcall, LOW(0, 16)), /* sendmsg */
	CALL_IF(BOTH, socketcall, LOW(0, 17)), /* recvmsg */
	CALL_IF(BOTH, socketcall, LOW(0, 18)), /* accept4 */
	CALL_IF(SLAVE, socketcall, LOW(0, 20)), /* sendmmsg */
#endif
};
/* clang-format on */

/* ---- its translation ---- */

#define ROWS	 (sizeof(table) / sizeof(table[0]))
#define ROW_MAX	 11 /* instructions: 2, 4 for each condition, 1 */
#define OTHERS	 4
#define BIG	 (__BYTE_ORDER == __BIG_ENDIAN)
#define ARGUMENT (offsetof(struct seccomp_data, args))

static struct sock_filter insns[ROWS * ROW_MAX + OTHERS];
static unsigned short ninsns;

static void
insn_add(unsigned code, size_t k)
{
	insns[ninsns++] = (struct sock_filter) { .code = (uint16_t)code,
		.k = (uint32_t)k };
}

/* Loads 32 bits of what the kernel tells of a call. */
static void
load(size_t offset)
{
	insn_add(BPF_LD | BPF_W | BPF_ABS, offset);
}

static void
load_low(int arg)
{
	load(ARGUMENT + (size_t)arg * 8 + (BIG ? 4 : 0));
}

static void
load_high(int arg)
{
	load(ARGUMENT + (size_t)arg * 8 + (BIG ? 0 : 4));
}

/* Goes on if what was loaded is the value, else leaves the row. */
static void
want(uint32_t value)
{
	insn_add(BPF_JMP | BPF_JEQ | BPF_K, value);
}

static void
condition_add(const struct condition *c, int channel)
{
	if (c->what == ALWAYS)
		return;
	load_low(c->arg);
	if (c->what == LACKS) /* the row is left if a bit is there */
		insn_add(BPF_JMP | BPF_JSET | BPF_K, c->value);
	else
		want(c->what == IS_CHANNEL ? (uint32_t)channel : c->value);
	if (c->what == IS_NULL) {
		load_high(c->arg);
		want(0);
	}
}

/* Lets all conditional jumps since this instruction leave the row. */
static void
row_end(unsigned short from)
{
	struct sock_filter *in;

	for (in = insns + from; in < insns + ninsns; in++) {
		uint8_t over = (uint8_t)(insns + ninsns - in - 1);

		if (BPF_CLASS(in->code) != BPF_JMP)
			continue;
		if (BPF_OP(in->code) == BPF_JSET)
			in->jt = over;
		else
			in->jf = over;
	}
}

static void
row_add(const struct row *r, int channel)
{
	unsigned short from = ninsns;

	load(offsetof(struct seccomp_data, nr));
	want(r->call);
	condition_add(&r->conditions[0], channel);
	condition_add(&r->conditions[1], channel);
	insn_add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	row_end(from);
}

static bool
row_is_for(const struct row *r, const struct sandbox *s)
{
	if (s->what == SANDBOX_COMPILER)
		return r->who == ALL || r->who == COMPILER;
	return r->who == ALL || r->who == BOTH ||
	    r->who == (s->what == SANDBOX_SLAVE ? SLAVE : MASTER);
}

static void
program_write(const struct sandbox *s)
{
	size_t i;

	ninsns = 0;
	/* a call by the numbers of another kind of machine */
	load(offsetof(struct seccomp_data, arch));
	want(MACHINE);
	insns[1].jt = 1;
	insn_add(BPF_RET | BPF_K, SECCOMP_UNKNOWN);
	for (i = 0; i < ROWS; i++)
		if (row_is_for(&table[i], s))
			row_add(&table[i], s->channel);
	insn_add(BPF_RET | BPF_K, SECCOMP_UNKNOWN);
}

/*
 * Flags that later kernels know: 4.14, log refused calls; 4.17, do not slow all
 * memory accesses down for fear of foreign code in this process, of which there
 * is none (Documentation/userspace-api/spec_ctrl.rst).
 */
static const unsigned flags[] = {
	SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW,
	SECCOMP_FILTER_FLAG_LOG,
	0,
};

int
seccomp_enter(const struct sandbox *s)
{
	struct sock_fprog program = { .filter = insns };
	size_t i;

	if (MACHINE == 0) {
		errno = ENOTSUP;
		return -1;
	}
	program_write(s);
	program.len = ninsns;
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags[i],
			&program) == 0)
			return 0;
		else if (errno != EINVAL)
			break;
	return -1;
}
