/* SPDX-License-Identifier: ISC */
/*
 * Tells that parameters of some interface have changed, by a route(4) socket,
 * which needs no privilege.  Only the type of a message counts: its contents
 * may be old by the time it is read, and other messages may have been lost, so
 * the caller reads all parameters anew.  A router's table may change all the
 * time, so the kernel is asked to send no messages about routes; FreeBSD has no
 * such filter.
 *
 * FreeBSD never tells that a MAC has changed (sys/net/if.c, if_setlladdr(): an
 * event inside the kernel only), and NetBSD never that an MTU has.
 * src/relay/relay.c therefore also looks every few seconds.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/route.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "port/params.h"

#define WATCH_MAX     4096 /* messages that one call reads at most */
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

/* Every message begins so, whatever its version. */
struct head {
	u_short len;
	u_char version;
	u_char type;
};

/* A message that cannot be understood counts as a change. */
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
 * Asks the kernel to tell when messages were lost, and to send only those that
 * matter.  A kernel may be older than the headers and know none of these
 * options (NetBSD 7: no SO_RERROR, no RO_MSGFILTER): then params_changed()
 * sorts out the others, and src/relay/relay.c finds what was lost when it looks
 * by itself.
 */
static void
watch_options(int fd)
{
#ifdef SO_RERROR
	/* NetBSD, FreeBSD 14: ENOBUFS for lost messages, else silence */
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
	/* an interface in another rdomain than ours can be told of, too */
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
