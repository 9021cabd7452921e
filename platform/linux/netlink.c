/* SPDX-License-Identifier: ISC */
/*
 * rtnetlink(7).  Each request has a socket of its own, connected to the kernel:
 * no process can answer in the kernel's place, and a late answer to an earlier
 * request cannot be taken for the answer to this one.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "netlink.h"

#define DUMP_TRIES 8

void
netlink_init(struct netlink *r, uint16_t type, uint16_t flags, size_t body)
{
	memset(r, 0, sizeof(*r));
	r->head.nlmsg_len = (uint32_t)NLMSG_LENGTH(body);
	r->head.nlmsg_type = type;
	r->head.nlmsg_flags = NLM_F_REQUEST | flags;
}

/* The place of the next attribute. */
static void *
netlink_end(struct netlink *r)
{
	return (char *)r + NLMSG_ALIGN(r->head.nlmsg_len);
}

void
netlink_put(struct netlink *r, uint16_t type, const void *data, size_t len)
{
	struct rtattr *a = netlink_end(r);

	a->rta_type = type;
	a->rta_len = (uint16_t)RTA_LENGTH(len);
	if (len > 0)
		memcpy(RTA_DATA(a), data, len);
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) +
	    RTA_ALIGN(a->rta_len);
}

/*
 * Walks one datagram of several messages, each padded by the kernel.  1: the
 * answer ends here; 0: more datagrams follow; -1 errno.
 */
static int
answers_walk(const void *buf, size_t len, netlink_fn *fn, void *arg)
{
	const struct nlmsghdr *head = buf;
	bool torn = false;
	int error;

	for (; NLMSG_OK(head, len); head = NLMSG_NEXT(head, len)) {
		torn |= (head->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
		if (head->nlmsg_type != NLMSG_ERROR &&
		    head->nlmsg_type != NLMSG_DONE) {
			if (fn != NULL)
				fn(head, arg);
			continue;
		}
		if (head->nlmsg_len < NLMSG_LENGTH(sizeof(error)))
			break;
		memcpy(&error, NLMSG_DATA(head), sizeof(error));
		errno = error < 0 ? -error : EINTR;
		return error < 0 || torn ? -1 : 1;
	}
	errno = EINTR;
	return torn ? -1 : 0;
}

int
netlink_ask(const struct netlink *r, netlink_fn *fn, void *arg)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	_Alignas(struct nlmsghdr) char buf[32768];
	int fd, error, result = 0;
	ssize_t n;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)) == -1 ||
	    send(fd, r, r->head.nlmsg_len, 0) == -1)
		result = -1;
	while (result == 0) {
		n = recv(fd, buf, sizeof(buf), 0);
		if (n >= 0)
			result = answers_walk(buf, (size_t)n, fn, arg);
		else if (errno != EINTR)
			result = -1;
	}
	error = errno;
	(void)close(fd);
	errno = error;
	return result == -1 ? -1 : 0;
}

int
netlink_dump(const struct netlink *r, netlink_fn *fn, void *arg, int *count)
{
	int result, tries = 0;

	do {
		if (count != NULL)
			*count = 0;
		result = netlink_ask(r, fn, arg);
	} while (result == -1 && errno == EINTR && ++tries < DUMP_TRIES);
	return result;
}

void
netlink_addr_set(struct addr *a, uint8_t family, const void *from, size_t size)
{
	size_t len = family == AF_INET ? 4 : 16;

	memset(a, 0, sizeof(*a));
	if (size < len)
		return;
	a->addr_type = family == AF_INET ? ADDR_TYPE_IP : ADDR_TYPE_IP6;
	a->addr_bits = (uint16_t)(len * 8);
	memcpy(a->addr_data8, from, len);
}

static void
addr_attr(struct addr *a, uint8_t family, const struct rtattr *from)
{
	netlink_addr_set(a, family, RTA_DATA(from), RTA_PAYLOAD(from));
}

bool
netlink_addr(const struct nlmsghdr *head, struct param_addr *out,
    unsigned *index)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(head);
	const struct rtattr *a, *found[IFA_MAX + 1] = { NULL };
	int len;

	if (head->nlmsg_type != RTM_NEWADDR ||
	    head->nlmsg_len < NLMSG_LENGTH(sizeof(*ifa)) ||
	    (ifa->ifa_family != AF_INET && ifa->ifa_family != AF_INET6))
		return false;
	len = (int)IFA_PAYLOAD(head);
	for (a = IFA_RTA(ifa); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type <= IFA_MAX)
			found[a->rta_type] = a;
	memset(out, 0, sizeof(*out));
	*index = ifa->ifa_index;
	/* IPv6 has IFA_LOCAL only where it differs from IFA_ADDRESS */
	if ((a = found[IFA_LOCAL] ? found[IFA_LOCAL] : found[IFA_ADDRESS]))
		addr_attr(&out->addr, ifa->ifa_family, a);
	if (found[IFA_ADDRESS] != NULL)
		addr_attr(&out->other, ifa->ifa_family, found[IFA_ADDRESS]);
	if (out->other.addr_type != ADDR_TYPE_NONE &&
	    !addr_same(&out->addr, &out->other))
		out->kind = PARAM_PEER;
	else if (found[IFA_BROADCAST] != NULL) {
		addr_attr(&out->other, ifa->ifa_family, found[IFA_BROADCAST]);
		out->kind = PARAM_BROADCAST;
	} else
		memset(&out->other, 0, sizeof(out->other));
	out->addr.addr_bits = ifa->ifa_prefixlen;
	return out->addr.addr_type != ADDR_TYPE_NONE;
}
