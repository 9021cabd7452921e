/* SPDX-License-Identifier: ISC */
/*
 * Requests to rtnetlink(7): built, sent, and their answers walked.
 */
#ifndef NETLINK_LINUX_H
#define NETLINK_LINUX_H

#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

#include "port/params.h"

struct netlink {
	struct nlmsghdr head;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg addr;
		struct rtmsg route;
	};
	char room[384]; /* for attributes; nobody checks that they fit */
};

/* One message of an answer. */
typedef void netlink_fn(const struct nlmsghdr *, void *arg);

/*
 * Begins a request.  flags: NLM_F_ACK or NLM_F_DUMP (without one of them the
 * answer has no end) and others.  body: bytes of the structure that follows the
 * netlink header.
 */
void netlink_init(struct netlink *, uint16_t type, uint16_t flags, size_t body);
void netlink_put(struct netlink *, uint16_t type, const void *data, size_t len);

/*
 * Sends the request from the calling thread's network namespace and passes each
 * message of the answer to fn (or NULL).  0; -1 with the kernel's errno (EINTR:
 * the data changed during the dump).
 */
int netlink_ask(const struct netlink *, netlink_fn *fn, void *arg);
/*
 * The same for a dump, which is repeated if the data changed meanwhile.  Before
 * each try sets *count (or NULL), in which fn counts, to 0.
 */
int netlink_dump(const struct netlink *, netlink_fn *fn, void *arg, int *count);

/* Sets an address of this family; ADDR_TYPE_NONE if there are too few bytes. */
void netlink_addr_set(struct addr *, uint8_t family, const void *, size_t);
/* Reads an RTM_NEWADDR's address and interface.  False: it has none. */
bool netlink_addr(const struct nlmsghdr *, struct param_addr *,
    unsigned *index);

#endif
