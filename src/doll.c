#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doll.h"
#include "helper.h"
#include "log.h"

static struct helper_request request;
static struct helper_answer answer;

static int
ask(struct doll *d, enum helper_what what)
{
	request.what = what;
	(void)snprintf(request.ifname, sizeof(request.ifname), "%s", d->name);
	return helper_call(&request, &answer);
}

int
doll_read(struct doll *d, struct params *out)
{
	memset(&request, 0, sizeof(request));
	if (ask(d, HELPER_READ) == -1) {
		log_errno("%s: reading its parameters", d->name);
		return -1;
	}
	*out = answer.params;
	return 0;
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
	case PARAM_SET_UP:
		(void)snprintf(out, size, "up");
		break;
	default:
		(void)snprintf(out, size, "address %s",
		    addr_ntop(&c->addr.addr, text, sizeof(text)));
	}
	return out;
}

static void
doll_change(struct doll *d, const struct param_change *change)
{
	char text[128];

	memset(&request, 0, sizeof(request));
	request.change = *change;
	(void)change_print(change, text, sizeof(text));
	log_debug(2, "%s: setting %s", d->name, text);
	if (ask(d, HELPER_APPLY) == 0)
		return;
	log_errno("%s: %s not set%s", d->name, text,
	    errno == EPERM || errno == EACCES ?
		" (root or setcap cap_net_admin+ep is wanted; or -C)" :
		"");
}

/* Leaves out what would cut the session or this host off. */
static void
doll_guard(struct doll *d, struct params *want, const struct addr *own,
    const struct addr *remote)
{
	char why[256], text[ADDR_TEXT];
	int i, n = 0;

	memset(&request, 0, sizeof(request));
	if (ask(d, HELPER_LOCAL) == -1) {
		log_errno("%s: no address set: reading those of the other "
			  "interfaces",
		    d->name);
		want->naddrs = 0;
		return;
	}
	if (d->opt->netns != NULL)
		own = remote = NULL;
	for (i = 0; i < want->naddrs; i++)
		if (params_addr_allowed(&want->addrs[i], own, remote,
			&answer.local, why, sizeof(why)))
			want->addrs[n++] = want->addrs[i];
		else
			log_info("%s: %s not set: %s; use -n NAME or -C",
			    d->name,
			    addr_ntop(&want->addrs[i].addr, text, sizeof(text)),
			    why);
	want->naddrs = n;
}

static void
doll_warn(struct doll *d, const struct params *want)
{
	char text[ADDR_TEXT];

	if (d->warned || want->naddrs == 0 || d->opt->readonly)
		return;
	d->warned = true;
	log_info("%s: answers for %s beside the real host once it is up, and "
		 "resets its connections; only to listen: -r; without "
		 "addresses: -C",
	    d->name, addr_ntop(&want->addrs[0].addr, text, sizeof(text)));
}

/* What was to be set and is not there. */
static void
doll_verify(struct doll *d, const struct params *want)
{
	static struct param_change changes[PARAMS_CHANGES];
	struct params now;
	char text[128];
	int i, n;

	if (doll_read(d, &now) == -1)
		return;
	n = params_diff(&now, want, NULL, changes);
	for (i = 0; i < n; i++)
		log_info("%s: %s did not take", d->name,
		    change_print(&changes[i], text, sizeof(text)));
	log_info("%s: %s", d->name, params_print(&now, text, sizeof(text)));
}

void
doll_configure(struct doll *d, const struct params *from,
    const struct addr *own, const struct addr *remote)
{
	static struct param_change changes[PARAMS_CHANGES];
	struct params now, want = *from;
	int i, n;

	n = params_validate(&want);
	if (n > 0)
		log_info("%s: %d parameters of the other side make no sense",
		    d->name, n);
	if (doll_read(d, &now) == -1)
		return;
	if (want.have_mtu && now.mtu_max != 0 && want.mtu > now.mtu_max) {
		log_info("%s: MTU %u instead of %u, it takes no more", d->name,
		    now.mtu_max, want.mtu);
		want.mtu = now.mtu_max;
	}
	if (want.have_addrs)
		doll_guard(d, &want, own, remote);
	n = params_diff(&now, &want, &d->ours, changes);
	for (i = 0; i < n; i++)
		doll_change(d, &changes[i]);
	if (want.have_addrs)
		d->ours = want;
	doll_warn(d, &want);
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
	memset(&request, 0, sizeof(request));
	(void)snprintf(request.text, sizeof(request.text), "%s", d->opt->hook);
	(void)snprintf(request.env[0], sizeof(request.env[0]), "PUPPET_PEER=%s",
	    peer);
	(void)snprintf(request.env[1], sizeof(request.env[1]), "PUPPET_MTU=%u",
	    now->mtu);
	(void)snprintf(request.env[2], sizeof(request.env[2]),
	    "PUPPET_MAC=%02x:%02x:%02x:%02x:%02x:%02x", now->mac[0],
	    now->mac[1], now->mac[2], now->mac[3], now->mac[4], now->mac[5]);
	env_addresses(now, request.env[3], sizeof(request.env[3]));
	if (ask(d, HELPER_HOOK) == -1) {
		log_errno("-U %s: %s", d->opt->hook,
		    answer.failed[0] != '\0' ? answer.failed : answer.why);
		return;
	}
	d->hook = answer.pid;
}

void
doll_ready(struct doll *d, const char *peer)
{
	struct param_change up = { .what = PARAM_SET_UP };
	struct params now;

	if (d->opt->up)
		doll_change(d, &up);
	if (d->opt->hook != NULL && doll_read(d, &now) == 0)
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
}
