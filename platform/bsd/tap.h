/*
 * The tap port of the BSDs: tap.c has the port, tap_acquire.c what the
 * making of dolls has in common; freebsd/tap.c, openbsd/tap.c and netbsd/tap.c
 * have doll_acquire() and what else differs.
 */
#ifndef TAP_BSD_H
#define TAP_BSD_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "../common/acquire.h"

/* Opens /dev/NODE, non-blocking as far as the system looks at that.  -1. */
int tap_node(const char *node, char failed[PLATFORM_CALL]);

/* IFF_*; -1: there is no such interface.  asks: any socket. */
int tap_flags(int asks, const char *ifname);

/*
 * This interface of ours outlives its descriptor: tap_release() shall take it
 * away.
 */
void tap_leave(const char *ifname);

/*
 * Behind the close: waits until one that goes with it has given up its name,
 * but not for ever.
 */
void tap_await_end(const char *ifname, unsigned index);

/*
 * Where an interface has no other name than its node: the descriptor of `name`,
 * or of the first free unit of this kind ("tap", "tun").
 */
int tap_unit_open(int asks, char name[IFNAMSIZ], const char *kind,
    bool *existed, char failed[PLATFORM_CALL]);

/*
 * Each system's: tap_acquire() for a name that can be had.  asks: any socket.
 * -1: errno, and failed names the call.
 */
int doll_acquire(int asks, char name[IFNAMSIZ], int linktype, uint32_t queue,
    bool *existed, char failed[PLATFORM_CALL]);

/* Neighbour discovery of a doll: flags (ND6_IFF_*) to take away and to set. */
void tap_silence_ip6(const char *ifname, uint32_t off, uint32_t on);

/* What helps when doll_acquire() fails so; the last one has error 0. */
struct tap_remedy {
	int error;
	const char *text;
};
extern const struct tap_remedy tap_remedies[];

/* The largest frame that write(2) takes. */
uint32_t tap_maxframe(int linktype);

/* How a user can lengthen the doll's queue, for a message; "": no way. */
extern const char tap_queue_remedy[];

/* Why the doll's queue does not have this length; NULL: it has. */
const char *tap_queue_why(const char *ifname, uint32_t queue);

/* How many frames found its queue full. */
uint64_t tap_drops(const char *ifname);

/*
 * Follows a new name.  index: what it had, asks: any socket; false: this is
 * another interface by now, or shall be destroyed.
 */
bool tap_follow(int fd, int asks, char ifname[IFNAMSIZ], unsigned index);

#endif
