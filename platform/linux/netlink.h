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
	char room[384]; /* for attributes: the caller knows what it puts */
};

/* One message of an answer. */
typedef void netlink_fn(const struct nlmsghdr *, void *arg);

/*
 * Begins a request.  flags: NLM_F_ACK or NLM_F_DUMP, without which the answer
 * would have no end, and others.  body: bytes of the structure that follows the
 * netlink header.
 */
void netlink_init(struct netlink *, uint16_t type, uint16_t flags, size_t body);
void netlink_put(struct netlink *, uint16_t type, const void *data, size_t len);

/*
 * Sends the request from the calling thread's network namespace and gives each
 * message of the answer to fn (or NULL).  0; -1 with the kernel's errno (EINTR:
 * what was dumped has changed meanwhile).
 */
int netlink_ask(const struct netlink *, netlink_fn *, void *arg);
/*
 * The same for a dump, which is repeated where it has changed meanwhile.  Each
 * time *count (or NULL), in which fn counts, is set to 0 first.
 */
int netlink_dump(const struct netlink *, netlink_fn *, void *arg, int *count);

/* An address of this family; ADDR_TYPE_NONE where there are too few bytes. */
void netlink_addr_set(struct addr *, uint8_t family, const void *, size_t);
/* The address in an RTM_NEWADDR and its interface.  False: there is none. */
bool netlink_addr(const struct nlmsghdr *, struct param_addr *,
    unsigned *index);

#endif
