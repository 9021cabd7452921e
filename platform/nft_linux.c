/*
 * nfnetlink: see the header.  What does not fit is left out, and len says
 * so: a transaction that is not whole is never sent.
 *
 * Frames are read from the network header on.  At the ingress hook that is
 * what follows the ethertype, the outermost tag being out of the frame and
 * in its metadata (Linux, net/core/dev.c, __netif_receive_skb_core()), so no
 * rule depends on whether there was one.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h> /* before linux/in.h, which netfilter.h brings */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "nft_linux.h"

#define MAC_AT	 6 /* the sender's, in the link header */
#define MAC_LEN	 6
#define MAC_TYPE 9 /* how nft(8) calls it: ether_addr */
#define SET_ID	 1 /* names a set within its transaction */

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

/* Its length is that of all that follows, up to nft_message_end(). */
static void
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
	body->nfgen_family = res != 0 ? AF_UNSPEC : NFPROTO_NETDEV;
	body->res_id = htons(res);
	n->message = at;
}

static void
nft_message_end(struct nft *n)
{
	struct nlmsghdr *head = (void *)(n->data + n->message);

	if (n->len <= NFT_ROOM)
		head->nlmsg_len = (uint32_t)(n->len - n->message);
}

static void
nft_new(struct nft *n, uint16_t what)
{
	nft_message(n, NFNL_SUBSYS_NFTABLES << 8 | what,
	    NLM_F_CREATE | NLM_F_EXCL, 0);
}

static void
put(struct nft *n, uint16_t type, const void *data, size_t len)
{
	struct nlattr *a = nft_take(n, NLA_HDRLEN + len);

	if (a == NULL)
		return;
	a->nla_type = type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + len);
	if (len > 0)
		memcpy(a + 1, data, len);
}

static void
put32(struct nft *n, uint16_t type, uint32_t value)
{
	value = htonl(value);
	put(n, type, &value, sizeof(value));
}

static void
put_text(struct nft *n, uint16_t type, const char *text)
{
	put(n, type, text, strlen(text) + 1);
}

static size_t
nest(struct nft *n, uint16_t type)
{
	size_t at = n->len;

	put(n, type | NLA_F_NESTED, NULL, 0);
	return at;
}

static void
nest_end(struct nft *n, size_t at)
{
	struct nlattr *a = (void *)(n->data + at);

	if (n->len <= NFT_ROOM)
		a->nla_len = (uint16_t)(n->len - at);
}

/* ---- what a table has ---- */

void
nft_begin(struct nft *n, const char *table)
{
	n->len = 0;
	(void)snprintf(n->table, sizeof(n->table), "%s", table);
	nft_message(n, NFNL_MSG_BATCH_BEGIN, 0, NFNL_SUBSYS_NFTABLES);
	nft_message_end(n);
	nft_new(n, NFT_MSG_NEWTABLE);
	put_text(n, NFTA_TABLE_NAME, n->table);
	put32(n, NFTA_TABLE_FLAGS, NFT_TABLE_F_OWNER);
	nft_message_end(n);
}

void
nft_set(struct nft *n, const char *name, uint32_t size)
{
	size_t desc;

	nft_new(n, NFT_MSG_NEWSET);
	put_text(n, NFTA_SET_TABLE, n->table);
	put_text(n, NFTA_SET_NAME, name);
	put32(n, NFTA_SET_FLAGS, NFT_SET_EVAL);
	put32(n, NFTA_SET_KEY_TYPE, MAC_TYPE);
	put32(n, NFTA_SET_KEY_LEN, MAC_LEN);
	put32(n, NFTA_SET_ID, SET_ID);
	desc = nest(n, NFTA_SET_DESC);
	put32(n, NFTA_SET_DESC_SIZE, size);
	nest_end(n, desc);
	nft_message_end(n);
}

static void
nft_chain_begin(struct nft *n, const char *name)
{
	nft_new(n, NFT_MSG_NEWCHAIN);
	put_text(n, NFTA_CHAIN_TABLE, n->table);
	put_text(n, NFTA_CHAIN_NAME, name);
}

void
nft_chain(struct nft *n, const char *name)
{
	nft_chain_begin(n, name);
	nft_message_end(n);
}

void
nft_chain_ingress(struct nft *n, const char *name, const char *ifname,
    bool drop)
{
	size_t hook;

	nft_chain_begin(n, name);
	hook = nest(n, NFTA_CHAIN_HOOK);
	put32(n, NFTA_HOOK_HOOKNUM, NF_NETDEV_INGRESS);
	put32(n, NFTA_HOOK_PRIORITY, (uint32_t)INT32_MIN);
	put_text(n, NFTA_HOOK_DEV, ifname);
	nest_end(n, hook);
	put32(n, NFTA_CHAIN_POLICY, drop ? NF_DROP : NF_ACCEPT);
	put_text(n, NFTA_CHAIN_TYPE, "filter");
	nft_message_end(n);
}

/* ---- rules ---- */

void
nft_rule(struct nft *n, const char *chain)
{
	nft_message(n, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE,
	    NLM_F_CREATE | NLM_F_APPEND, 0);
	put_text(n, NFTA_RULE_TABLE, n->table);
	put_text(n, NFTA_RULE_CHAIN, chain);
	n->expressions = nest(n, NFTA_RULE_EXPRESSIONS);
}

static void
nft_rule_end(struct nft *n)
{
	nest_end(n, n->expressions);
	nft_message_end(n);
}

/* One expression: its attributes go between the two. */
struct expression {
	size_t elem, data;
};

static struct expression
expression(struct nft *n, const char *name)
{
	struct expression e;

	e.elem = nest(n, NFTA_LIST_ELEM);
	put_text(n, NFTA_EXPR_NAME, name);
	e.data = nest(n, NFTA_EXPR_DATA);
	return e;
}

static void
expression_end(struct nft *n, struct expression e)
{
	nest_end(n, e.data);
	nest_end(n, e.elem);
}

static void
put_value(struct nft *n, uint16_t type, const void *value, size_t len)
{
	size_t at = nest(n, type);

	put(n, NFTA_DATA_VALUE, value, len);
	nest_end(n, at);
}

static void
load(struct nft *n, enum nft_payload_bases base, unsigned at, unsigned len)
{
	struct expression e = expression(n, "payload");

	put32(n, NFTA_PAYLOAD_DREG, NFT_REG_1);
	put32(n, NFTA_PAYLOAD_BASE, base);
	put32(n, NFTA_PAYLOAD_OFFSET, at);
	put32(n, NFTA_PAYLOAD_LEN, len);
	expression_end(n, e);
}

static void
compare(struct nft *n, enum nft_cmp_ops op, const void *value, size_t len)
{
	struct expression e = expression(n, "cmp");

	put32(n, NFTA_CMP_SREG, NFT_REG_1);
	put32(n, NFTA_CMP_OP, op);
	put_value(n, NFTA_CMP_DATA, value, len);
	expression_end(n, e);
}

void
nft_protocol(struct nft *n, uint16_t value)
{
	struct expression e = expression(n, "meta");

	value = htons(value);
	put32(n, NFTA_META_DREG, NFT_REG_1);
	put32(n, NFTA_META_KEY, NFT_META_PROTOCOL);
	expression_end(n, e);
	compare(n, NFT_CMP_EQ, &value, sizeof(value));
}

void
nft_bytes(struct nft *n, unsigned at, const void *value, unsigned len)
{
	load(n, NFT_PAYLOAD_NETWORK_HEADER, at, len);
	compare(n, NFT_CMP_EQ, value, len);
}

void
nft_byte(struct nft *n, unsigned at, uint8_t value)
{
	nft_bytes(n, at, &value, sizeof(value));
}

void
nft_word(struct nft *n, unsigned at, uint16_t value)
{
	value = htons(value);
	nft_bytes(n, at, &value, sizeof(value));
}

void
nft_bits(struct nft *n, unsigned at, uint16_t mask)
{
	const uint16_t none = 0;
	struct expression e;

	mask = htons(mask);
	load(n, NFT_PAYLOAD_NETWORK_HEADER, at, sizeof(mask));
	e = expression(n, "bitwise");
	put32(n, NFTA_BITWISE_SREG, NFT_REG_1);
	put32(n, NFTA_BITWISE_DREG, NFT_REG_1);
	put32(n, NFTA_BITWISE_LEN, sizeof(mask));
	put_value(n, NFTA_BITWISE_MASK, &mask, sizeof(mask));
	put_value(n, NFTA_BITWISE_XOR, &none, sizeof(none));
	expression_end(n, e);
	compare(n, NFT_CMP_NEQ, &none, sizeof(none));
}

void
nft_sender_in(struct nft *n, const char *set)
{
	struct expression e;

	load(n, NFT_PAYLOAD_LL_HEADER, MAC_AT, MAC_LEN);
	e = expression(n, "lookup");
	put_text(n, NFTA_LOOKUP_SET, set);
	put32(n, NFTA_LOOKUP_SET_ID, SET_ID);
	put32(n, NFTA_LOOKUP_SREG, NFT_REG_1);
	expression_end(n, e);
}

void
nft_sender_add(struct nft *n, const char *set)
{
	struct expression e;

	load(n, NFT_PAYLOAD_LL_HEADER, MAC_AT, MAC_LEN);
	e = expression(n, "dynset");
	put_text(n, NFTA_DYNSET_SET_NAME, set);
	put32(n, NFTA_DYNSET_SET_ID, SET_ID);
	put32(n, NFTA_DYNSET_OP, NFT_DYNSET_OP_ADD);
	put32(n, NFTA_DYNSET_SREG_KEY, NFT_REG_1);
	expression_end(n, e);
	nft_rule_end(n);
}

static void
nft_verdict(struct nft *n, int code, const char *chain)
{
	struct expression e = expression(n, "immediate");
	size_t data, verdict;

	put32(n, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nest(n, NFTA_IMMEDIATE_DATA);
	verdict = nest(n, NFTA_DATA_VERDICT);
	put32(n, NFTA_VERDICT_CODE, (uint32_t)code);
	if (chain != NULL)
		put_text(n, NFTA_VERDICT_CHAIN, chain);
	nest_end(n, verdict);
	nest_end(n, data);
	expression_end(n, e);
	nft_rule_end(n);
}

void
nft_accept(struct nft *n)
{
	nft_verdict(n, NF_ACCEPT, NULL);
}

void
nft_jump(struct nft *n, const char *chain)
{
	nft_verdict(n, NFT_JUMP, chain);
}

/* ---- the transaction ---- */

/*
 * What failed comes first, and the acknowledgement of the last message, which
 * comes in any case, last (Linux, nfnetlink.c, nfnetlink_rcv_batch()); all is
 * queued before send() returns.
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
nft_commit(struct nft *n, int fd)
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
	if (sendto(fd, n->data, n->len, 0, (struct sockaddr *)&kernel,
		sizeof(kernel)) == -1)
		return -1;
	return nft_answer(fd);
}
