/*
 * route(4): one RTM_GET, whose answer all sockets of the family hear; ours is
 * the one with our process and sequence number.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "privilege/platform.h"

#define ANSWER_MS 100

/* Addresses follow each other at multiples of a long's size. */
#define ROUND(n) (((n) + sizeof(long) - 1) & ~(sizeof(long) - 1))

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

/* An empty link address asks for the interface (RTA_IFP). */
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

/* No system of these binds a socket to an interface. */
int
way_hold(int fd, unsigned index)
{
	(void)fd;
	(void)index;
	errno = ENOTSUP;
	return -1;
}
