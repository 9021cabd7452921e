/* SPDX-License-Identifier: ISC */
/*
 * What platform/ offers besides the ports (port.h) and the parameters
 * (params.h).  The functions here need rights: only the helper calls them,
 * where nothing else is said.  Those that return -1 set errno and, where they
 * have it, put the name of the failing system call into `failed`.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct bpf_program;
struct filter_pair;
struct pcap;

#define PLATFORM_CALL 32 /* room for the name of a failing call */

/*
 * A descriptor for a capture on ifname: non-blocking, close-on-exec, its
 * kernel queue of `buffer` bytes, not yet hearing anything.  -1: errno (ENODEV:
 * there is no such interface), `why` says what failed and the remedy.
 */
int capture_acquire(const char *ifname, uint32_t buffer, char *why,
    size_t size);

/* What a user can do when a capture refuses a filter: "; see ...", or "". */
const char *capture_remedy(int error);

/*
 * A handle to compile expressions with, for frames as a capture on this
 * Ethernet interface shows them to its filter.  NULL: why is filled.
 */
struct pcap *filter_handle(const char *ifname, char *why, size_t size);

/*
 * Whether this kernel knows all instructions of a filter; false: why is filled.
 */
bool filter_known(const struct bpf_program *, char *why, size_t size);

/*
 * Makes this host deaf on ifname.  Returns a descriptor, close-on-exec.  While
 * it is open nothing that comes in by ifname reaches the host's own stack,
 * except TCP between these end points and what such TCP needs (ARP, neighbour
 * discovery); captures hear everything.  npairs 0:
 * only tries whether it could be done.  -1: `why` says what failed and the
 * remedy; ENODEV: there is no such interface now.
 */
int exclusive_acquire(const char *ifname, int linktype,
    const struct filter_pair *pairs, int npairs, char *why, size_t size);

/*
 * The descriptor of a doll of this link type, non-blocking, close-on-exec.
 * name[16]: what is wanted, "" for the first free of puppet0, puppet1, ...;
 * it is overwritten with what was made.  Its queue has `queue` frames where
 * that can be had, its carrier is off where there is one; *existed: it was a
 * persistent interface before.  Works in the calling thread's network
 * namespace.  -1: errno, `why` says what failed and the remedy.
 *
 * tap_silence(), while the doll is down: the kernel sends nothing on it by
 * itself when it is configured (no IPv6 autoconfiguration).
 */
int tap_acquire(char name[16], int linktype, uint32_t queue, bool *existed,
    char *why, size_t size);
void tap_silence(const char *name);

/*
 * Removes the doll of the last tap_acquire() where it outlives its descriptor.
 * The descriptor must be closed before.
 */
void tap_release(void);

/*
 * Keeps this host apart from its doll.  Returns a descriptor, close-on-exec.
 * While it is open an IP packet that comes in by the interface of this index
 * reaches the host's stack only if it is for an address of that interface,
 * broadcast or multicast; deaf: no packet does.  Captures hear everything;
 * bridge ports and VLANs on the interface go on.  `why` is "", or says what
 * stays open all the same.  -1: `why` says what failed and the remedy.
 */
int fence_acquire(unsigned index, bool deaf, char *why, size_t size);

/*
 * The index of the interface by which packets for this host leave now (routing
 * policy for packets of no particular socket); 0: there is no route, or it
 * cannot be known.
 */
unsigned way_index(const struct addr *to);
/*
 * Binds a connected socket to that interface, whatever the routes say; needs no
 * right on a socket that is not bound yet (Linux 5.7).  0; -1 errno.  Only the
 * relay calls it: the descriptor is its own.
 */
int way_hold(int fd, unsigned index);

/*
 * Network namespaces.  netns_open(): a descriptor of the named one, made if it
 * is missing (*made).  netns_enter(): moves the calling thread there and
 * returns a descriptor, with which netns_leave() comes back; it closes it.
 * netns_find(): as netns_open(), but never makes one.  netns_same(): two
 * descriptors are of one namespace.
 * netns_remove(): takes away one that netns_open() made.  Systems without
 * them: -1, ENOTSUP; netns_recipe says what to do instead there (NULL on
 * Linux).
 */
int netns_open(const char *name, bool *made, char failed[PLATFORM_CALL]);
int netns_find(const char *name);
bool netns_same(int, int);
int netns_enter(int ns);
void netns_leave(int back);
int netns_remove(const char *name);
extern const char *const netns_recipe;

/* In a child: closes this descriptor and all above it. */
void descriptors_close(int from);

/*
 * Makes an empty resolv.conf for the programs in a named namespace where there
 * is none; without it a DHCP client there would write into this host's.  Not 0:
 * what was made, for netns_resolver_remove(), which removes an empty file only.
 */
int netns_resolver(const char *name, char failed[PLATFORM_CALL]);
void netns_resolver_remove(const char *name, int made);

#endif
