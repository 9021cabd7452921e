/* SPDX-License-Identifier: ISC */
/*
 * The tap port of the BSDs.  tap.c has the port; tap_acquire.c makes dolls;
 * freebsd/tap.c, openbsd/tap.c and netbsd/tap.c have doll_acquire() and other
 * functions that differ.  sock is any socket, for ioctl(2).
 */
#ifndef TAP_BSD_H
#define TAP_BSD_H

#include <sys/socket.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "../common/acquire.h"

/* ---- tap_acquire.c ---- */

/* Opens /dev/NODE, non-blocking if the system heeds that.  -1 errno. */
int tap_node(const char *node, char failed[PLATFORM_CALL]);

/* Returns IFF_*; -1: there is no such interface. */
int tap_flags(int sock, const char *ifname);

/* From now on tap_release() destroys this interface. */
void tap_leave(const char *ifname);

/*
 * After the close of an interface that goes with its descriptor: waits until
 * its name is free, for two seconds at most.
 */
void tap_await_end(const char *ifname, unsigned index);

/*
 * For systems where an interface has the name of its node: opens `name', or
 * (name "") the first free unit of this kind ("tap", "tun").  -1 errno, failed
 * names the call.
 */
int tap_unit_open(int sock, char name[IFNAMSIZ], const char *kind,
    bool *existed, char failed[PLATFORM_CALL]);

/* Clears and sets flags of a doll's neighbour discovery (ND6_IFF_*). */
void tap_silence_ip6(const char *ifname, uint32_t clear, uint32_t set);

/* How many frames the doll's full queue dropped (NetBSD: netbsd/tap.c). */
uint64_t tap_drops(const char *ifname);

/* ---- each system's tap.c ---- */

/*
 * tap_acquire() for a name that this system can give.  -1 errno, failed names
 * the call.
 */
int doll_acquire(int sock, char name[IFNAMSIZ], int linktype, uint32_t queue,
    bool *existed, char failed[PLATFORM_CALL]);

/* A remedy for each errno of doll_acquire(); the last entry has 0. */
struct tap_remedy {
	int error;
	const char *text;
};
extern const struct tap_remedy tap_remedies[];

/* Bytes of the largest frame that write(2) takes. */
uint32_t tap_maxframe(int linktype);

/* How a user can lengthen the doll's queue, for a message; "": no way. */
extern const char tap_queue_remedy[];

/* Why the doll's queue does not have this length; NULL: it has. */
const char *tap_queue_why(const char *ifname, uint32_t queue);

/*
 * Puts the interface's present name into ifname.  index: of the interface that
 * was opened.  False: the descriptor belongs to another interface now, or
 * somebody waits until this one is destroyed.
 */
bool tap_follow(int fd, int sock, char ifname[IFNAMSIZ], unsigned index);

#endif
