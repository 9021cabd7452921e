/* SPDX-License-Identifier: ISC */
/*
 * The tap port of the BSDs: tap.c has the port, tap_acquire.c what the three
 * have in common in making dolls; freebsd/tap.c, openbsd/tap.c and netbsd/tap.c
 * have doll_acquire() and what else differs.  sock is any socket, for ioctl(2).
 */
#ifndef TAP_BSD_H
#define TAP_BSD_H

#include <sys/socket.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "../common/acquire.h"

/* ---- tap_acquire.c ---- */

/* Opens /dev/NODE, non-blocking where the system heeds that.  -1 errno. */
int tap_node(const char *node, char failed[PLATFORM_CALL]);

/* IFF_*; -1: there is no such interface. */
int tap_flags(int sock, const char *ifname);

/* Has tap_release() destroy this interface, which outlives its descriptor. */
void tap_leave(const char *ifname);

/*
 * After the close: waits until the interface, which goes with its descriptor,
 * has given up its name, for two seconds at most.
 */
void tap_await_end(const char *ifname, unsigned index);

/*
 * Where an interface has the name of its node: opens `name`, or (name "") the
 * first free unit of this kind ("tap", "tun").  -1: errno, and failed names the
 * call.
 */
int tap_unit_open(int sock, char name[IFNAMSIZ], const char *kind,
    bool *existed, char failed[PLATFORM_CALL]);

/* Neighbour discovery of a doll: flags (ND6_IFF_*) to clear and to set. */
void tap_silence_ip6(const char *ifname, uint32_t clear, uint32_t set);

/* How many frames found the doll's queue full (NetBSD's is in netbsd/tap.c). */
uint64_t tap_drops(const char *ifname);

/* ---- each system's tap.c ---- */

/*
 * tap_acquire() for a name that this system can give.  -1: errno, and failed
 * names the call.
 */
int doll_acquire(int sock, char name[IFNAMSIZ], int linktype, uint32_t queue,
    bool *existed, char failed[PLATFORM_CALL]);

/* What helps when doll_acquire() fails with this errno; the last has 0. */
struct tap_remedy {
	int error;
	const char *text;
};
extern const struct tap_remedy tap_remedies[];

/* The largest frame that write(2) takes. */
uint32_t tap_maxframe(int linktype);

/* How a user can lengthen the doll's queue, for a message; "": no way. */
extern const char tap_queue_remedy[];

/* Why the doll's queue does not have this length; NULL: it does. */
const char *tap_queue_why(const char *ifname, uint32_t queue);

/*
 * Puts the interface's present name into ifname.  index: of the interface that
 * was opened.  False: the descriptor is another interface's by now, or somebody
 * waits for this one to be destroyed.
 */
bool tap_follow(int fd, int sock, char ifname[IFNAMSIZ], unsigned index);

#endif
