/* SPDX-License-Identifier: ISC */
/*
 * Transactions of nftables, sent straight to nfnetlink.  libnftables would be
 * one more library; the nft program, where it is built without its command line
 * (OpenWrt), cannot own a table for us.
 *
 * The table belongs to the socket that makes it (NFT_TABLE_F_OWNER, Linux
 * 5.12): the kernel removes the table when that socket is closed, however the
 * process ends, and nobody else can change or flush it.
 *
 * A transaction: nft_begin(), sets, chains and rules, nft_commit().
 */
#ifndef NFT_LINUX_H
#define NFT_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NFT_ROOM 131072
#define NFT_NAME 32

struct nft {
	int fd; /* the socket that owns the table; -1: none */
	size_t len; /* bytes in use; above NFT_ROOM: something did not fit */
	size_t message; /* where the last message begins */
	size_t expressions; /* where the last rule's expressions begin */
	uint8_t family;
	char table[NFT_NAME];
	_Alignas(uint64_t) uint8_t data[NFT_ROOM];
};

/* ---- nft_write.c ---- */

/*
 * Opens fd and begins a transaction with a new table of this family
 * (NFPROTO_*), whose name has the socket's unique number.  0; -1 errno.
 */
int nft_begin(struct nft *, uint8_t family);
/*
 * Commits it, all or nothing.  0: the table exists until fd is closed; -1 errno
 * (EMSGSIZE: it did not fit).
 */
int nft_commit(struct nft *);
/*
 * After a failure: closes fd and fills why by errno.  wants: the option that
 * this kernel may be built without; capabilities: those that the program may
 * lack.  Returns -1, keeps errno.
 */
int nft_fail(struct nft *, const char *wants, const char *capabilities,
    char *why, size_t size);

/* ---- nft.c ---- */

/* Adds a set of at most `size' MAC addresses, which rules can fill. */
void nft_set(struct nft *, const char *name, uint32_t size);

/* Adds a chain that rules jump to. */
void nft_chain(struct nft *, const char *name);
/*
 * Adds the chain for frames that come in by an interface; it runs after packet
 * sockets and before everything else.  drop: drops frames that no rule accepts.
 */
void nft_chain_ingress(struct nft *, const char *name, const char *ifname,
    bool drop);
/*
 * For NFPROTO_INET: adds the chain for every IP packet that comes in; it runs
 * before the rest of netfilter and sees fragments one by one.  Packets of a
 * bridge port come in by the bridge here, those of a VLAN by the VLAN.
 */
void nft_chain_prerouting(struct nft *, const char *name);

/*
 * A rule at the end of a chain: nft_rule(), conditions, and then nft_accept(),
 * nft_drop(), nft_jump() or nft_sender_add().
 */
void nft_rule(struct nft *, const char *chain);
/* Condition: the ethertype, behind the tag that the kernel has taken out. */
void nft_protocol(struct nft *, uint16_t value);
/* Condition, in NFPROTO_INET: NFPROTO_IPV4 or NFPROTO_IPV6. */
void nft_family(struct nft *, uint8_t);
/* Condition: the packet came in by the interface of this index. */
void nft_came_by(struct nft *, uint32_t index);
/*
 * Condition: the packet's destination is no address of that interface, no
 * broadcast and no multicast address.  Without a route to it, an IPv6 multicast
 * address counts as none (Linux, net/ipv6/netfilter/nft_fib_ipv6.c).
 */
void nft_for_others(struct nft *);
/* Condition: these len (1 to 16) bytes are `at' bytes behind the ethertype. */
void nft_bytes(struct nft *, unsigned at, const void *value, unsigned len);
void nft_byte(struct nft *, unsigned at, uint8_t value);
void nft_word(struct nft *, unsigned at, uint16_t value);
/* Condition: at least one of these bits is set. */
void nft_bits(struct nft *, unsigned at, uint16_t mask);
/* Condition: the sender's MAC address is in the set. */
void nft_sender_in(struct nft *, const char *set);
/* Puts the sender's MAC address into the set, as the end of the rule. */
void nft_sender_add(struct nft *, const char *set);
void nft_accept(struct nft *);
void nft_drop(struct nft *);
void nft_jump(struct nft *, const char *chain);

#endif
