/* SPDX-License-Identifier: ISC */
/*
 * The helper's end: checks every request as if a stranger had sent it.  After
 * the checks strings end with NUL and numbers are in range.
 *
 * Functions that act on the doll run in its network namespace.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "privilege/request.h"
#include "port/port.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WATCH_MS     50
#define BUFFER_MAX   (1024U * 1024 * 1024) /* bytes: as -b takes it */

struct options request_words;
static int given; /* the descriptor beside the present request; -1: none */
static unsigned iface; /* index of a slave's interface; 0: not found yet */
static unsigned way; /* index: where packets to the peer left; 0: unknown */

int
request_refuse(struct answer *a, int result, const char *why)
{
	(void)snprintf(a->why, sizeof(a->why), "%s", why);
	return result;
}

int
request_fail(struct answer *a, const char *call)
{
	(void)snprintf(a->failed, sizeof(a->failed), "%s", call);
	return errno;
}

bool
request_text_ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

bool
request_addr_ok(const struct addr *a)
{
	return a->addr_type == ADDR_TYPE_NONE || a->addr_type == ADDR_TYPE_IP ||
	    a->addr_type == ADDR_TYPE_IP6;
}

/*
 * Fills the present name of the slave's interface.  As the capture does, it
 * follows the interface by its index; if that is gone, it takes the first one
 * that has the name from the start.
 */
void
request_iface_name(char name[PARAMS_NAME])
{
	if (iface != 0 && if_indextoname(iface, name) != NULL)
		return;
	(void)snprintf(name, PARAMS_NAME, "%s", request_words.interface);
	iface = if_nametoindex(name);
}

/* ---- captures ---- */

/*
 * The relay gets a capture's descriptor, but the helper says what the capture
 * hears: with a packet(7) socket the relay could go to another interface.
 */
static int captures[HELPER_CAPTURES]; /* by slot; 0: none */

static int
request_capture(const struct request *r, struct answer *a)
{
	char name[PARAMS_NAME];
	int slot;

	for (slot = 0; slot < HELPER_CAPTURES && captures[slot] != 0; slot++)
		;
	if (slot == HELPER_CAPTURES)
		return request_refuse(a, EMFILE, "too many captures");
	if (strlen(request_words.interface) >= PARAMS_NAME)
		return request_refuse(a, ENODEV, "no such interface");
	if (r->size > BUFFER_MAX)
		return request_refuse(a, EINVAL, "buffer too large");
	request_iface_name(name);
	a->fds[0] = capture_acquire(name, r->size, a->why, sizeof(a->why));
	if (a->fds[0] == -1)
		return errno;
	captures[slot] = a->fds[0];
	a->slot = slot;
	return 0;
}

/* The descriptor of a slot; -1: there is none. */
static int
capture_of(const struct request *r)
{
	if (r->slot < 0 || r->slot >= HELPER_CAPTURES || captures[r->slot] == 0)
		return -1;
	return captures[r->slot];
}

static int
request_control(const struct request *r, struct answer *a)
{
	char name[PARAMS_NAME] = "";
	int fd = capture_of(r);

	if (fd == -1)
		return request_refuse(a, EBADF, "no capture");
	if (r->control == CAPTURE_BIND)
		request_iface_name(name);
	if (capture_control(fd, name, r->control, r->on) == -1)
		return request_fail(a, "capture");
	return 0;
}

void
request_forget(int slot)
{
	captures[slot] = 0;
}

static int
request_ioctl(const struct request *r, struct answer *a)
{
	static uint8_t data[REQUEST_DATA];
	int fd = capture_of(r);

	if (fd == -1)
		return request_refuse(a, EBADF, "no capture");
	if (r->size > sizeof(data))
		return request_refuse(a, EINVAL, "no argument of an ioctl");
	memcpy(data, r->data, sizeof(data));
	if (capture_ioctl(fd, r->number, data, r->size) == -1)
		return request_fail(a, "ioctl");
	memcpy(a->data, data, sizeof(a->data));
	return 0;
}

static int
request_release(const struct request *r, struct answer *a)
{
	int fd = capture_of(r);

	if (fd == -1)
		return request_refuse(a, EBADF, "no capture");
	(void)close(fd);
	request_forget(r->slot);
	return 0;
}

/* ---- looking at interfaces ---- */

/* Fills the present name of "the interface".  0, or an errno. */
static int
interface_name(char name[PARAMS_NAME])
{
	if (request_words.role != ROLE_SLAVE)
		return request_doll_name(name);
	request_iface_name(name);
	return 0;
}

static int
request_look(const struct request *r, struct answer *a)
{
	char name[PARAMS_NAME];
	int result = interface_name(name);

	(void)r;
	errno = result;
	if (result != 0 || interface_look(name, &a->look) == -1)
		return request_fail(a, "look at the interface");
	return 0;
}

static int
request_read(const struct request *r, struct answer *a)
{
	char name[PARAMS_NAME];
	int result = interface_name(name);

	(void)r;
	errno = result;
	if (result != 0 || params_read(name, &a->params) == -1)
		return request_fail(a, "read parameters");
	return 0;
}

/*
 * The system's messages on changes come to the helper (a routing socket could
 * ask for more than that); each makes one byte in a pipe to the relay.
 */
static struct {
	int from, to; /* params_watch(), the pipe; 0: none */
	uint64_t next_ms; /* when to look again: changes may storm */
} watch;

static void
watch_end(void)
{
	if (watch.from != 0) {
		(void)close(watch.from);
		(void)close(watch.to);
	}
	memset(&watch, 0, sizeof(watch));
}

static int
request_watch(const struct request *r, struct answer *a)
{
	int from, fds[2], i;

	(void)r;
	if ((from = params_watch()) == -1)
		return request_fail(a, "watch interfaces");
	if (pipe(fds) == -1) {
		(void)request_fail(a, "pipe");
		(void)close(from);
		return errno;
	}
	for (i = 0; i < 2; i++) {
		(void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
		(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	}
	watch_end();
	watch.from = from;
	watch.to = fds[1];
	a->fds[0] = fds[0];
	return 0;
}

void
request_poll(struct pollfd *pfd, uint64_t *due)
{
	bool looks = clock_ms() >= watch.next_ms;

	*pfd = (struct pollfd) { looks && watch.from != 0 ? watch.from : -1,
		POLLIN, 0 };
	*due = looks ? UINT64_MAX : watch.next_ms;
}

void
request_turn(const struct pollfd *pfd)
{
	if (pfd->revents == 0)
		return;
	watch.next_ms = clock_ms() + WATCH_MS;
	if (params_changed(watch.from))
		(void)!write(watch.to, "", 1); /* EAGAIN: it knows already */
}

/* The last way but the doll, if its interface is up. */
static void
request_way_back(struct helper_way *out)
{
	struct params now;

	if (way == 0 || if_indextoname(way, out->ifname) == NULL ||
	    params_read(out->ifname, &now) == -1 || (now.flags & PARAM_UP) == 0)
		return;
	out->index = way;
}

static int
request_way(const struct request *r, struct answer *a)
{
	unsigned index;

	if (r->to.addr_type != ADDR_TYPE_IP && r->to.addr_type != ADDR_TYPE_IP6)
		return request_refuse(a, EINVAL, "no address");
	if (r->on)
		way = 0;
	index = way_index(&r->to);
	if (index == 0)
		return 0;
	if (index != request_doll_here()) {
		a->way.way = WAY_OTHER;
		way = index;
		return 0;
	}
	a->way.way = WAY_DOLL;
	request_way_back(&a->way);
	return 0;
}

/* Whether some peer may have exclusive mode: see slave.c. */
static bool
request_exclusive_ok(void)
{
	return request_words.exclusive ||
	    (!request_words.readonly && !options_strangers(&request_words));
}

static int
request_exclusive(const struct request *r, struct answer *a)
{
	const struct helper_filter *f = &r->filter;
	char name[PARAMS_NAME];

	if (!request_pairs_ok(f))
		return request_refuse(a, EINVAL, "no valid end points");
	if (!request_exclusive_ok())
		return request_refuse(a, EPERM, "no peer may have it");
	request_iface_name(name);
	a->fds[0] = exclusive_acquire(name, f->linktype, f->pairs, f->npairs,
	    a->why, sizeof(a->why));
	return a->fds[0] == -1 ? errno : 0;
}

static int
request_hold(const struct request *r, struct answer *a)
{
	(void)r;
	if (way == 0)
		return request_refuse(a, ENOENT, "no other way");
	return way_hold(given, way) == 0 ? 0 : request_fail(a, "bind");
}

/* As the relay's peer_far() would, which has no right to. */
static int
request_far(const struct request *r, struct answer *a)
{
	(void)r;
#ifdef TCP_CONGESTION
	if (setsockopt(given, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3) == 0)
		return 0;
#else
	errno = ENOTSUP;
#endif
	return request_fail(a, "TCP_CONGESTION");
}

enum who { SLAVES = 1, MASTERS = 2, ALL = SLAVES | MASTERS };

static const struct {
	int (*act)(const struct request *, struct answer *);
	enum who who; /* may ask for it */
	bool inside; /* run it in the doll's namespace */
} acts[] = {
	[REQUEST_CAPTURE] = { request_capture, SLAVES, false },
	[REQUEST_CONTROL] = { request_control, SLAVES, false },
	[REQUEST_RELEASE] = { request_release, SLAVES, false },
	[REQUEST_IOCTL] = { request_ioctl, SLAVES, false },
	[REQUEST_LOOK] = { request_look, ALL, true },
	[REQUEST_TAP] = { request_tap, MASTERS, true },
	[REQUEST_PLACE] = { request_place, MASTERS, false },
	[REQUEST_READ] = { request_read, ALL, true },
	[REQUEST_WATCH] = { request_watch, ALL, true },
	[REQUEST_WAY] = { request_way, MASTERS, false },
	[REQUEST_APPLY] = { request_apply, MASTERS, true },
	[REQUEST_JUDGE] = { request_judge, MASTERS, true },
	[REQUEST_LABEL] = { request_label, MASTERS, true },
	[REQUEST_EXEC] = { request_exec, ALL, false },
	[REQUEST_END] = { request_end, ALL, false },
	[REQUEST_HOOK] = { request_hook, MASTERS, true },
	[REQUEST_ENDED] = { request_ended, ALL, false },
	[REQUEST_STOP] = { request_stop, ALL, false },
	[REQUEST_DIAL] = { request_dial, ALL, false },
	[REQUEST_FILTER] = { request_filter, SLAVES, false },
	[REQUEST_EXCLUSIVE] = { request_exclusive, SLAVES, false },
	[REQUEST_FENCE] = { request_fence, MASTERS, true },
	[REQUEST_FAR] = { request_far, ALL, false },
	[REQUEST_HOLD] = { request_hold, MASTERS, false },
};

static bool
request_may(enum request_what what)
{
	enum who who = request_words.role == ROLE_SLAVE ? SLAVES : MASTERS;

	return (acts[what].who & who) != 0;
}

/* Another value than true and false in a bool is undefined to compilers. */
static bool
bool_ok(const bool *b)
{
	uint8_t value;

	memcpy(&value, b, sizeof(value));
	return value <= 1;
}

static bool
request_bools_ok(const struct request *r)
{
	return bool_ok(&r->on) && bool_ok(&r->filter.base) &&
	    bool_ok(&r->offer.stranger) && bool_ok(&r->change.half_duplex);
}

static int
request_do(const struct request *r, struct answer *a)
{
	int back, result;

	if ((unsigned)r->what >= COUNT(acts) || !request_bools_ok(r))
		return request_refuse(a, EINVAL, "unknown request");
	if (!request_may(r->what))
		return request_refuse(a, EPERM, "not of this side");
	if (request_ns() == -1 || !acts[r->what].inside)
		return acts[r->what].act(r, a);
	if ((back = netns_enter(request_ns())) == -1)
		return request_fail(a, "setns");
	result = acts[r->what].act(r, a);
	netns_leave(back);
	return result;
}

int
request_call(const struct request *r, int fd, struct answer *a)
{
	int i;

	memset(a, 0, sizeof(*a));
	for (i = 0; i < ANSWER_FDS; i++)
		a->fds[i] = -1;
	a->slot = -1;
	given = fd;
	if ((a->result = request_do(r, a)) == 0)
		return 0;
	errno = a->result;
	return -1;
}

int
request_open(const struct options *opt)
{
	request_words = *opt;
	iface = way = 0;
	return request_doll_begin();
}

void
request_close(void)
{
	int slot;

	request_children_end();
	dial_local_end();
	watch_end();
	for (slot = 0; slot < HELPER_CAPTURES; slot++) {
		if (captures[slot] != 0)
			(void)close(captures[slot]);
		captures[slot] = 0;
	}
	request_doll_end();
}
