/* SPDX-License-Identifier: ISC */
/*
 * Writes messages of nfnetlink and their attributes, and sends the transaction:
 * see the headers.  A part that does not fit is left out, and nft->len says so:
 * an incomplete transaction is never sent.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h> /* before linux/in.h, which netfilter.h brings */
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nft_write.h"
#include "system.h"

/* NFT_TABLE_F_OWNER, which the headers of Linux 5.11 and older do not have */
#define TABLE_F_OWNER 2

/* ---- messages ---- */

/* Returns `size' zero bytes; NULL: no room, now and from then on. */
static void *
nft_take(struct nft *n, size_t size)
{
	void *at;

	size = NLMSG_ALIGN(size);
	if (n->len + size > NFT_ROOM) {
		n->len = NFT_ROOM + 1;
		return NULL;
	}
	at = n->data + n->len;
	n->len += size;
	return memset(at, 0, size);
}

void
nft_message(struct nft *n, uint16_t type, uint16_t flags, uint16_t res)
{
	struct nlmsghdr *head;
	struct nfgenmsg *body;
	size_t at = n->len;

	head = nft_take(n, NLMSG_LENGTH(sizeof(*body)));
	if (head == NULL)
		return;
	head->nlmsg_type = type;
	head->nlmsg_flags = NLM_F_REQUEST | flags;
	body = NLMSG_DATA(head);
	body->nfgen_family = res != 0 ? AF_UNSPEC : n->family;
	body->res_id = htons(res);
	n->message = at;
}

void
nft_message_end(struct nft *n)
{
	struct nlmsghdr *head = (void *)(n->data + n->message);

	if (n->len <= NFT_ROOM)
		head->nlmsg_len = (uint32_t)(n->len - n->message);
}

void
nft_new(struct nft *n, uint16_t what)
{
	nft_message(n, NFNL_SUBSYS_NFTABLES << 8 | what,
	    NLM_F_CREATE | NLM_F_EXCL, 0);
}

void
nft_put(struct nft *n, uint16_t type, const void *data, size_t len)
{
	struct nlattr *a = nft_take(n, NLA_HDRLEN + len);

	if (a == NULL)
		return;
	a->nla_type = type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + len);
	if (len > 0)
		memcpy(a + 1, data, len);
}

void
nft_put32(struct nft *n, uint16_t type, uint32_t value)
{
	value = htonl(value);
	nft_put(n, type, &value, sizeof(value));
}

void
nft_put_text(struct nft *n, uint16_t type, const char *text)
{
	nft_put(n, type, text, strlen(text) + 1);
}

size_t
nft_nest(struct nft *n, uint16_t type)
{
	size_t at = n->len;

	nft_put(n, type | NLA_F_NESTED, NULL, 0);
	return at;
}

void
nft_nest_end(struct nft *n, size_t at)
{
	struct nlattr *a = (void *)(n->data + at);

	if (n->len <= NFT_ROOM)
		a->nla_len = (uint16_t)(n->len - at);
}

/* ---- the transaction ---- */

/* Binds n->fd, and makes the table's name from the socket's number. */
static int
nft_bind(struct nft *n)
{
	struct sockaddr_nl own = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(own);

	if (bind(n->fd, (struct sockaddr *)&own, sizeof(own)) == -1 ||
	    getsockname(n->fd, (struct sockaddr *)&own, &len) == -1)
		return -1;
	(void)snprintf(n->table, sizeof(n->table), "etherpuppet-%u",
	    own.nl_pid);
	return 0;
}

int
nft_begin(struct nft *n, uint8_t family)
{
	n->len = 0;
	n->family = family;
	n->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	if (n->fd == -1 || nft_bind(n) == -1)
		return -1;
	nft_message(n, NFNL_MSG_BATCH_BEGIN, 0, NFNL_SUBSYS_NFTABLES);
	nft_message_end(n);
	nft_new(n, NFT_MSG_NEWTABLE);
	nft_put_text(n, NFTA_TABLE_NAME, n->table);
	nft_put32(n, NFTA_TABLE_FLAGS, TABLE_F_OWNER);
	nft_message_end(n);
	return 0;
}

/*
 * The kernel's answers to messages that failed come first, and the answer to
 * the last message, which always comes, last (Linux, nfnetlink.c,
 * nfnetlink_rcv_batch()).  All are queued before sendto(2) returns.
 */
static int
nft_answer(int fd)
{
	_Alignas(struct nlmsghdr) uint8_t buf[8192];
	struct nlmsghdr *head = (void *)buf;
	struct nlmsgerr error;
	ssize_t n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n == -1)
		return -1;
	if ((size_t)n < NLMSG_LENGTH(sizeof(error)) ||
	    head->nlmsg_type != NLMSG_ERROR) {
		errno = EPROTO;
		return -1;
	}
	memcpy(&error, NLMSG_DATA(head), sizeof(error));
	errno = -error.error;
	return error.error == 0 ? 0 : -1;
}

int
nft_commit(struct nft *n)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr *last = (void *)(n->data + n->message);

	last->nlmsg_flags |= NLM_F_ACK;
	nft_message(n, NFNL_MSG_BATCH_END, 0, NFNL_SUBSYS_NFTABLES);
	nft_message_end(n);
	if (n->len > NFT_ROOM) {
		errno = EMSGSIZE;
		return -1;
	}
	if (sendto(n->fd, n->data, n->len, 0, (struct sockaddr *)&kernel,
		sizeof(kernel)) == -1)
		return -1;
	return nft_answer(n->fd);
}

/* Whether a kernel without some part of nftables gives this error. */
static bool
is_lack(int error)
{
	return error == EOPNOTSUPP || error == ENOENT || error == EINVAL ||
	    error == EPROTONOSUPPORT;
}

int
nft_fail(struct nft *n, const char *wants, const char *capabilities, char *why,
    size_t size)
{
	int error = errno;

	if (is_lack(error))
		(void)snprintf(why, size,
		    "nftables: %s; it wants Linux 5.12 with %s",
		    strerror(error), wants);
	else
		acquire_why(why, size, "nftables", error, capabilities, NULL);
	if (n->fd != -1)
		(void)close(n->fd);
	errno = error;
	return -1;
}
