/*
 * Requests to rtnetlink(7): built, sent, and their answers walked.
 */
#ifndef NETLINK_LINUX_H
#define NETLINK_LINUX_H

#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

struct netlink {
	struct nlmsghdr head;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg addr;
	};
	char room[128]; /* for attributes: the caller knows what it puts */
};

/* One message of an answer. */
typedef void netlink_fn(const struct nlmsghdr *, void *arg);

/*
 * Begins a request; flags: NLM_F_ACK or NLM_F_DUMP, so that the answer has an
 * end, and others; body: the size of what follows the head.
 */
void netlink_init(struct netlink *, uint16_t type, uint16_t flags, size_t body);
void netlink_put(struct netlink *, uint16_t type, const void *data, size_t len);

/*
 * Sends it from the calling thread's network namespace and gives each message
 * of the answer to fn (or NULL).  0; -1 errno, the kernel's; EINTR: what was
 * dumped changed meanwhile.
 */
int netlink_ask(const struct netlink *, netlink_fn *, void *arg);

#endif
