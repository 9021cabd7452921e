/* SPDX-License-Identifier: ISC */
/*
 * The kernels' calls when a capture is opened: rows that all tests share, each
 * with its source.
 */
#ifndef CAPTURE_ROWS_H
#define CAPTURE_ROWS_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <sys/time.h>
#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <string.h>

#include "kernel.h"
#include "privilege/helper.h"
#include "../unit/opened.h"
#include "port/port.h"

#define GRANTED 65536

static const uint32_t wanted = 8 << 20, granted = GRANTED;
static const uint32_t on = 1, ethernet = DLT_EN10MB;

/* ---- the interface em0, as getifaddrs() has it ---- */

static struct if_data em0_data = { .ifi_link_state = LINK_STATE_UP };
static struct sockaddr_dl em0_dl = {
	.sdl_len = sizeof(em0_dl),
	.sdl_family = AF_LINK,
	.sdl_type = IFT_ETHER,
	.sdl_nlen = 3,
	.sdl_alen = 6,
	.sdl_data = { 'e', 'm', '0', 2, 0, 0, 0, 0, 1 },
};
static struct sockaddr other_dl = { .sa_family = AF_LINK };
static struct ifaddrs em0_up = {
	.ifa_name = (char *)"em0",
	.ifa_flags = IFF_UP | IFF_RUNNING,
	.ifa_addr = (struct sockaddr *)&em0_dl,
	.ifa_data = &em0_data,
};
/*
 * The list begins with an interface whose name begins alike, and with an older
 * link address (NetBSD).
 */
static struct ifaddrs em0_was = {
	.ifa_next = &em0_up,
	.ifa_name = (char *)"em0",
	.ifa_addr = &other_dl,
};
static struct ifaddrs em0_list = {
	.ifa_next = &em0_was,
	.ifa_name = (char *)"em",
	.ifa_addr = &other_dl,
	.ifa_data = &em0_data,
};

/* ---- checks ---- */

static inline bool
is_em0(const void *arg, size_t len)
{
	const struct ifreq *ifr = arg;

	return len == sizeof(*ifr) && strcmp(ifr->ifr_name, "em0") == 0;
}

/* A program of one instruction that accepts no frame, or all frames. */
static inline bool
is_return(const void *arg, u_int k)
{
	const struct bpf_program *p = arg;

	return p->bf_len == 1 && p->bf_insns[0].code == (BPF_RET | BPF_K) &&
	    p->bf_insns[0].k == k;
}

static inline bool
is_nothing(const void *arg, size_t len)
{
	return len == sizeof(struct bpf_program) && is_return(arg, 0);
}

static inline bool
is_everything(const void *arg, size_t len)
{
	return len == sizeof(struct bpf_program) && is_return(arg, (u_int)-1);
}

/* ---- rows ---- */

static const struct bpf_stat no_stats;

/*
 * FreeBSD, sys/net/bpf.c, bpf_check_upgrade(): with a program of one
 * instruction only BIOCSETFNR makes a reader.  The others have no list of
 * writers.
 */
#ifdef __FreeBSD__
#define SETF(fd, is) \
	IOCTL(fd, BIOCSETF, .check = is), IOCTL(fd, BIOCSETFNR, .check = is)
#else
#define SETF(fd, is) IOCTL(fd, BIOCSETF, .check = is)
#endif

/*
 * bpf_setf(), bpf_setif(): a filter may be set before the bind.  Each call sets
 * the counters to 0, so we read them first.
 */
#define STATS(fd) IOCTL(fd, BIOCGSTATS, .out = &no_stats)
#define MUTE(fd)  STATS(fd), SETF(fd, is_nothing)
#define HEAR(fd)  MUTE(fd), SETF(fd, is_everything)

/*
 * bpfioctl(): BIOCSBLEN reduces the size; it works only before BIOCSETIF.
 * ACQUIRE: the first descriptor; ACQUIRE_AGAIN: a later one for the same port.
 */
#define ACQUIRE(newfd)	     IF_NAMETOINDEX("em0", 3), ACQUIRE_NAMED(newfd)
#define ACQUIRE_AGAIN(newfd) IF_INDEXTONAME(3, "em0"), ACQUIRE_NAMED(newfd)
#define ACQUIRE_NAMED(newfd) ATTACHED(newfd) JOINS_NOT LIMITED(newfd)
#define ATTACHED(newfd)                                              \
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, newfd),    \
	    IF_NAMETOINDEX("em0", 3), SETF(newfd, is_nothing),       \
	    IOCTL(newfd, BIOCSBLEN, .in = &wanted, .out = &granted), \
	    IOCTL(newfd, BIOCSETIF, .check = is_em0)

#define PREPARE(newfd)                                \
	IOCTL(newfd, BIOCSDLT, .in = &ethernet),      \
	    IOCTL(newfd, BIOCGDLT, .out = &ethernet), \
	    IOCTL(newfd, BIOCIMMEDIATE, .in = &on),   \
	    IOCTL(newfd, BIOCSHDRCMPLT, .in = &on),   \
	    IOCTL(newfd, BIOCGBLEN, .out = &granted)

/*
 * FreeBSD, sys/net/if.c, ifhwioctl(), SIOCGIFCAP; OpenBSD, sys/net/if.c,
 * ifioctl(), SIOCGIFXFLAGS.  NetBSD has no LRO.
 */
#if defined(__FreeBSD__)
#define JOINS_ASKED 1
#define JOINS(...)                                          \
	SOCKET(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 999), \
	    IOCTL(999, SIOCGIFCAP, .check = is_em0, __VA_ARGS__), CLOSE(999)
#elif defined(__OpenBSD__)
#define JOINS_ASKED 1
#define JOINS(...)                                                   \
	SOCKET(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 999),          \
	    IOCTL(999, SIOCGIFXFLAGS, .check = is_em0, __VA_ARGS__), \
	    CLOSE(999)
#endif

static const struct ifreq plain_ifr;

#ifdef JOINS_ASKED
#define JOINS_NOT , JOINS(.out = &plain_ifr)
#else
#define JOINS_NOT
#endif

/* FreeBSD: the relay reads and writes, and makes no ioctl(2). */
#ifdef __FreeBSD__
#define LIMITED(newfd) , RIGHT("cap_rights_limit", newfd)
#else
#define LIMITED(newfd)
#endif

/* The helper looks at the interface, under its present name. */
#define STATE_AS(name, list, ...) \
	IF_INDEXTONAME(3, name), GETIFADDRS(list, ##__VA_ARGS__)
#define STATE(list, ...) STATE_AS("em0", list, ##__VA_ARGS__)

#define OPENED(newfd)	 ACQUIRE(newfd), PREPARE(newfd), STATE(&em0_list)

/* ---- the port ---- */

static struct port port;

static inline int
open_em0(void)
{
	const struct port_config config = { .name = "em0" };

	return port_opened(&port, &port_capture, &config);
}

#endif
