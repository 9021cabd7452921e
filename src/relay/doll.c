#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "relay/doll.h"
#include "privilege/helper.h"
#include "log.h"

#define REFUSED_LINES 16 /* a minute */

void
doll_made(struct doll *d, const char *name)
{
	d->name = name;
	d->ours.naddrs = 0;
	d->away = false;
}

void
doll_fence(struct doll *d)
{
	const char *open = d->opt->readonly ?
	    "this host's stack" :
	    "every address of this host, and are forwarded if it forwards";
	int result;

	if (d->opt->open || d->opt->netns != NULL)
		return;
	result = helper_fence(d->name, d->opt->readonly);
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
doll_read(struct doll *d, struct params *out)
{
	if (helper_read(d->name, out) == 0)
		return 0;
	if (errno != ENODEV) /* deleted: it will be made again */
		log_errno("%s: reading its parameters", d->name);
	return -1;
}

static const char *
change_print(const struct param_change *c, char *out, size_t size)
{
	char text[ADDR_TEXT];

	switch (c->what) {
	case PARAM_SET_MAC:
		(void)snprintf(out, size, "MAC %02x:%02x:%02x:%02x:%02x:%02x",
		    c->mac[0], c->mac[1], c->mac[2], c->mac[3], c->mac[4],
		    c->mac[5]);
		break;
	case PARAM_SET_MTU:
		(void)snprintf(out, size, "MTU %u", c->mtu);
		break;
	case PARAM_SET_SPEED:
		(void)snprintf(out, size, "speed %u Mbit/s", c->speed);
		break;
	case PARAM_SET_UP:
		(void)snprintf(out, size, "up");
		break;
	default:
		(void)snprintf(out, size, "address %s",
		    addr_ntop(&c->addr.addr, text, sizeof(text)));
	}
	return out;
}

/* 0; -1: errno, and but for EAFNOSUPPORT and ENODEV it has said why. */
static int
doll_change(struct doll *d, const struct param_change *change)
{
	char text[128];

	(void)change_print(change, text, sizeof(text));
	log_debug(2, "%s: setting %s", d->name, text);
	if (helper_apply(d->name, change) == 0)
		return 0;
	if (change->what == PARAM_SET_SPEED) /* only a number for others */
		d->no_speed = true; /* not Linux before 4.20 */
	/* one that is not there will be made again */
	else if (errno != EAFNOSUPPORT && errno != ENODEV)
		log_errno("%s: %s not set%s%s%s", d->name, text,
		    helper_why()[0] != '\0' ? ": " : "", helper_why(),
		    helper_why()[0] == '\0' &&
			    (errno == EPERM || errno == EACCES) ?
			" (run as root, or with -C)" :
			"");
	return -1;
}

static void
doll_done(const struct doll *d, struct param_change *change)
{
	char text[128];

	log_debug(2, "%s: %s is set by libdnet", d->name,
	    change_print(change, text, sizeof(text)));
	change->what = PARAM_DONE;
}

/*
 * MTU and the first IPv4 address of a doll that has none yet, in one.  Where
 * that is not possible, each is tried by itself, which says why.
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
		    changes[i].addr.addr.addr_type == ADDR_TYPE_IP)
			addr = &changes[i];
	if (mtu != NULL)
		first.mtu = mtu->mtu;
	if (addr != NULL)
		first.addr = addr->addr;
	if ((mtu == NULL && addr == NULL) ||
	    helper_apply(d->name, &first) == -1)
		return;
	if (mtu != NULL)
		doll_done(d, mtu);
	if (addr != NULL) {
		doll_done(d, addr);
		(void)params_addr_put(&d->ours, &first.addr);
	}
}

/* How many were not set, which it has said. */
static int
doll_change_all(struct doll *d, const struct params *now,
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
		    doll_change(d, &changes[i]) == -1) {
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

/* One address is not set.  A peer can make up any number of them. */
static void
doll_refuse(struct doll *d, const struct param_addr *a, const char *why)
{
	char text[ADDR_TEXT], peer[ADDR_TEXT] = "";
	const char *remedy = d->opt->netns == NULL && netns_recipe == NULL ?
	    "-n NAME or -C" :
	    "-C";

	if (log_allowed(&d->refused_limit))
		d->refused_lines = 0;
	if (d->refused_lines++ < REFUSED_LINES) {
		if (a->kind == PARAM_PEER)
			(void)addr_ntop(&a->other, peer, sizeof(peer));
		log_info("%s: %s%s%s not set: %s; use %s", d->name,
		    addr_ntop(&a->addr, text, sizeof(text)),
		    peer[0] != '\0' ? " peer " : "", peer, why, remedy);
	} else if (d->refused_lines == REFUSED_LINES + 1)
		log_info("%s: more addresses not set; use %s", d->name, remedy);
}

/* Leaves out what would cut the session or this host off; says it once. */
static void
doll_guard(struct doll *d, struct params *want, const struct addr *own,
    const struct peer *peer)
{
	struct params was = d->refused;
	struct addr_offer offer = { .own = *own,
		.remote = peer->remote,
		.stranger = peer_is_stranger(peer),
		.naddrs = want->naddrs };
	struct addr_verdict verdict;
	int i, n = 0;

	d->refused.naddrs = 0;
	memcpy(offer.addrs, want->addrs, sizeof(want->addrs));
	memset(&verdict, 0, sizeof(verdict));
	if (want->naddrs > 0 && helper_judge(d->name, &offer, &verdict) == -1) {
		if (errno != ENODEV)
			log_errno("%s: no address set: %s", d->name,
			    helper_failed());
		want->have_addrs = false;
		return;
	}
	for (i = 0; i < want->naddrs; i++)
		if (verdict.why[i][0] == '\0')
			want->addrs[n++] = want->addrs[i];
		else if (!params_addr_put(&d->refused, &want->addrs[i]) &&
		    !params_addr_take(&was, &want->addrs[i]))
			doll_refuse(d, &want->addrs[i], verdict.why[i]);
	want->naddrs = n;
}

static void
doll_warn(struct doll *d)
{
	char text[ADDR_TEXT];

	if (d->warned || d->ours.naddrs == 0 || d->opt->readonly)
		return;
	d->warned = true;
	log_info("%s: answers for %s beside the real host once it is up, and "
		 "resets its connections; only to listen: -r; without "
		 "addresses: -C",
	    d->name, addr_ntop(&d->ours.addrs[0].addr, text, sizeof(text)));
}

/* What a tap takes; says once what that is where it is less. */
static void
doll_limit(struct doll *d, struct params *want, const struct params *now)
{
	if (!want->have_mtu || now->mtu_max == 0 || want->mtu <= now->mtu_max)
		return;
	if (want->mtu != d->refused.mtu)
		log_info("%s: MTU %u instead of %u, it takes no more", d->name,
		    now->mtu_max, want->mtu);
	d->refused.mtu = want->mtu;
	want->mtu = now->mtu_max;
}

/* What was to be set and is not there. */
static void
doll_verify(struct doll *d, const struct params *want)
{
	static struct param_change changes[PARAMS_CHANGES];
	struct params now;
	char text[512];
	int i, n;

	if (doll_read(d, &now) == -1)
		return;
	n = params_diff(&now, want, NULL, changes);
	for (i = 0; i < n; i++)
		if (!d->no_ip6 ||
		    changes[i].addr.addr.addr_type != ADDR_TYPE_IP6)
			log_info("%s: %s did not take", d->name,
			    change_print(&changes[i], text, sizeof(text)));
	log_info("%s: %s", d->name, params_print(&now, text, sizeof(text)));
}

void
doll_configure(struct doll *d, const struct params *from,
    const struct addr *own, const struct peer *peer)
{
	static struct param_change changes[PARAMS_CHANGES];
	struct params now, want = *from;
	int n, failed;

	if (d->away)
		return;
	n = params_validate(&want);
	if (n > 0)
		log_info("%s: %d parameters of the other side make no sense",
		    d->name, n);
	if (want.beyond > 0)
		log_info("%s: %u addresses not set: more than %d", d->name,
		    want.beyond, PARAMS_ADDRS);
	if (doll_read(d, &now) == -1)
		return;
	if (d->no_speed)
		want.speed = 0;
	doll_limit(d, &want, &now);
	if (want.have_addrs)
		doll_guard(d, &want, own, peer);
	n = params_diff(&now, &want, &d->ours, changes);
	failed = doll_change_all(d, &now, changes, n);
	doll_warn(d);
	if (n > failed)
		doll_verify(d, &want);
}

static void
env_addresses(const struct params *p, char *out, size_t size)
{
	char text[ADDR_TEXT];
	size_t len;
	int i;

	len = (size_t)snprintf(out, size, "PUPPET_ADDRESSES=");
	for (i = 0; i < p->naddrs && len + ADDR_TEXT < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s",
		    i > 0 ? " " : "",
		    addr_ntop(&p->addrs[i].addr, text, sizeof(text)));
}

static void
doll_hook(struct doll *d, const char *peer, const struct params *now)
{
	char env[HELPER_ENV][HELPER_VARIABLE];
	pid_t pid;

	(void)snprintf(env[0], sizeof(env[0]), "PUPPET_PEER=%s", peer);
	(void)snprintf(env[1], sizeof(env[1]), "PUPPET_MTU=%u", now->mtu);
	(void)snprintf(env[2], sizeof(env[2]),
	    "PUPPET_MAC=%02x:%02x:%02x:%02x:%02x:%02x", now->mac[0],
	    now->mac[1], now->mac[2], now->mac[3], now->mac[4], now->mac[5]);
	env_addresses(now, env[3], sizeof(env[3]));
	if ((pid = helper_hook(d->opt->hook, d->name, env)) == -1) {
		log_errno("-U %s: %s", d->opt->hook, helper_failed());
		return;
	}
	d->hook = pid;
}

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

/* A command that moves it (-U) would do so again, each time. */
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

void
doll_label(struct doll *d, const char *interface, const char *peer)
{
	char name[256], from[256], text[256];

	(void)snprintf(text, sizeof(text), "etherpuppet: %.60s of %.160s",
	    log_escape(name, sizeof(name), interface, strlen(interface)),
	    log_escape(from, sizeof(from), peer, strlen(peer)));
	if (helper_label(d->name, text) == -1)
		log_debug(1, "%s: no label: %s", d->name, strerror(errno));
}

void
doll_raise(struct doll *d)
{
	struct param_change up = { .what = PARAM_SET_UP };

	if (d->opt->up && !d->away)
		(void)doll_change(d, &up);
}

void
doll_run(struct doll *d, const char *peer)
{
	struct params now;

	if (d->opt->hook == NULL)
		return;
	d->hook_waits = d->hook != 0;
	if (d->hook_waits)
		(void)snprintf(d->hook_peer, sizeof(d->hook_peer), "%s", peer);
	else if (doll_read(d, &now) == 0)
		doll_hook(d, peer, &now);
}

void
doll_reap(struct doll *d)
{
	int status;

	if (d->hook == 0 || waitpid(d->hook, &status, WNOHANG) != d->hook)
		return;
	d->hook = 0;
	if (WIFSIGNALED(status))
		log_info("-U %s: ended by signal %d", d->opt->hook,
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_info("-U %s: ended with status %d", d->opt->hook,
		    WEXITSTATUS(status));
	if (d->hook_waits)
		doll_run(d, d->hook_peer);
}
