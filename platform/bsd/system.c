/* SPDX-License-Identifier: ISC */
/*
 * Small functions of platform.h on the BSDs: closing descriptors, and finding
 * the interface by which packets for a host leave.  Below are the functions
 * that no BSD, or only OpenBSD, can have: they fail with ENOTSUP.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "privilege/platform.h"

#define ANSWER_MS 100

/* Addresses in messages of route(4) begin at multiples of a long's size. */
#define ROUND(n) (((n) + sizeof(long) - 1) & ~(sizeof(long) - 1))

void
descriptors_close(int from)
{
	closefrom(from);
}

char **
process_arguments(int argc, char *argv[])
{
	(void)argc;
	return argv;
}

void
process_title(const char *name)
{
	setproctitle("%s", name);
}

/* ---- routes ---- */

/*
 * Asks for a route by RTM_GET.  Each route(4) socket hears all answers on the
 * host: ours has our process number and sequence number.
 */
struct question {
	struct rt_msghdr head;
	char room[256];
};

static size_t
put_address(char *out, const struct addr *to)
{
	struct sockaddr_in in = { .sin_len = sizeof(in),
		.sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_len = sizeof(in6),
		.sin6_family = AF_INET6 };

	if (to->addr_type == ADDR_TYPE_IP) {
		memcpy(&in.sin_addr, to->addr_data8, sizeof(in.sin_addr));
		memcpy(out, &in, sizeof(in));
		return ROUND(sizeof(in));
	}
	memcpy(&in6.sin6_addr, to->addr_data8, sizeof(in6.sin6_addr));
	memcpy(out, &in6, sizeof(in6));
	return ROUND(sizeof(in6));
}

/* With an empty link address (RTA_IFP) the answer has the interface. */
static void
question_fill(struct question *q, const struct addr *to)
{
	struct sockaddr_dl dl = { .sdl_len = sizeof(dl),
		.sdl_family = AF_LINK };
	size_t at;

	memset(q, 0, sizeof(*q));
	at = put_address(q->room, to);
	memcpy(q->room + at, &dl, sizeof(dl));
	at += ROUND(sizeof(dl));
	q->head.rtm_version = RTM_VERSION;
	q->head.rtm_type = RTM_GET;
	q->head.rtm_addrs = RTA_DST | RTA_IFP;
	q->head.rtm_flags = RTF_UP | RTF_HOST;
	q->head.rtm_seq = 1;
#ifdef __OpenBSD__
	q->head.rtm_hdrlen = sizeof(q->head);
#endif
	q->head.rtm_msglen = (u_short)((size_t)(q->room - (char *)q) + at);
}

static unsigned
answer_read(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct {
		struct rt_msghdr head;
		char room[2048];
	} a;

	while (poll(&p, 1, ANSWER_MS) == 1) {
		if (read(fd, &a, sizeof(a)) < (ssize_t)sizeof(a.head))
			return 0;
		if (a.head.rtm_type == RTM_GET && a.head.rtm_seq == 1 &&
		    a.head.rtm_pid == getpid())
			return a.head.rtm_errno == 0 ? a.head.rtm_index : 0;
	}
	return 0;
}

unsigned
way_index(const struct addr *to)
{
	struct question q;
	unsigned index = 0;
	int fd;

	if ((fd = socket(PF_ROUTE, SOCK_RAW, 0)) == -1)
		return 0;
	question_fill(&q, to);
	if (write(fd, &q, q.head.rtm_msglen) == (ssize_t)q.head.rtm_msglen)
		index = answer_read(fd);
	(void)close(fd);
	return index;
}

/* No BSD binds a socket to an interface. */
int
way_hold(int fd, unsigned index)
{
	(void)fd;
	(void)index;
	errno = ENOTSUP;
	return -1;
}

/* ---- what cannot be done ---- */

/*
 * No fence: the BSDs have no rule that drops packets of one interface and ends
 * with this process.
 */
int
fence_acquire(unsigned index, bool deaf, char *why, size_t size)
{
	(void)index;
	(void)deaf;
	(void)snprintf(why, size,
	    "this system cannot keep it out; OTHER SYSTEMS in etherpuppet(1) "
	    "has the rule that does");
	errno = ENOTSUP;
	return -1;
}

#ifndef __OpenBSD__
/*
 * No exclusive mode: FreeBSD and NetBSD have no rule that drops frames after
 * captures have seen them, and ends with this process.
 */
int
exclusive_acquire(const char *ifname, int linktype,
    const struct filter_pair *pairs, int npairs, char *why, size_t size)
{
	(void)ifname;
	(void)linktype;
	(void)pairs;
	(void)npairs;
	(void)snprintf(why, size,
	    "this system cannot; OTHER SYSTEMS in etherpuppet(1) says what to "
	    "do instead");
	errno = ENOTSUP;
	return -1;
}
#endif

/* No network namespaces: a command of -U can move the doll (netns_recipe). */
const char *const netns_recipe =
#if defined(__FreeBSD__)
    "give the doll to a jail that has its own network: "
    "-C -U 'ifconfig $PUPPET_IFNAME vnet JAIL'; see "
    "etherpuppet(1), OTHER SYSTEMS";
#elif defined(__OpenBSD__)
    "put the doll into a routing domain: "
    "-C -U 'ifconfig $PUPPET_IFNAME rdomain 1'; see "
    "etherpuppet(1), OTHER SYSTEMS";
#else
    "NetBSD has one network only; -C leaves its routes alone";
#endif

int
netns_open(const char *name, bool *made, char failed[PLATFORM_CALL])
{
	(void)name;
	*made = false;
	(void)snprintf(failed, PLATFORM_CALL, "network namespace");
	errno = ENOTSUP;
	return -1;
}

int
netns_find(const char *name)
{
	(void)name;
	errno = ENOTSUP;
	return -1;
}

bool
netns_same(int a, int b)
{
	return a == b;
}

int
netns_enter(int ns)
{
	(void)ns;
	errno = ENOTSUP;
	return -1;
}

void
netns_leave(int back)
{
	(void)back;
}

int
netns_remove(const char *name)
{
	(void)name;
	errno = ENOTSUP;
	return -1;
}

int
netns_resolver(const char *name, char failed[PLATFORM_CALL])
{
	(void)name, (void)failed;
	errno = ENOTSUP;
	return -1;
}

void
netns_resolver_remove(const char *name, int made)
{
	(void)name, (void)made;
}
