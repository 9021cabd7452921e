/* SPDX-License-Identifier: ISC */
/*
 * A port: the interface between the relay and platform/.
 *
 * Theory of operation.  A port is one end that carries whole link-layer
 * frames: a capture on a real interface, a tap, a file.  It moves batches.  The
 * memory of received frames belongs to the port; the caller may read and write
 * it until the port's next recv, setfilter, attach or detach.  Every port keeps
 * these rules:
 *
 *  - send leaves source addresses as they are; VLAN tags are in the frame;
 *  - a frame that this port sent never comes back from recv;
 *  - recv gives all other frames of the interface, those of the host included;
 *  - the filter is in place before the first frame can be queued; after a
 *    change of filter recv gives no frame that the old filter has judged;
 *  - a frame is never delivered truncated: it is dropped and counted;
 *  - the loop reads fd, events and more in every turn; only the port's own
 *    functions change them.
 *
 * A port has two tables.  The loop calls struct port_ops, which moves frames.
 * struct port_control changes what the port hears or is; for each call of the
 * kernel that needs a right it asks the helper (privilege/helper.h).
 *
 * There are two link types.  Some systems put a header before raw IP: the port
 * removes and adds it (the first four bits of a packet tell IPv4 from IPv6).
 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "privilege/platform.h"

#define LINK_ANY      0 /* not known yet */
#define LINK_ETHERNET 1 /* LINKTYPE_ETHERNET */
#define LINK_RAW      101 /* LINKTYPE_RAW: IPv4 or IPv6, no link header */

#define FRAME_MIN     14
#define FRAME_MAX     65557 /* Ethernet, two VLAN tags, 65535 bytes of IP */
#define FRAME_BATCH   256 /* frames in one batch, at most */
#define PORT_WHY      512 /* bytes of a text: why there is no descriptor */
#define PORT_SLAB     (512 * 1024) /* bytes a port has for received frames */

/*
 * The work on a frame that its sender has left to the next system: checksum and
 * segmentation.  Terms of the virtio-net header (OASIS virtio 1.2, 5.1.6), in
 * host byte order.  All zero: nothing is left to do.
 */
struct offload {
	uint8_t flags;
	uint8_t gso;
	uint16_t hdr_len;
	uint16_t gso_size;
	uint16_t csum_start;
	uint16_t csum_offset;
};
#define OFFLOAD_CSUM	   1 /* flags: complete the checksum */
#define OFFLOAD_CSUM_VALID 2 /* flags: already verified */
#define OFFLOAD_TCP4	   1 /* gso */
#define OFFLOAD_UDP_FRAG   3
#define OFFLOAD_TCP6	   4
#define OFFLOAD_UDP	   5
/* gso, or'ed to TCP4 or TCP6: each segment, the first segment has CWR set */
#define OFFLOAD_ACCECN 0x10
#define OFFLOAD_ECN    0x80

/* The undone work of frames that an end accepts. */
#define CAP_CSUM 1
#define CAP_TSO4 2 /* with ECN */
#define CAP_TSO6 4
#define CAP_USO	 8 /* UDP segmentation, IPv4 and IPv6 */
#define CAP_ALL	 (CAP_CSUM | CAP_TSO4 | CAP_TSO6 | CAP_USO)
/* The same inside a UDP tunnel.  16 has another meaning in HELLO. */
#define CAP_TUNNEL 32

/*
 * What a kernel must know, beside struct offload, of a frame with segmentation
 * in a UDP tunnel.
 */
struct tunnel {
	bool ip6; /* the outer IP header is IPv6 */
	bool csum; /* the outer UDP header has a checksum */
	uint16_t udp; /* where the outer UDP header is; 0: no tunnel */
	uint16_t inner; /* where the inner IP header is */
};

struct frame {
	uint8_t *data;
	uint32_t len;
	struct offload off;
	uint64_t when_ns; /* time of capture, since 1970; 0: unknown */
	bool outbound; /* the host itself sent it */
	struct tunnel tunnel; /* flow_fill() sets it for send, if off.gso */
};

struct port_config {
	const char *name; /* of the interface, which the helper knows from the
			     command line; tap: NULL for puppet0, ... */
	int linktype; /* tap: LINK_RAW makes a tun; LINK_ANY a tap */
	uint32_t buffer; /* capture: bytes for the kernel's queue; 0: 8 MiB */
	uint32_t queue; /* tap: frames in the doll's queue; 0: 1000 */
	const char *netns; /* tap: network namespace or NULL */
	const char *output; /* file: its path; "-": standard output */
};

struct port_counters {
	uint64_t dropped; /* by the kernel, before recv */
	uint64_t filtered; /* left out by the filter: see setbase */
	uint64_t left; /* queued, and thrown away by detach */
	uint64_t refused, refused_bytes; /* by the interface, at send */
	uint64_t invalid; /* truncated, or with an impossible offload header */
	int refused_errno;
};

struct port {
	const struct port_ops *ops; /* NULL: closed */
	const struct port_control *control;
	int fd; /* -1: nothing to poll */
	short events; /* poll(2) for these before recv, POLLIN as a rule */
	char name[64];
	int linktype; /* LINK_ETHERNET or LINK_RAW once open */
	bool existed; /* tap: it was there before, and is the user's */
	uint32_t maxframe; /* bytes of the largest frame that send takes */
	unsigned caps; /* CAP_*: undone work that send accepts */
	bool more; /* recv has frames, although poll(2) does not say so */
	struct port_counters count;
	void *state;
};

/* What tick finds. */
enum port_event {
	PORT_SAME,
	PORT_DOWN, /* interface down, or gone */
	PORT_UP, /* up again, or attached anew */
	PORT_OVER, /* a file that cannot be written any more: errno */
	PORT_REMADE, /* doll gone: the owner closes the port and opens it
			again; until then fd is -1 and what is sent is counted
			as refused */
	PORT_MOVED, /* doll in another network namespace: frames pass, but
		       this process cannot configure it there */
};

/* NULL: this kind of port has nothing to do then. */
struct port_ops {
	/* how a user can lengthen the kernel's queue, for a message; NULL or
	 * "": no way */
	const char *queue_remedy;
	uint64_t pause_ns; /* the longest pause of struct poll_pause; 0: none */
	/* Returns the number of frames; 0: none now; -1 errno */
	int (*recv)(struct port *, struct frame *, int max);
	/*
	 * Returns how many were taken.  Fewer than n: errno is EAGAIN, call
	 * again after POLLOUT.  -1 errno: the port has failed.  A frame that
	 * the interface refuses is taken, see port_refused().
	 */
	int (*send)(struct port *, struct frame *, int n);
	/*
	 * A session begins, ends; nothing is queued while detached.  detach
	 * throws away queued frames and counts them as left.  title, for a
	 * file: the name of the interface that frames come from, printable;
	 * NULL: unknown.
	 */
	int (*attach)(struct port *, const char *title);
	void (*detach)(struct port *);
	/*
	 * Called about once a second, and at once when params_watch() tells of
	 * a change: finds out what the system does not announce on fd, such as
	 * a new name, and logs it.
	 */
	enum port_event (*tick)(struct port *);
	void (*stats)(struct port *); /* refreshes dropped and filtered */
	void (*close)(struct port *); /* accepts a half-open port */
};

enum port_setting {
	PORT_PROMISC, /* capture: hear frames for other hosts, too */
	PORT_CARRIER, /* tap: the doll has carrier */
	PORT_LARGE, /* capture: from the next attach on, most frames are of a
		       full MTU */
};

/* 0; -1 errno.  NULL: this kind of port has nothing to do then. */
struct port_control {
	const struct port_ops *ops;
	/* -1: it has logged why, with object and call */
	int (*open)(struct port *, const struct port_config *);
	/* Replaces the filter; after open all frames pass.  The program stays
	 * the caller's. */
	int (*setfilter)(struct port *, const struct bpf_program *);
	/*
	 * From now on the port counts as filtered the frames that this program
	 * accepts and the filter refuses; program NULL: it counts none.  Called
	 * before setfilter; costs time for each frame.  A port without this
	 * function cannot count them.
	 */
	int (*setbase)(struct port *, const struct bpf_program *);
	/* A setting that this kind of port does not have changes nothing. */
	int (*set)(struct port *, enum port_setting, bool on);
	/*
	 * CAP_*: undone work that the other end of the session accepts.  recv
	 * may still give frames with more, which were queued before.
	 */
	int (*offloads)(struct port *, unsigned caps);
};

extern const struct port_control port_capture; /* platform/OS/capture.c */
extern const struct port_control port_tap; /* platform/OS/tap.c */
extern const struct port_control port_file; /* src/port/file.c */

/* Opens a port of this kind.  0; -1: it has logged why. */
int port_open(struct port *, const struct port_control *,
    const struct port_config *);
/* Closes it; harmless on a port that is all zero or closed. */
void port_close(struct port *);

/* Call the function of a table, if there is one. */
int port_setfilter(struct port *, const struct bpf_program *);
/* -1, ENOTSUP: this kind of port cannot count. */
int port_setbase(struct port *, const struct bpf_program *);
int port_set(struct port *, enum port_setting, bool on);
int port_offloads(struct port *, unsigned caps);
void port_detach(struct port *);
enum port_event port_tick(struct port *);
void port_stats(struct port *);

/*
 * For backends: ask the helper for a descriptor, see capture_acquire() and
 * tap_acquire().  -1: errno, why is filled (PORT_WHY bytes at most).
 *
 * port_get_capture(): returns one for the interface of the command line.
 * port_get_tap(): fills the port's fd, name, existed and linktype, and two
 * descriptors of tap_view().
 */
int port_get_capture(uint32_t buffer, char *why, size_t size);
int port_get_tap(struct port *, int linktype, uint32_t queue, int view[2],
    char *why, size_t size);
/* capture_control() of such a capture by the helper.  0; -1 errno. */
int port_control_capture(int fd, enum capture_control, bool on);
/* capture_ioctl() likewise; of a descriptor that is this process's own, here.
 */
int port_ioctl_capture(int fd, unsigned long number, void *data, size_t size);
/* interface_look() at the interface by the helper.  0; -1 errno. */
int port_look(struct interface_look *);
/* Closes such a capture, here and in the helper. */
void port_put_capture(int fd);

/* For backends: the interface has this name now; logs it if it is new. */
void port_rename(struct port *, const char *name);

/*
 * For taps: logs once that the doll is gone, and closes fd.  From then on recv
 * returns -1, tick returns PORT_REMADE, and send counts frames as refused.
 */
void port_gone(struct port *);

/*
 * For backends: logs how a real interface has changed from one tick (was) to
 * the next (now), and returns the tick's event.  anew: it is another interface.
 */
enum port_link {
	PORT_LINK_UP,
	PORT_LINK_IDLE, /* no carrier */
	PORT_LINK_DOWN,
	PORT_LINK_GONE,
};
enum port_event port_link_event(const struct port *, enum port_link was,
    enum port_link now, bool anew);

/*
 * For backends: count a frame that the interface refused.  port_refused() also
 * logs it, one line per errno and minute, with a remedy (or NULL).
 */
void port_count_refused(struct port *, const struct frame *, int error);
void port_refused(struct port *, const struct frame *, int error,
    const char *remedy);

#endif
