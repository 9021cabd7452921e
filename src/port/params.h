/* SPDX-License-Identifier: ISC */
/*
 * Interface parameters, which are copied from the real interface to the doll.
 * params.c checks and compares; platform/OS/params.c reads and sets.
 */
#ifndef PARAMS_H
#define PARAMS_H

#include "addr.h"

#define PARAMS_ADDRS	 64
#define PARAMS_NAME	 16
#define MTU_MIN		 68 /* RFC 791 */
#define MTU_MAX		 65535
#define PARAMS_SPEED_MAX 100000000 /* Mbit/s; a larger number means unknown */

#define PARAM_UP	 1
#define PARAM_RUNNING	 2

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
	uint32_t mtu_max; /* the largest MTU it can have; 0: unknown.  Only
			     params_read() sets it */
	int naddrs;
	struct param_addr addrs[PARAMS_ADDRS];
	unsigned beyond; /* addresses from a peer that had no room */
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
		PARAM_SET_FIRST, /* by one call of libdnet: mtu (0: keep it) and
				    addr (no type: none) of a doll that is down
				    and has no address */
		PARAM_DONE, /* another change has included it */
	} what;
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t speed; /* Mbit/s; with half_duplex */
	bool half_duplex;
	struct param_addr addr;
};

#define PARAMS_CHANGES (2 * PARAMS_ADDRS + 4)

/*
 * Whether an interface can have this name, by Linux's rules (net/core/dev.c,
 * dev_valid_name()); the BSDs accept more.
 */
bool params_name_ok(const char *name);

/*
 * Checks a snapshot from a peer: MAC unicast and not zero, MTU between 68
 * and 65535 (larger ones become 65535), addresses unicast with a sane prefix,
 * known families.  Removes what is wrong; returns how many things it removed.
 */
int params_validate(struct params *);

/* For -C: keeps name, link type and flags, removes the rest. */
void params_only_flags(struct params *);

/* Whether both are equal, addresses in the same order; mtu_max may differ. */
bool params_equal(const struct params *, const struct params *);

/* Whether two addresses are equal in every field. */
bool params_addr_equal(const struct param_addr *, const struct param_addr *);

/*
 * Put an address into params->addrs, unless they are full; take one out.  True:
 * the address was there, perhaps with another broadcast address.
 */
bool params_addr_put(struct params *, const struct param_addr *);
bool params_addr_take(struct params *, const struct param_addr *);

/*
 * The changes that turn `doll` into `want`, in the order to make them: MAC,
 * MTU, speed where both are known, addresses to remove, addresses to add.
 * `ours` are the addresses that earlier changes added (NULL: none): only these
 * are ever removed; addresses that the user put on the doll stay.  The MTU is
 * cut to doll->mtu_max: the caller must warn if want->mtu is larger.  Returns
 * the number of changes, at most PARAMS_CHANGES.
 */
int params_diff(const struct params *doll, const struct params *want,
    const struct params *ours, struct param_change *out);

/* Writes "52:54:00:12:34:56, MTU 1500, 192.168.1.1/24"; returns out. */
const char *params_print(const struct params *, char *out, size_t size);

/*
 * platform/OS/params.c.  Each works in the calling thread's network namespace.
 * -1: errno says why; nothing is printed.
 *
 * params_read(): gives the first PARAMS_ADDRS addresses, IPv4 before IPv6, but
 * none that duplicate address detection has found at another host.
 * params_apply(): EAFNOSUPPORT: this family is switched off, on the interface
 * or everywhere; params_no_ip6 names the setting, for a message.
 */
int params_read(const char *ifname, struct params *out);
int params_apply(const char *ifname, const struct param_change *);
extern const char *const params_no_ip6;
/*
 * Labels an interface, for people (Linux: its alias; BSDs: does nothing).  The
 * text is "etherpuppet: ..."; it replaces only such a text or none, never a
 * label of the user's.  0; -1 errno.
 */
int params_label(const char *ifname, const char *text);
/*
 * Calls fn for each destination that this host reaches by another interface
 * than `but` (NULL: by any): the addresses of interfaces, and the peer's of a
 * point-to-point one; then the routes of all tables and their next hops.  Some
 * come more than once.
 */
struct local {
	enum local_kind {
		LOCAL_ADDRESS,
		LOCAL_ROUTE,
		LOCAL_NEXT_HOP,
		LOCAL_NAME_SERVER, /* never from params_local() */
	} kind;
	struct addr addr; /* addr_bits: length of the prefix */
	char ifname[PARAMS_NAME]; /* the interface that leads there; "": none */
};
typedef void local_fn(const struct local *, void *arg);
int params_local(const char *but, local_fn *fn, void *arg);
/* Files that may name this host's name servers; NULL after the last. */
extern const char *const params_resolvers[];

/*
 * params_watch(): a descriptor that becomes readable when parameters of an
 * interface in this network namespace may have changed: non-blocking,
 * close-on-exec (Linux: rtnetlink; BSDs: PF_ROUTE).  params_changed() empties
 * it; true: the parameters must be read again.
 */
int params_watch(void);
bool params_changed(int watch);

#endif
