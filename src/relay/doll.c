/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "privilege/helper.h"
#include "relay/doll.h"
#include "text.h"

#define SNAPSHOTS 8 /* that are logged in a minute */

/* ---- begin ---- */

static void
doll_fence(struct doll *d)
{
	const char *open = d->opt->readonly ?
	    "this host's stack" :
	    "every address of this host, and are forwarded if it forwards";
	int result;

	if (d->opt->open || d->opt->netns != NULL)
		return;
	result = helper_fence();
	if (d->fence_said || helper_why()[0] == '\0')
		return;
	d->fence_said = true;
	if (result == 0)
		log_info("%s: %s", d->name, helper_why());
	else if (errno == EEXIST)
		log_info("%s: was there before and is left as it is: packets "
			 "from the other side reach this host as your settings "
			 "of it allow",
		    d->name);
	else
		log_info("%s: packets from the other side reach %s: %s",
		    d->name, open, helper_why());
}

int
doll_open(struct doll *d, struct port *port, int linktype)
{
	struct port_config config = { .linktype = linktype,
		.name = d->name[0] != '\0' ? d->name : d->opt->doll,
		.queue = d->opt->queue,
		.netns = d->opt->netns };

	if (port_open(port, &port_tap, &config) == -1)
		return -1;
	(void)snprintf(d->name, sizeof(d->name), "%.15s", port->name);
	d->ours.naddrs = 0;
	d->away = false;
	doll_fence(d);
	return 0;
}

int
doll_read(struct doll *d, struct params *out)
{
	if (helper_read(out) == 0)
		return 0;
	if (errno != ENODEV) /* if it was deleted, it will be made again */
		log_errno("%s: reading its parameters", d->name);
	return -1;
}

/* ---- changes ---- */

void
doll_snapshot(struct doll *d)
{
	if (log_allowed(&d->snapshot_limit))
		d->snapshots = 0;
	if (d->snapshots++ == SNAPSHOTS)
		log_info("%s: changes again and again, which is not logged",
		    d->name);
	d->quiet = d->snapshots > SNAPSHOTS;
}

static const char *
change_print(const struct param_change *change, char *out, size_t size)
{
	char text[ADDR_TEXT];

	switch (change->what) {
	case PARAM_SET_MAC:
		(void)snprintf(out, size, "MAC %s",
		    addr_mac(change->mac, text));
		break;
	case PARAM_SET_MTU:
		(void)snprintf(out, size, "MTU %u", change->mtu);
		break;
	case PARAM_SET_SPEED:
		(void)snprintf(out, size, "speed %u Mbit/s", change->speed);
		break;
	case PARAM_SET_UP:
		(void)snprintf(out, size, "up");
		break;
	default:
		(void)snprintf(out, size, "address %s",
		    addr_ntop(&change->addr.addr, text, sizeof(text)));
	}
	return out;
}

/*
 * 0; -1 errno: the change was not made.  Logs that, unless the family is
 * switched off (EAFNOSUPPORT) or the doll is gone (ENODEV) and will be made
 * again.
 */
static int
doll_change_one(struct doll *d, const struct param_change *change)
{
	const char *name = d->name;
	char text[128];

	(void)change_print(change, text, sizeof(text));
	log_debug(2, "%s: setting %s", name, text);
	if (helper_apply(change) == 0)
		return 0;
	if (change->what == PARAM_SET_SPEED) /* Linux before 4.20; harmless */
		d->no_speed = true;
	else if (!d->quiet && errno != EAFNOSUPPORT && errno != ENODEV)
		log_errno("%s: %s not set%s%s%s", name, text,
		    helper_why()[0] != '\0' ? ": " : "", helper_why(),
		    helper_why()[0] == '\0' &&
			    (errno == EPERM || errno == EACCES) ?
			" (run as root, or with -C)" :
			"");
	return -1;
}

static void
change_done(const struct doll *d, struct param_change *change)
{
	char text[128];

	log_debug(2, "%s: %s is set by libdnet", d->name,
	    change_print(change, text, sizeof(text)));
	change->what = PARAM_DONE;
}

/*
 * Sets the MTU and the first IPv4 address of a doll without an address by one
 * call (libdnet).  If the call fails, doll_change() sets each by itself, which
 * logs why it fails.
 */
static void
doll_first(struct doll *d, struct param_change *changes, int n)
{
	struct param_change *mtu = NULL, *addr = NULL;
	struct param_change first = { .what = PARAM_SET_FIRST };
	int i;

	for (i = 0; i < n; i++)
		if (changes[i].what == PARAM_SET_MTU)
			mtu = &changes[i];
		else if (addr == NULL && changes[i].what == PARAM_ADD_ADDR &&
		    addr_is_ip4(&changes[i].addr.addr))
			addr = &changes[i];
	if (mtu != NULL)
		first.mtu = mtu->mtu;
	if (addr != NULL)
		first.addr = addr->addr;
	if ((mtu == NULL && addr == NULL) || helper_apply(&first) == -1)
		return;
	if (mtu != NULL)
		change_done(d, mtu);
	if (addr != NULL) {
		change_done(d, addr);
		(void)params_addr_put(&d->ours, &first.addr);
	}
}

int
doll_change(struct doll *d, const struct params *now,
    struct param_change *changes, int n)
{
	bool is_bare = now->have_addrs && now->naddrs == 0 &&
	    (now->flags & PARAM_UP) == 0;
	int i, failed = 0, off = 0;

	for (i = 0; i < n; i++) {
		if (is_bare && changes[i].what != PARAM_SET_MAC) {
			doll_first(d, changes, n);
			is_bare = false;
		}
		if (changes[i].what != PARAM_DONE &&
		    doll_change_one(d, &changes[i]) == -1) {
			failed++;
			off += errno == EAFNOSUPPORT;
		} else if (changes[i].what == PARAM_ADD_ADDR)
			(void)params_addr_put(&d->ours, &changes[i].addr);
		else if (changes[i].what == PARAM_DEL_ADDR)
			(void)params_addr_take(&d->ours, &changes[i].addr);
	}
	if (off > 0 && !d->no_ip6)
		log_info("%s: IPv6 is switched off there (%s): %d addresses "
			 "not set",
		    d->name, params_no_ip6, off);
	d->no_ip6 = off > 0;
	return failed;
}

void
doll_verify(struct doll *d, const struct params *want)
{
	static struct param_change changes[PARAMS_CHANGES];
	const char *name = d->name;
	struct params now;
	char text[512];
	int i, n;

	if (d->quiet || doll_read(d, &now) == -1)
		return;
	n = params_diff(&now, want, NULL, changes);
	for (i = 0; i < n; i++)
		if (!d->no_ip6 ||
		    changes[i].addr.addr.addr_type != ADDR_TYPE_IP6)
			log_info("%s: %s did not take", name,
			    change_print(&changes[i], text, sizeof(text)));
	log_info("%s: %s", name, params_print(&now, text, sizeof(text)));
}

void
doll_raise(struct doll *d)
{
	struct param_change up = { .what = PARAM_SET_UP };

	if (d->opt->up && !d->away)
		(void)doll_change_one(d, &up);
}

/* ---- its command (-U) and its label ---- */

void
doll_run(struct doll *d, const char *peer)
{
	if (d->opt->hook == NULL)
		return;
	d->hook_waits = d->hook_runs;
	if (d->hook_waits) {
		(void)snprintf(d->hook_peer, sizeof(d->hook_peer), "%s", peer);
		return;
	}
	if (helper_hook(peer) == 0)
		d->hook_runs = true;
	else if (errno != ENODEV) /* it was deleted: it will be made again */
		log_errno("-U %s: %s", d->opt->hook, helper_failed());
}

void
doll_reap(struct doll *d)
{
	int status;

	if (!d->hook_runs || !helper_ended(CHILD_HOOK, &status))
		return;
	d->hook_runs = false;
	if (WIFSIGNALED(status))
		log_info("-U %s: ended by signal %d", d->opt->hook,
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_info("-U %s: ended with status %d", d->opt->hook,
		    WEXITSTATUS(status));
	if (d->hook_waits)
		doll_run(d, d->hook_peer);
}

void
doll_label(struct doll *d, const char *interface, const char *peer)
{
	char name[256], from[256], text[256];

	(void)snprintf(text, sizeof(text), "etherpuppet: %.60s of %.160s",
	    log_escape(name, sizeof(name), interface, strlen(interface)),
	    log_escape(from, sizeof(from), peer, strlen(peer)));
	if (helper_label(text) == -1)
		log_debug(1, "%s: no label: %s", d->name, strerror(errno));
}

/* ---- its namespace ---- */

bool
doll_must_follow(struct doll *d)
{
	enum place place;

	if (d->opt->netns == NULL)
		return false;
	place = helper_place();
	if (place == PLACE_GONE && !d->homeless)
		log_info("%s: network namespace %s was deleted; it is made "
			 "again where one of that name comes",
		    d->name, d->opt->netns);
	if (place == PLACE_OTHER)
		log_info("%s: network namespace %s is another one now", d->name,
		    d->opt->netns);
	d->homeless = place == PLACE_GONE;
	return place == PLACE_OTHER;
}

/* A doll that -U's command has moved stays away: it would move it again. */
bool
doll_must_return(struct doll *d, bool moved)
{
	bool was = d->away;

	d->away = moved && d->opt->hook != NULL;
	if (moved && !d->away)
		log_info("%s: was moved to another network namespace; -n NAME "
			 "makes it there",
		    d->name);
	else if (d->away && !was)
		log_info("%s: is in another network namespace and left as it "
			 "is there",
		    d->name);
	return moved && !d->away;
}

/* ---- the way of the session ---- */

void
doll_forget_way(struct doll *d)
{
	d->way_known = false;
	d->way_is_doll = false;
}

static void
doll_say_way(const struct doll *d, const struct addr *to, const char *held)
{
	char text[ADDR_TEXT];

	log_info("%s: the route to %s, where this session goes, now leads into "
		 "the doll; %s%s%s: give routes by the doll a higher metric, "
		 "or keep it apart with -n",
	    d->name, addr_ntop(to, text, sizeof(text)),
	    held != NULL ? "this connection stays on " :
			   "the session will fall silent",
	    held != NULL ? held : "",
	    held != NULL ? ", the next one will not" : "");
}

void
doll_check_way(struct doll *d, const struct session *s)
{
	struct addr to = s->peer.form == PEER_EXEC ? s->theirs.own :
						     s->peer.remote;
	struct helper_way way;
	bool held;

	if (to.addr_type == ADDR_TYPE_NONE || addr_is_loopback(&to))
		return;
	helper_way(&to, !d->way_known, &way);
	if (way.way == WAY_OTHER) {
		d->way_known = true;
		d->way_is_doll = false;
	}
	/*
	 * The slave's own address may be behind NAT, and belong to another host
	 * here: then only a route that has changed is worth a line.
	 */
	if (way.way != WAY_DOLL || d->way_is_doll ||
	    (s->peer.form == PEER_EXEC && !d->way_known))
		return;
	d->way_is_doll = true;
	held = s->peer.form == PEER_CONNECT && way.index != 0 &&
	    helper_hold(s->peer.rfd) == 0;
	to = addr_host(&to);
	doll_say_way(d, &to, held ? way.ifname : NULL);
}
