/* SPDX-License-Identifier: ISC */
/*
 * The functions of platform/ besides ports (port.h) and parameters (params.h).
 * They need rights: only the helper calls them, unless a comment says
 * otherwise.  -1: errno is set; an argument `failed` gets the name of the
 * failing system call.
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

#define PLATFORM_CALL 32 /* bytes of the name of a failing call */

/*
 * Opens a capture on ifname, which captures nothing yet.  Returns a descriptor:
 * non-blocking, close-on-exec, with a kernel queue of `buffer` bytes.  -1:
 * errno (ENODEV: no such interface), `why` says what failed and the remedy.
 */
int capture_acquire(const char *ifname, uint32_t buffer, char *why,
    size_t size);

/*
 * What a capture hears.  0; -1 errno (ENODEV: the interface is gone; EINVAL:
 * this system has no use for that).
 */
enum capture_control {
	CAPTURE_PROMISC, /* on: frames for other hosts, too */
	CAPTURE_MULTICAST, /* Linux: on: all groups */
	CAPTURE_HEAR, /* Linux: on: all frames that the filter accepts */
	CAPTURE_BIND, /* Linux: to ifname from now on, hearing nothing */
};
int capture_control(int fd, const char *ifname, enum capture_control, bool on);

/*
 * BSDs: makes one of the few ioctl(2)s of a capture that its port needs later,
 * which a sandbox may forbid.  data: its argument, of this size; for BIOCSETF
 * the instructions.  0; -1 errno (EINVAL: none of those).
 */
int capture_ioctl(int fd, unsigned long number, void *data, size_t size);

/*
 * BSDs: what a port must know of its interface, which FreeBSD's sandbox hides
 * from it.  0; -1 errno (ENODEV: there is no such interface).
 */
struct interface_look {
	bool up, carrier, loopback;
	bool have_mac;
	uint8_t mac[6];
	uint64_t dropped; /* frames, by its full queue; NetBSD: 0 */
};
int interface_look(const char *ifname, struct interface_look *);

/* What a user can do when the kernel refuses a filter: "; see ...", or "". */
const char *capture_remedy(int error);

/*
 * A libpcap handle to compile expressions with, for a capture's filter on this
 * Ethernet interface.  NULL: why is filled.
 */
struct pcap *filter_handle(const char *ifname, char *why, size_t size);

/*
 * Whether this kernel knows all instructions of a filter; false: why is filled.
 */
bool filter_known(const struct bpf_program *, char *why, size_t size);

/*
 * Exclusive mode (-x): makes this host deaf on ifname.  Returns a descriptor,
 * close-on-exec.  While it is open, only TCP between these end points, ARP and
 * neighbour discovery reach the host's own stack by ifname; captures hear
 * everything.  npairs 0: only tries whether that is possible.  -1: `why` says
 * what failed and the remedy; ENODEV: there is no such interface now.
 */
int exclusive_acquire(const char *ifname, int linktype,
    const struct filter_pair *pairs, int npairs, char *why, size_t size);

/*
 * Makes a doll of this link type in the calling thread's network namespace.
 * Returns its descriptor: non-blocking, close-on-exec.  name[16]: the wanted
 * name, or "" for the first free of puppet0, puppet1, ...; gets the name of the
 * doll.  Where the system can, its queue has `queue` frames and its carrier is
 * off.  *existed: it was a persistent interface before.  -1: errno, `why` says
 * what failed and the remedy.
 *
 * tap_view() fills two descriptors by which the owner of a doll without rights
 * looks at the dolls of the calling thread's network namespace: -1, or a socket
 * for ioctl(2), and (Linux) the list of devices.
 *
 * tap_silence(), while the doll is down: from now on the kernel sends nothing
 * on it by itself (no IPv6 autoconfiguration).
 */
int tap_acquire(char name[16], int linktype, uint32_t queue, bool *existed,
    char *why, size_t size);
void tap_view(int fds[2]);
void tap_silence(const char *name);

/*
 * Removes the doll of the last tap_acquire(), on systems where it outlives its
 * descriptor.  The caller must have closed the descriptor.
 */
void tap_release(void);

/*
 * Keeps this host apart from its doll.  Returns a descriptor, close-on-exec.
 * While it is open, an IP packet that comes in by the interface of this index
 * reaches the host's stack only if it is for an address of that interface,
 * broadcast or multicast; deaf: no packet does.  Captures hear everything;
 * a bridge or VLANs on the interface work as before.  `why` is "", or says what
 * stays open all the same.  -1: `why` says what failed and the remedy.
 */
int fence_acquire(unsigned index, bool deaf, char *why, size_t size);

/*
 * The index of the interface by which packets to this address leave now, by the
 * routing policy for packets of no particular socket.  0: there is no route, or
 * it cannot be known.
 */
unsigned way_index(const struct addr *to);
/*
 * Binds a connected socket to that interface, against the routes.  0; -1 errno.
 */
int way_hold(int fd, unsigned index);

/*
 * Network namespaces.
 * netns_open(): a descriptor of the named one, which is made if it is missing
 * (*made).  netns_find(): the same, but never makes one.
 * netns_same(): whether two descriptors are of one namespace.
 * netns_remove(): removes one that netns_open() made.
 * netns_enter(): moves the calling thread there; returns a descriptor.
 * netns_leave(): moves it back with that descriptor and closes it.
 * Systems without namespaces: -1, ENOTSUP; netns_recipe tells the user what to
 * do instead (NULL on Linux).
 */
int netns_open(const char *name, bool *made, char failed[PLATFORM_CALL]);
int netns_find(const char *name);
bool netns_same(int, int);
int netns_enter(int ns);
void netns_leave(int back);
int netns_remove(const char *name);
extern const char *const netns_recipe;

/*
 * process_arguments(): returns the arguments that main() shall use from now on;
 * process_title(): ps(1) and top(1) show "etherpuppet: NAME" for this process.
 */
char **process_arguments(int argc, char *argv[]);
void process_title(const char *name);

#define PLATFORM_WHY 512

/*
 * Takes all rights from this process for good: its user, its capabilities, its
 * files, and on Linux all system calls that it does not need.  0: why is "", or
 * lists what this system lacks; -1: why says what failed and the remedy.
 */
struct sandbox {
	enum {
		SANDBOX_SLAVE,
		SANDBOX_MASTER,
		SANDBOX_COMPILER, /* only computes, and writes the result */
		SANDBOX_RESOLVER, /* keeps files and system calls */
	} what;
	const char *user; /* -Z; NULL: _etherpuppet, else nobody */
	int channel; /* to the helper */
};
int sandbox_enter(const struct sandbox *, char *why, size_t size);

/* In a child: closes this descriptor and all above it. */
void descriptors_close(int from);

/*
 * Makes an empty resolv.conf for the programs in a named namespace if there is
 * none: without it a DHCP client there would write into this host's.  Returns
 * what was made, for netns_resolver_remove(); 0: nothing.  The latter removes
 * only an empty file.
 */
int netns_resolver(const char *name, char failed[PLATFORM_CALL]);
void netns_resolver_remove(const char *name, int made);

#endif
