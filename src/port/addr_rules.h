/* SPDX-License-Identifier: ISC */
/* Decides which addresses a doll may take: see addr_rules.c. */
#ifndef ADDR_RULES_H
#define ADDR_RULES_H

#include "port/params.h"

#define ADDR_WHY 128

/* The addresses that the other side sends for the doll. */
struct addr_offer {
	/*
	 * The slave's address of this session, as it sees itself and as the
	 * master sees it; addr_type 0: unknown.
	 */
	struct addr own, remote;
	bool stranger; /* peer_is_stranger() */
	int naddrs;
	struct param_addr addrs[PARAMS_ADDRS];
};

/* For each address of the offer: why it must not be set; "": it may be. */
struct addr_verdict {
	char why[PARAMS_ADDRS][ADDR_WHY];
};

/*
 * Judge an offer: addr_rules_begin(), then addr_rules_meet() for each address,
 * route and server that this host reaches, then addr_rules_end().  apart: the
 * doll is in a network namespace of its own, and only addresses reached in that
 * namespace need protection.
 */
void addr_rules_begin(const struct addr_offer *, bool apart,
    struct addr_verdict *);
void addr_rules_meet(const struct addr_offer *, const struct local *,
    struct addr_verdict *);
void addr_rules_end(const struct addr_offer *, bool apart,
    struct addr_verdict *);

/*
 * Calls all three, with the results of params_local() and
 * addr_rules_name_servers(), for the doll of this name in the calling thread's
 * network namespace.  0; -1 errno.
 */
int addr_rules_judge(const char *doll, const struct addr_offer *, bool apart,
    struct addr_verdict *);
/* Calls fn for each name server in a file like resolv.conf(5), if it exists. */
void addr_rules_name_servers(const char *path, local_fn *fn, void *arg);

#endif
