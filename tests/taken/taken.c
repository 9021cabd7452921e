/* SPDX-License-Identifier: ISC */
/*
 * A relay that somebody has taken over.  Linked into the program in place of
 * stats_block() and fork() (-Wl,--wrap): at SIGUSR1 it tries what it must not
 *be able to do, writes a line for each try, and goes on as a relay.
 *
 *	refused NAME: REASON
 *	SUCCEEDED NAME
 *
 * Environment: TAKEN_OTHER, the name of another interface of this host;
 * TAKEN_SEED, for the requests with nonsense.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "privilege/request.h"
#include "privilege/serve.h"
#include "relay/relay.h"

#define ROUNDS 20000

static unsigned other; /* index of the other interface */
static char other_name[IF_NAMESIZE];
static unsigned long seed = 1;
static pid_t helper;

pid_t __real_fork(void);
pid_t __wrap_fork(void);

/* The first process that a relay starts is its helper. */
pid_t
__wrap_fork(void)
{
	pid_t pid = __real_fork();

	if (helper == 0)
		helper = pid;
	return pid;
}

/* Before there is a sandbox: what can be known. */
__attribute__((constructor)) static void
prepare(void)
{
	const char *name = getenv("TAKEN_OTHER"), *text = getenv("TAKEN_SEED");

	if (name != NULL) {
		other = if_nametoindex(name);
		(void)snprintf(other_name, sizeof(other_name), "%s", name);
	}
	if (text != NULL)
		seed = strtoul(text, NULL, 10);
}

static void
say(const char *name, bool done)
{
	char line[256];
	int error = errno;
	int n = done ? snprintf(line, sizeof(line), "SUCCEEDED %s\n", name) :
		       snprintf(line, sizeof(line), "refused %s: %s\n", name,
			   strerror(error));

	(void)!write(STDERR_FILENO, line, (size_t)n);
}

/* One try: an expression that is -1, or NULL, if it fails. */
#define TRY(name, call) (errno = 0, say(name, (long)(call) != -1))

/* ---- the system ---- */

static void
try_files(void)
{
	struct stat st;

	TRY("open", open("/etc/passwd", O_RDONLY));
	TRY("openat of the root", open("/", O_RDONLY | O_DIRECTORY));
	TRY("create", open("/x", O_CREAT | O_WRONLY, 0600));
	TRY("stat", stat("/", &st));
	TRY("mkdir", mkdir("/x", 0700));
	TRY("unlink", unlink("/etc/passwd"));
	TRY("chdir", chdir(".."));
	TRY("chroot", chroot("."));
	TRY("mount", mount("none", "/", "tmpfs", 0, NULL));
	TRY("memfd_create", syscall(SYS_memfd_create, "x", 0));
}

static void
try_network(void)
{
	int pair[2];

	TRY("socket of IPv4", socket(AF_INET, SOCK_STREAM, 0));
	TRY("socket of packets", socket(AF_PACKET, SOCK_RAW, 0));
	TRY("socket of netlink", socket(AF_NETLINK, SOCK_RAW, 0));
	TRY("socket of unix", socket(AF_UNIX, SOCK_STREAM, 0));
	TRY("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	TRY("unshare", unshare(CLONE_NEWUSER | CLONE_NEWNET));
	TRY("setns", setns(0, CLONE_NEWNET));
}

/* A process that ends at once: 0; -1. */
static int
fork_try(void)
{
	/* by the raw calls: fork(2) of the library does more */
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		(void)syscall(SYS_exit_group, 0);
	return pid > 0 ? 0 : -1;
}

static void
try_processes(void)
{
	struct iovec iov = { &other, sizeof(other) };
	char *const args[] = { (char *)(uintptr_t) "sh", NULL };
	TRY("fork", fork_try());
	TRY("execve", execve("/bin/sh", args, NULL));
	TRY("kill", kill(1, 0));
	TRY("kill of the helper", kill(helper, SIGKILL));
	TRY("ptrace", ptrace(PTRACE_ATTACH, helper, NULL, NULL));
	TRY("process_vm_readv", process_vm_readv(helper, &iov, 1, &iov, 1, 0));
	TRY("pidfd_open", syscall(SYS_pidfd_open, helper, 0));
	TRY("setuid", setuid(0));
	TRY("setgroups", syscall(SYS_setgroups, 0, NULL));
	TRY("prctl", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
	TRY("seccomp", syscall(SYS_seccomp, 1, 0, NULL));
	TRY("bpf", syscall(SYS_bpf, 0, NULL, 0));
	TRY("io_uring", syscall(SYS_io_uring_setup, 1, NULL));
	TRY("perf_event_open",
	    syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
	TRY("keyctl", syscall(SYS_keyctl, 0, 0, 0, 0, 0));
	TRY("dup", dup(STDERR_FILENO));
	TRY("memory to execute",
	    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0));
	TRY("mprotect", mprotect(&other, 1, PROT_READ | PROT_EXEC));
}

/* ---- the port ---- */

static void
try_capture(int fd)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons(3),
		.sll_ifindex = (int)other };
	struct packet_mreq mreq = { (int)other, PACKET_MR_PROMISC, 0, { 0 } };
	static uint8_t frame[10 + 60] = { [10] = 2, [16] = 2 };
	struct iovec iov = { frame, sizeof(frame) };
	struct mmsghdr m = { .msg_hdr = { .msg_name = &to,
				 .msg_namelen = sizeof(to),
				 .msg_iov = &iov,
				 .msg_iovlen = 1 } };
	struct ifreq ifr = { .ifr_flags = 0 };

	memcpy(ifr.ifr_name, other_name, sizeof(ifr.ifr_name));
	TRY("bind", bind(fd, (struct sockaddr *)&to, sizeof(to)));
	TRY("sendto",
	    sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to,
		sizeof(to)));
	TRY("sendmsg", sendmsg(fd, &m.msg_hdr, 0));
	TRY("membership",
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq,
		sizeof(mreq)));
	TRY("mark", setsockopt(fd, SOL_SOCKET, SO_MARK, &other, sizeof(other)));
	TRY("device",
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, other_name,
		sizeof(other_name)));
	TRY("SIOCSIFFLAGS", ioctl(fd, SIOCSIFFLAGS, &ifr));
	TRY("SIOCSIFADDR", ioctl(fd, SIOCSIFADDR, &ifr));
	/* what SECURITY names */
	TRY("sendmmsg to another interface", sendmmsg(fd, &m, 1, 0));
}

static void
try_tap(int fd)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	TRY("TUNSETIFF", ioctl(fd, TUNSETIFF, &ifr));
	TRY("TUNSETPERSIST", ioctl(fd, TUNSETPERSIST, 1));
	TRY("TUNSETOWNER", ioctl(fd, TUNSETOWNER, 1));
	TRY("TUNSETLINK", ioctl(fd, TUNSETLINK, 1));
	TRY("TUNSETFILTEREBPF", ioctl(fd, TUNSETFILTEREBPF, &fd));
	TRY("SIOCSIFFLAGS", ioctl(fd, SIOCSIFFLAGS, &ifr));
	TRY("SIOCSIFADDR", ioctl(fd, SIOCSIFADDR, &ifr));
}

/* ---- the helper ---- */

static struct request request;
static struct answer answer;

static int
ask(enum request_what what)
{
	int i, result;

	request.what = what;
	result = serve_ask(&request, -1, &answer);
	for (i = 0; i < ANSWER_FDS; i++)
		if (answer.fds[i] != -1)
			(void)close(answer.fds[i]);
	if (answer.result != 0)
		errno = answer.result;
	return result;
}

/* Addresses that the command line and the host do not allow. */
static void
try_addresses(void)
{
	static const char *const forbidden[] = { "127.0.0.2/8", "224.0.0.1/4",
		"10.8.0.0/24", "10.8.0.2/24", "0.0.0.0/1", "192.0.2.1/24" };
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		memset(&request, 0, sizeof(request));
		request.change.what = PARAM_ADD_ADDR;
		(void)addr_parse(forbidden[i], &request.change.addr.addr);
		(void)snprintf(name, sizeof(name), "address %s", forbidden[i]);
		TRY(name, ask(REQUEST_APPLY));
		request.change.what = PARAM_SET_FIRST;
		TRY(name, ask(REQUEST_APPLY));
	}
}

static uint8_t
byte_next(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint8_t)(seed >> 33);
}

/* Every request, with anything in every field. */
static void
try_nonsense(void)
{
	uint8_t *at;
	unsigned round;
	size_t i;

	for (round = 0; round < ROUNDS; round++) {
		memset(&request, 0, sizeof(request));
		at = (uint8_t *)&request;
		for (i = 0; i < sizeof(request); i++)
			if (round % 4 == 0 || byte_next() % 16 == 0)
				at[i] = byte_next();
		/* all but those that end the session or wait for hosts */
		(void)ask(round % 64 == 63 ? request.what : round % 24);
		if (answer.result == EPIPE)
			break;
	}
	TRY("nonsense ends the helper", answer.result == EPIPE ? 0 : -1);
}

static void
try_others(void)
{
	memset(&request, 0, sizeof(request));
	TRY("a request of the other side",
	    ask(answer.slot == -2 ? REQUEST_PLACE : REQUEST_TAP));
	memset(&request, 0, sizeof(request));
	TRY("a command that is not there", ask(REQUEST_HOOK));
	TRY("a command that is not there", ask(REQUEST_EXEC));
}

void __wrap_stats_block(struct relay *r);

void
__wrap_stats_block(struct relay *r)
{
	static bool done;

	if (done)
		return;
	done = true;
	try_files();
	try_network();
	try_processes();
	if (r->opt->role == ROLE_SLAVE)
		try_capture(r->port.fd);
	else
		try_tap(r->port.fd);
	if (r->opt->role == ROLE_SLAVE)
		try_others();
	else
		try_addresses();
	try_nonsense();
	say("end", false);
}
