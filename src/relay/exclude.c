/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "privilege/helper.h"
#include "relay/exclude.h"

const char exclude_remedies[] =
    "the ways out:\n"
    "  sudo --preserve-env=SSH_CONNECTION etherpuppet ...  if only sudo hides "
    "it\n"
    "  ssh gw 'etherpuppet ... -M \"$SSH_CONNECTION\"'       the session's own "
    "ssh, quoted so\n"
    "  -M '*:*,ADDR:22'    every connection with port 22 of this host's ADDR\n"
    "  -B                  capture everything: the session goes by another "
    "interface";

int
exclude_ssh(struct filter_pair *pair, char *why, size_t size)
{
	const char *text = getenv("SSH_CONNECTION");

	if (text == NULL) {
		(void)snprintf(why, size, "SSH_CONNECTION is not set");
		return -1;
	}
	return filter_pair_parse(text, pair, why, size);
}

int
exclude_pairs(const struct options *opt, const struct peer *peer,
    struct filter_pair *pairs, char *why, size_t size)
{
	bool tcp = peer->local.addr_type != ADDR_TYPE_NONE;
	int n;

	if (opt->exclude_none)
		return 0;
	for (n = 0; n < opt->npairs; n++)
		pairs[n] = opt->pairs[n];
	if (opt->exclude_ssh && n < FILTER_PAIRS) {
		if (exclude_ssh(&pairs[n], why, size) == -1)
			return -1;
		n++;
	}
	if (n > 0)
		return n;
	if (opt->form == PEER_EXEC) {
		(void)snprintf(why, size,
		    "the connection of a command (-e) cannot be known");
		return -1;
	}
	if (opt->form == PEER_STDIO || opt->by_path ||
	    (tcp && addr_is_loopback(&peer->remote)))
		return exclude_ssh(pairs, why, size) == -1 ? -1 : 1;
	if (tcp) {
		pairs[0].src = peer->remote;
		pairs[0].sport = peer->rport;
		pairs[0].dst = peer->local;
		pairs[0].dport = peer->lport;
	}
	return tcp ? 1 : 0;
}

static bool
is_local(const struct options *opt)
{
	return (opt->form == PEER_LISTEN || opt->form == PEER_CONNECT) &&
	    (strncmp(opt->peer, "127.", 4) == 0 ||
		strncmp(opt->peer, "[::1]:", 6) == 0 ||
		strncmp(opt->peer, "localhost:", 10) == 0);
}

int
exclude_check(const struct options *opt)
{
	struct filter_pair pairs[FILTER_PAIRS];
	struct peer peer = { 0 };
	char why[256];

	if (is_local(opt))
		(void)addr_parse("127.0.0.1", &peer.remote);
	peer.local = peer.remote;
	if (exclude_pairs(opt, &peer, pairs, why, sizeof(why)) != -1)
		return 0;
	log_info("%s: the connection that carries the session is not known "
		 "(%s), so it would be captured and sent for ever; %s",
	    opt->interface, why, exclude_remedies);
	return -1;
}

/* ---- exclusive mode ---- */

int
exclusive_try(const struct port *port)
{
	int fd;

	if ((fd = helper_exclusive(port->linktype, NULL, 0)) == -1) {
		log_info("%s: -x: %s", port->name, helper_why());
		return -1;
	}
	(void)close(fd);
	return 0;
}

/*
 * The end points that this host must hear, from exclude_pairs().  A peer that
 * comes back must be heard before the present session ends.
 */
static int
exclusive_pairs(const struct options *opt, const struct peer *peer,
    struct filter_pair *pairs, char *why, size_t size)
{
	int n = exclude_pairs(opt, peer, pairs, why, size);

	if (n == 0) {
		(void)snprintf(why, size,
		    "the slave's -B says that nobody knows which connection "
		    "carries the session");
		return -1;
	}
	if (n > 0 && n < FILTER_PAIRS && opt->form == PEER_LISTEN &&
	    !addr_is_loopback(&peer->local))
		pairs[n++] = (struct filter_pair) { .dst = peer->local,
			.dport = peer->lport };
	return n;
}

int
exclusive_make(struct exclusive *x, const struct options *opt,
    const struct peer *peer, const struct port *port, char *why, size_t size)
{
	struct filter_pair pairs[FILTER_PAIRS];
	int fd, n = exclusive_pairs(opt, peer, pairs, why, size);

	if (n == -1)
		return -1;
	if ((fd = helper_exclusive(port->linktype, pairs, n)) == -1) {
		(void)snprintf(why, size, "%s", helper_why());
		return errno == ENODEV ? 0 : -1;
	}
	exclusive_end(x);
	x->holder = fd;
	(void)snprintf(x->ifname, sizeof(x->ifname), "%.15s", port->name);
	return 0;
}

void
exclusive_end(struct exclusive *x)
{
	if (x->holder != -1)
		(void)close(x->holder);
	x->holder = -1;
}

bool
exclusive_is_on(const struct exclusive *x)
{
	return x->holder != -1;
}

bool
exclusive_holds(const struct exclusive *x, const struct port *port)
{
	return exclusive_is_on(x) && strcmp(x->ifname, port->name) == 0;
}
