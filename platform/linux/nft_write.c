/*
 * Messages of nfnetlink and their attributes: see the header.  What does not
 * fit is left out, and len says so: a transaction that is not whole is never
 * sent.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h> /* before linux/in.h, which netfilter.h brings */
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <arpa/inet.h>
#include <string.h>

#include "nft_write.h"

/* Zeroed; NULL: there is no room, and never again. */
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
