/* SPDX-License-Identifier: ISC */
/*
 * Sets, chains and rules: see the header.
 *
 * Rules read frames from the network header on.  At the ingress hook that is
 * the byte behind the ethertype: the kernel has moved the outermost tag from
 * the frame into metadata (Linux, net/core/dev.c, __netif_receive_skb_core()).
 * So rules match with and without that tag.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h> /* before linux/in.h, which netfilter.h brings */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <arpa/inet.h>

#include "frame/packet.h"
#include "nft_write.h"

#define MAC_LEN	 6
#define MAC_TYPE 9 /* nft(8)'s number for its type ether_addr */
#define SET_ID	 1 /* the set's number within its transaction */

/* ---- sets and chains ---- */

void
nft_set(struct nft *n, const char *name, uint32_t size)
{
	size_t desc;

	nft_new(n, NFT_MSG_NEWSET);
	nft_put_text(n, NFTA_SET_TABLE, n->table);
	nft_put_text(n, NFTA_SET_NAME, name);
	nft_put32(n, NFTA_SET_FLAGS, NFT_SET_EVAL);
	nft_put32(n, NFTA_SET_KEY_TYPE, MAC_TYPE);
	nft_put32(n, NFTA_SET_KEY_LEN, MAC_LEN);
	nft_put32(n, NFTA_SET_ID, SET_ID);
	desc = nft_nest(n, NFTA_SET_DESC);
	nft_put32(n, NFTA_SET_DESC_SIZE, size);
	nft_nest_end(n, desc);
	nft_message_end(n);
}

static void
nft_chain_begin(struct nft *n, const char *name)
{
	nft_new(n, NFT_MSG_NEWCHAIN);
	nft_put_text(n, NFTA_CHAIN_TABLE, n->table);
	nft_put_text(n, NFTA_CHAIN_NAME, name);
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
	hook = nft_nest(n, NFTA_CHAIN_HOOK);
	nft_put32(n, NFTA_HOOK_HOOKNUM, NF_NETDEV_INGRESS);
	nft_put32(n, NFTA_HOOK_PRIORITY, (uint32_t)INT32_MIN);
	nft_put_text(n, NFTA_HOOK_DEV, ifname);
	nft_nest_end(n, hook);
	nft_put32(n, NFTA_CHAIN_POLICY, drop ? NF_DROP : NF_ACCEPT);
	nft_put_text(n, NFTA_CHAIN_TYPE, "filter");
	nft_message_end(n);
}

void
nft_chain_prerouting(struct nft *n, const char *name)
{
	size_t hook;

	nft_chain_begin(n, name);
	hook = nft_nest(n, NFTA_CHAIN_HOOK);
	nft_put32(n, NFTA_HOOK_HOOKNUM, NF_INET_PRE_ROUTING);
	nft_put32(n, NFTA_HOOK_PRIORITY, (uint32_t)INT32_MIN);
	nft_nest_end(n, hook);
	nft_put32(n, NFTA_CHAIN_POLICY, NF_ACCEPT);
	nft_put_text(n, NFTA_CHAIN_TYPE, "filter");
	nft_message_end(n);
}

/* ---- rules ---- */

void
nft_rule(struct nft *n, const char *chain)
{
	nft_message(n, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE,
	    NLM_F_CREATE | NLM_F_APPEND, 0);
	nft_put_text(n, NFTA_RULE_TABLE, n->table);
	nft_put_text(n, NFTA_RULE_CHAIN, chain);
	n->expressions = nft_nest(n, NFTA_RULE_EXPRESSIONS);
}

static void
nft_rule_end(struct nft *n)
{
	nft_nest_end(n, n->expressions);
	nft_message_end(n);
}

/* An expression: expression(), its attributes, expression_end(). */
struct expression {
	size_t elem, data;
};

static struct expression
expression(struct nft *n, const char *name)
{
	struct expression e;

	e.elem = nft_nest(n, NFTA_LIST_ELEM);
	nft_put_text(n, NFTA_EXPR_NAME, name);
	e.data = nft_nest(n, NFTA_EXPR_DATA);
	return e;
}

static void
expression_end(struct nft *n, struct expression e)
{
	nft_nest_end(n, e.data);
	nft_nest_end(n, e.elem);
}

static void
put_value(struct nft *n, uint16_t type, const void *value, size_t len)
{
	size_t at = nft_nest(n, type);

	nft_put(n, NFTA_DATA_VALUE, value, len);
	nft_nest_end(n, at);
}

static void
load(struct nft *n, enum nft_payload_bases base, unsigned at, unsigned len)
{
	struct expression e = expression(n, "payload");

	nft_put32(n, NFTA_PAYLOAD_DREG, NFT_REG_1);
	nft_put32(n, NFTA_PAYLOAD_BASE, base);
	nft_put32(n, NFTA_PAYLOAD_OFFSET, at);
	nft_put32(n, NFTA_PAYLOAD_LEN, len);
	expression_end(n, e);
}

static void
compare(struct nft *n, enum nft_cmp_ops op, const void *value, size_t len)
{
	struct expression e = expression(n, "cmp");

	nft_put32(n, NFTA_CMP_SREG, NFT_REG_1);
	nft_put32(n, NFTA_CMP_OP, op);
	put_value(n, NFTA_CMP_DATA, value, len);
	expression_end(n, e);
}

static void
load_meta(struct nft *n, enum nft_meta_keys key)
{
	struct expression e = expression(n, "meta");

	nft_put32(n, NFTA_META_DREG, NFT_REG_1);
	nft_put32(n, NFTA_META_KEY, key);
	expression_end(n, e);
}

void
nft_protocol(struct nft *n, uint16_t value)
{
	value = htons(value);
	load_meta(n, NFT_META_PROTOCOL);
	compare(n, NFT_CMP_EQ, &value, sizeof(value));
}

void
nft_family(struct nft *n, uint8_t value)
{
	load_meta(n, NFT_META_NFPROTO);
	compare(n, NFT_CMP_EQ, &value, sizeof(value));
}

void
nft_came_by(struct nft *n, uint32_t index)
{
	load_meta(n, NFT_META_IIF);
	compare(n, NFT_CMP_EQ, &index, sizeof(index));
}

void
nft_for_others(struct nft *n)
{
	static const uint32_t ours[] = { RTN_LOCAL, RTN_BROADCAST,
		RTN_MULTICAST };
	struct expression e = expression(n, "fib");
	size_t i;

	nft_put32(n, NFTA_FIB_DREG, NFT_REG_1);
	nft_put32(n, NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	nft_put32(n, NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR | NFTA_FIB_F_IIF);
	expression_end(n, e);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		compare(n, NFT_CMP_NEQ, &ours[i], sizeof(ours[i]));
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
	nft_put32(n, NFTA_BITWISE_SREG, NFT_REG_1);
	nft_put32(n, NFTA_BITWISE_DREG, NFT_REG_1);
	nft_put32(n, NFTA_BITWISE_LEN, sizeof(mask));
	put_value(n, NFTA_BITWISE_MASK, &mask, sizeof(mask));
	put_value(n, NFTA_BITWISE_XOR, &none, sizeof(none));
	expression_end(n, e);
	compare(n, NFT_CMP_NEQ, &none, sizeof(none));
}

void
nft_sender_in(struct nft *n, const char *set)
{
	struct expression e;

	load(n, NFT_PAYLOAD_LL_HEADER, ETHER_SRC, MAC_LEN);
	e = expression(n, "lookup");
	nft_put_text(n, NFTA_LOOKUP_SET, set);
	nft_put32(n, NFTA_LOOKUP_SET_ID, SET_ID);
	nft_put32(n, NFTA_LOOKUP_SREG, NFT_REG_1);
	expression_end(n, e);
}

void
nft_sender_add(struct nft *n, const char *set)
{
	struct expression e;

	load(n, NFT_PAYLOAD_LL_HEADER, ETHER_SRC, MAC_LEN);
	e = expression(n, "dynset");
	nft_put_text(n, NFTA_DYNSET_SET_NAME, set);
	nft_put32(n, NFTA_DYNSET_SET_ID, SET_ID);
	nft_put32(n, NFTA_DYNSET_OP, NFT_DYNSET_OP_ADD);
	nft_put32(n, NFTA_DYNSET_SREG_KEY, NFT_REG_1);
	expression_end(n, e);
	nft_rule_end(n);
}

static void
nft_verdict(struct nft *n, int code, const char *chain)
{
	struct expression e = expression(n, "immediate");
	size_t data, verdict;

	nft_put32(n, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nft_nest(n, NFTA_IMMEDIATE_DATA);
	verdict = nft_nest(n, NFTA_DATA_VERDICT);
	nft_put32(n, NFTA_VERDICT_CODE, (uint32_t)code);
	if (chain != NULL)
		nft_put_text(n, NFTA_VERDICT_CHAIN, chain);
	nft_nest_end(n, verdict);
	nft_nest_end(n, data);
	expression_end(n, e);
	nft_rule_end(n);
}

void
nft_accept(struct nft *n)
{
	nft_verdict(n, NF_ACCEPT, NULL);
}

void
nft_drop(struct nft *n)
{
	nft_verdict(n, NF_DROP, NULL);
}

void
nft_jump(struct nft *n, const char *chain)
{
	nft_verdict(n, NFT_JUMP, chain);
}
