/* SPDX-License-Identifier: ISC */
/*
 * Interface parameters: what is copied from the real interface to the doll.
 * params.c compares and decides; platform/OS/params.c reads and writes.
 */
#ifndef PARAMS_H
#define PARAMS_H

#include "addr.h"

#define PARAMS_ADDRS  64
#define PARAMS_NAME   16
#define MTU_MIN	      68 /* RFC 791 */
#define MTU_MAX	      65535
#define SPEED_MAX     100000000 /* Mbit/s; above it is no speed */

#define PARAM_UP      1
#define PARAM_RUNNING 2

struct param_addr {
	struct addr addr; /* addr_bits: prefix length */
	enum { PARAM_NONE, PARAM_BROADCAST, PARAM_PEER } kind;
	struct addr other; /* broadcast or peer address, by kind */
};

/* One snapshot.  have_*: whether mac, mtu and addrs are part of it. */
struct params {
	char name[PARAMS_NAME];
	int linktype; /* LINK_* */
	unsigned flags; /* PARAM_UP, PARAM_RUNNING */
	bool have_mac, have_mtu, have_addrs;
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t speed; /* of the link, Mbit/s; 0: unknown */
	bool half_duplex;
	uint32_t mtu_max; /* what the interface takes; 0: unknown.  Only
			     params_read() fills it */
	int naddrs;
	struct param_addr addrs[PARAMS_ADDRS];
	unsigned beyond; /* how many addresses of a peer had no room */
};

/* One change to one interface: the unit of the helper's requests. */
struct param_change {
	enum param_what {
		PARAM_SET_MAC,
		PARAM_SET_MTU,
		PARAM_ADD_ADDR,
		PARAM_DEL_ADDR,
		PARAM_SET_SPEED,
		PARAM_SET_UP,
		PARAM_SET_FIRST, /* mtu (0: as it is) and addr (no type: none)
				    of a doll that is down and has no address
				    yet, by libdnet */
		PARAM_DONE, /* was made together with another one */
	} what;
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t speed; /* and half_duplex */
	bool half_duplex;
	struct param_addr addr;
};

#define PARAMS_CHANGES (2 * PARAMS_ADDRS + 4)

/*
 * Whether an interface can have this name: Linux, net/core/dev.c,
 * dev_valid_name(); the BSDs take more.
 */
bool params_name_ok(const char *name);

/*
 * Checks a snapshot from a peer: MAC unicast and not zero, MTU between 68
 * and 65535 (larger ones become 65535), addresses unicast with a sane prefix,
 * known families.  Removes what is wrong; returns how many things it removed.
 */
int params_validate(struct params *);

/* Removes all that is not copied with -C. */
void params_only_flags(struct params *);

/* Whether both say the same, in the same order, but for mtu_max. */
bool params_equal(const struct params *, const struct params *);

/* Whether two addresses are equal in every field. */
bool params_addr_equal(const struct param_addr *, const struct param_addr *);

/*
 * Put an address into a set, unless the set is full; take one out.  True: the
 * address was in the set, perhaps with another broadcast address.
 */
bool params_addr_put(struct params *, const struct param_addr *);
bool params_addr_take(struct params *, const struct param_addr *);

/*
 * The changes that turn `doll` into `want`, in the order to make them: MAC,
 * MTU, speed where both are known, addresses to remove, addresses to add.
 * `ours` are the addresses that earlier changes added (NULL: none): only these
 * are ever removed; addresses that the user put on the doll stay.  The MTU is
 * cut to doll->mtu_max: the caller warns where want->mtu is larger.  Returns
 * the number of changes, at most PARAMS_CHANGES.
 */
int params_diff(const struct params *doll, const struct params *want,
    const struct params *ours, struct param_change *out);

/* "52:54:00:12:34:56, MTU 1500, 192.168.1.1/24": for people; out returned. */
const char *params_print(const struct params *, char *out, size_t size);

/*
 * platform/OS/params.c.  Each works in the calling thread's network namespace.
 * -1: errno says why; nothing is printed.
 *
 * params_read(): the first PARAMS_ADDRS addresses, IPv4 before IPv6; without
 * those that duplicate address detection has found taken.
 * params_apply(): EAFNOSUPPORT: this family is switched off, on the interface
 * or everywhere; params_no_ip6 says where that is done.
 */
int params_read(const char *ifname, struct params *out);
int params_apply(const char *ifname, const struct param_change *);
extern const char *const params_no_ip6;
/*
 * Labels an interface, for people (Linux: its alias).  A text of our own,
 * "etherpuppet: ...", replaces an earlier one of ours or none, never the
 * user's. Nothing is done on the BSDs.  0, -1 errno.
 */
int params_label(const char *ifname, const char *text);
/*
 * Calls fn for all that this host reaches otherwise than by the interface `but`
 * (NULL: by any interface): the addresses of interfaces, with the peer's of a
 * point-to-point one; then all routes, of every table, and their next hops.
 * Some come more than once.
 */
struct local {
	enum local_kind {
		LOCAL_ADDRESS,
		LOCAL_ROUTE,
		LOCAL_NEXT_HOP,
		LOCAL_NAME_SERVER, /* params_local() knows none */
	} kind;
	struct addr addr; /* addr_bits: length of the prefix */
	char ifname[PARAMS_NAME]; /* the interface to it; "": none */
};
typedef void local_fn(const struct local *, void *arg);
int params_local(const char *but, local_fn *, void *arg);
/* Files that may name this host's name servers; NULL after the last. */
extern const char *const params_resolvers[];

/*
 * A descriptor that becomes readable when parameters of some interface in this
 * network namespace may have changed: non-blocking, close-on-exec.  Then
 * params_changed() empties it; true: the parameters must be read anew.  Linux:
 * rtnetlink; BSDs: PF_ROUTE.
 */
int params_watch(void);
bool params_changed(int watch);

#endif
