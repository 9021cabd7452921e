/* SPDX-License-Identifier: ISC */
/*
 * Transactions of nftables, written straight to nfnetlink: libnftables would
 * be one more library, and the nft program cannot hold a table for us on
 * systems that build it without its command line (OpenWrt).
 *
 * The table belongs to the socket that makes it (NFT_TABLE_F_OWNER, Linux
 * 5.12).  The kernel removes it, with all that is in it, when that socket is
 * closed, however the process ends.  Nobody else can change or flush it
 * meanwhile.
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
	size_t len; /* bytes in use; more than NFT_ROOM: it did not fit */
	size_t message; /* where the last message begins */
	size_t expressions; /* where the last rule's list of them begins */
	uint8_t family;
	char table[NFT_NAME];
	_Alignas(uint64_t) uint8_t data[NFT_ROOM];
};

/* ---- nft_write.c ---- */

/*
 * Begins with a table of this family (NFPROTO_*), whose name no other table
 * has: it is made of the socket's unique number.  0, -1 errno.
 */
int nft_begin(struct nft *, uint8_t family);
/*
 * Commits it, all or nothing.  0, and while fd is open the table is there;
 * -1 errno: EMSGSIZE if it did not fit.
 */
int nft_commit(struct nft *);
/*
 * After a failure: closes fd and writes why, by errno.  wants: the option that
 * a kernel without all of this was built without; capabilities: what the
 * program may lack.  -1, errno is kept.
 */
int nft_fail(struct nft *, const char *wants, const char *capabilities,
    char *why, size_t size);

/* ---- nft.c ---- */

/* A set of MAC addresses that rules add to, `size` of them at most. */
void nft_set(struct nft *, const char *name, uint32_t size);

/* A chain that rules jump to. */
void nft_chain(struct nft *, const char *name);
/*
 * The chain that sees frames that come in by an interface, after packet sockets
 * and before all else.  drop: what becomes of frames that no rule accepts.
 */
void nft_chain_ingress(struct nft *, const char *name, const char *ifname,
    bool drop);
/*
 * For NFPROTO_INET: the chain that sees every IP packet that comes in, before
 * all else of netfilter, fragments one by one.  Packets for the bridge or the
 * VLAN above an interface come in by that, not by the interface.
 */
void nft_chain_prerouting(struct nft *, const char *name);

/*
 * A rule at the end of a chain: nft_rule(), conditions, and then nft_accept(),
 * nft_drop(), nft_jump() or nft_sender_add().
 */
void nft_rule(struct nft *, const char *chain);
/* The ethertype, behind the tag that the kernel has taken out. */
void nft_protocol(struct nft *, uint16_t value);
/* Of NFPROTO_INET: NFPROTO_IPV4 or NFPROTO_IPV6. */
void nft_family(struct nft *, uint8_t);
/* The packet came in by the interface of this index. */
void nft_came_by(struct nft *, uint32_t index);
/*
 * The packet's destination is no address of that interface, no broadcast and no
 * multicast address.  An IPv6 multicast address is none for Linux where no
 * route leads there (Linux, net/ipv6/netfilter/nft_fib_ipv6.c).
 */
void nft_for_others(struct nft *);
/* These len (1 to 16) bytes are `at` bytes behind the ethertype. */
void nft_bytes(struct nft *, unsigned at, const void *value, unsigned len);
void nft_byte(struct nft *, unsigned at, uint8_t value);
void nft_word(struct nft *, unsigned at, uint16_t value);
/* At least one of these bits is set. */
void nft_bits(struct nft *, unsigned at, uint16_t mask);
/* The sender's MAC address is in the set. */
void nft_sender_in(struct nft *, const char *set);
/* Puts the sender's MAC address into the set; with it the rule ends. */
void nft_sender_add(struct nft *, const char *set);
void nft_accept(struct nft *);
void nft_drop(struct nft *);
void nft_jump(struct nft *, const char *chain);

#endif
