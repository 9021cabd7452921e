/*
 * The tap port of the BSDs: tap_bsd.c has the port, tap_acquire.c what the
 * making of dolls has in common; tap_freebsd.c, tap_openbsd.c and tap_netbsd.c
 * have tap_acquire() and what else differs.
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
 * tap_unit.c, where an interface has no other name than its node.  kind: "tap"
 * or "tun".
 *
 * tap_unit_wish(): whether a doll of this kind can have the name; that of the
 * other kind becomes "", the first free one, as the wish was for a doll that
 * has just been made anew for other frames.
 * tap_unit_open(): the descriptor of `name` or of the first free unit.
 */
bool tap_unit_wish(char name[IFNAMSIZ], const char *kind);
int tap_unit_open(int asks, char name[IFNAMSIZ], const char *kind,
    bool *existed, char failed[PLATFORM_CALL]);

/*
 * Each system's: tap_acquire() but for the explanation.  -1: errno, and failed
 * names the call.
 */
int doll_acquire(char name[IFNAMSIZ], int linktype, uint32_t queue,
    bool *existed, char failed[PLATFORM_CALL]);

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
