/* SPDX-License-Identifier: ISC */
/*
 * Tells that parameters of an interface may have changed, by a route(4) socket,
 * which needs no right.  Only the type of a message is used: its contents may
 * be old when it is read, and other messages may be lost.  So the caller reads
 * all parameters again.  A router's table may change all the time: the socket
 * filters out messages about routes, except on FreeBSD, which has no such
 * filter.
 *
 * FreeBSD sends no message when a MAC changes (sys/net/if.c, if_setlladdr(): an
 * event inside the kernel only), nor NetBSD when an MTU does.  Therefore
 * src/relay/relay.c also looks every few seconds.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/route.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "port/params.h"

#define WATCH_MAX     4096 /* messages; one call reads no more */
#define WATCH_MESSAGE 2048 /* OpenBSD, net/route.h: RTM_MAXSIZE */

static const unsigned char news[] = {
	RTM_IFINFO,
	RTM_IFANNOUNCE,
	RTM_NEWADDR,
	RTM_DELADDR,
#ifdef RTM_CHGADDRATTR /* OpenBSD: duplicate address detection has ended */
	RTM_CHGADDRATTR,
#endif
#ifdef RTM_CHGADDR /* NetBSD: the same; another MAC is the active one */
	RTM_CHGADDR,
#endif
#ifdef RTM_DESYNC /* OpenBSD: messages were lost; no filter keeps it out */
	RTM_DESYNC,
#endif
};

/* Messages of all versions begin like this. */
struct head {
	u_short len;
	u_char version;
	u_char type;
};

/* Whether a message tells of a change; one of another version does. */
static bool
message_is_news(const uint8_t *data, size_t len)
{
	struct head head;

	while (len >= sizeof(head)) {
		memcpy(&head, data, sizeof(head));
		if (head.len < sizeof(head) || head.version != RTM_VERSION ||
		    memchr(news, head.type, sizeof(news)) != NULL)
			return true;
		if (head.len >= len)
			return false;
		data += head.len;
		len -= head.len;
	}
	return len > 0;
}

/*
 * Makes the kernel report lost messages, and send only the types that matter.
 * A kernel older than the headers may lack these options (NetBSD 7: SO_RERROR,
 * RO_MSGFILTER): then params_changed() ignores the other types, and
 * src/relay/relay.c finds lost changes when it looks by itself.
 */
static void
watch_options(int fd)
{
#ifdef SO_RERROR
	/* NetBSD, FreeBSD 14: ENOBUFS for lost messages; else no sign of it */
	const int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_RERROR, &on, sizeof(on));
#endif
#if defined(RO_MSGFILTER) /* NetBSD, route(4) */
	(void)setsockopt(fd, PF_ROUTE, RO_MSGFILTER, news, sizeof(news));
#elif defined(ROUTE_MSGFILTER) /* OpenBSD, route(4) */
	unsigned filter = 0, table = RTABLE_ANY;
	size_t i;

	for (i = 0; i < sizeof(news); i++)
		filter |= ROUTE_FILTER(news[i]);
	/* hear of interfaces in other rdomains, too */
	(void)setsockopt(fd, PF_ROUTE, ROUTE_TABLEFILTER, &table,
	    sizeof(table));
	(void)setsockopt(fd, PF_ROUTE, ROUTE_MSGFILTER, &filter,
	    sizeof(filter));
#endif
}

int
params_watch(void)
{
	int fd = socket(PF_ROUTE, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd != -1)
		watch_options(fd);
	return fd;
}

bool
params_changed(int watch)
{
	uint8_t data[WATCH_MESSAGE];
	bool changed = false;
	ssize_t len;
	int n;

	for (n = 0; n < WATCH_MAX; n++) {
		len = read(watch, data, sizeof(data));
		if (len > 0)
			changed |= message_is_news(data, (size_t)len);
		else if (len == -1 && errno == ENOBUFS)
			changed = true;
		else if (len != -1 || errno != EINTR)
			break;
	}
	return changed;
}
