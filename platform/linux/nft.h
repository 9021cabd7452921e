/*
 * Transactions of nftables, written straight to nfnetlink: libnftables would
 * be one more library, and the nft program cannot hold a table for us on
 * systems that build it without its command line (OpenWrt).
 *
 * The table belongs to the socket that makes it (NFT_TABLE_F_OWNER, Linux
 * 5.12) and goes, with all that is in it, when that is closed, by whatever
 * end of the process; nobody else can change or flush it meanwhile.
 */
#ifndef NFT_LINUX_H
#define NFT_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NFT_ROOM 131072
#define NFT_NAME 32

struct nft {
	size_t len; /* bytes in use */
	size_t message; /* where the last message begins */
	size_t expressions; /* where the list of a rule's begins */
	uint8_t family;
	char table[NFT_NAME];
	_Alignas(uint64_t) uint8_t data[NFT_ROOM];
};

/* Begins with a table of this family (NFPROTO_*) and name. */
void nft_begin(struct nft *, uint8_t family, const char *table);

/* A set of MAC addresses that rules add to, `size` of them at most. */
void nft_set(struct nft *, const char *name, uint32_t size);

/* A chain to jump to. */
void nft_chain(struct nft *, const char *name);
/*
 * The chain that sees what comes in by an interface, after packet sockets
 * have and before all else does; what no rule accepts is dropped, or not.
 */
void nft_chain_ingress(struct nft *, const char *name, const char *ifname,
    bool drop);
/*
 * For NFPROTO_INET: the chain that sees every IP packet that comes in for this
 * host, before all else of netfilter does, fragments one by one; by an
 * interface that is a bridge's port, or under a VLAN, come only its own.
 */
void nft_chain_prerouting(struct nft *, const char *name);

/*
 * One rule, to the end of a chain: nft_rule(), then what must be true of a
 * frame, then nft_accept(), nft_drop() or nft_jump().
 */
void nft_rule(struct nft *, const char *chain);
/* The ethertype behind the tag that the kernel has taken out. */
void nft_protocol(struct nft *, uint16_t value);
/* Of NFPROTO_INET: NFPROTO_IPV4 or NFPROTO_IPV6. */
void nft_family(struct nft *, uint8_t);
/* It came in by the interface of this index. */
void nft_came_by(struct nft *, uint32_t index);
/*
 * Its destination is no address of that interface, no broadcast and no
 * multicast.  Linux says of an IPv6 multicast address that it is none where no
 * route leads there (Linux, net/ipv6/netfilter/nft_fib_ipv6.c).
 */
void nft_for_others(struct nft *);
/* len (1 to 16) bytes that begin `at` bytes behind this ethertype. */
void nft_bytes(struct nft *, unsigned at, const void *value, unsigned len);
void nft_byte(struct nft *, unsigned at, uint8_t value);
void nft_word(struct nft *, unsigned at, uint16_t value);
/* Some of these bits are set. */
void nft_bits(struct nft *, unsigned at, uint16_t mask);
/* The sender's MAC address is in the set; or is put there. */
void nft_sender_in(struct nft *, const char *set);
void nft_sender_add(struct nft *, const char *set);
void nft_accept(struct nft *);
void nft_drop(struct nft *);
void nft_jump(struct nft *, const char *chain);

/*
 * A socket to commit by, and a name that no other table has: what is unique in
 * it is the socket's.  -1 errno.
 */
int nft_socket(char *name, size_t size);
/*
 * Commits it, all or nothing, as the owner: a socket that is connected to
 * nobody else.  0; -1 errno: EMSGSIZE if it did not fit.
 */
int nft_commit(struct nft *, int fd);
/* What a kernel says that has not all of it. */
bool nft_is_lack(int error);

#endif
