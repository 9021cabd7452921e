/*
 * Interface parameters: what is copied from the real interface to the doll.
 * params.c compares and decides; platform/params_*.c reads and writes.
 */
#ifndef PARAMS_H
#define PARAMS_H

#include "addr.h"

#define PARAMS_ADDRS  64
#define PARAMS_NAME   16

#define PARAM_UP      1
#define PARAM_RUNNING 2

struct param_addr {
	struct addr addr; /* addr_bits: prefix length */
	enum { PARAM_NONE, PARAM_BROADCAST, PARAM_PEER } kind;
	struct addr other; /* broadcast or peer address, by kind */
};

/* One snapshot.  have: which of mac, mtu and addrs are meant. */
struct params {
	char name[PARAMS_NAME];
	int linktype; /* LINK_* */
	unsigned flags; /* PARAM_UP, PARAM_RUNNING */
	bool have_mac, have_mtu, have_addrs;
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t mtu_max; /* what the interface takes; 0: unknown.  Only
			     params_read() fills it */
	int naddrs;
	struct param_addr addrs[PARAMS_ADDRS];
};

/* One change to one interface: the unit of the helper's requests. */
struct param_change {
	enum param_what {
		PARAM_SET_MAC,
		PARAM_SET_MTU,
		PARAM_ADD_ADDR,
		PARAM_DEL_ADDR,
		PARAM_SET_UP,
	} what;
	uint8_t mac[6];
	uint32_t mtu;
	struct param_addr addr;
};

#define PARAMS_CHANGES (2 * PARAMS_ADDRS + 3)

/*
 * Checks a snapshot from a peer: MAC unicast and not zero, MTU between 68
 * and 65535 (larger ones become 65535), addresses unicast with a sane prefix,
 * known families; drops what is wrong, and says how many things it dropped.
 */
int params_validate(struct params *);

/* Whether both say the same, in the same order; mtu_max is not looked at. */
bool params_equal(const struct params *, const struct params *);

/*
 * Sets of addresses, where broadcast addresses make no difference: puts one in
 * (nothing where there is no room), takes one out; both say whether there was
 * one already.
 */
bool params_addr_put(struct params *, const struct param_addr *);
bool params_addr_take(struct params *, const struct param_addr *);

/*
 * What turns `doll` into `want`, in the order to do it: MAC, MTU, addresses
 * to go, addresses to come.  `ours` are the addresses set by earlier calls
 * (naddrs of them; NULL: none): only these are ever removed; what the user
 * put on the doll stays.  The MTU is cut to doll->mtu_max: the caller warns
 * where want->mtu is larger.  Returns the number of changes, at most
 * PARAMS_CHANGES.
 */
int params_diff(const struct params *doll, const struct params *want,
    const struct params *ours, struct param_change *out);

/*
 * Whether this address, with what it makes reachable through the doll, may go
 * on it.  own and peer: the slave's address of this session as the slave and
 * as the master see it (NULL or addr_type 0: unknown, or the doll is in
 * another namespace than the session); local: the prefixes of the other
 * interfaces in the doll's namespace, labels: their interfaces' names.  On
 * false, why is filled with the reason.
 */
struct params_local {
	int n;
	struct {
		struct addr addr;
		char name[PARAMS_NAME];
	} at[256];
};
bool params_addr_allowed(const struct param_addr *, const struct addr *own,
    const struct addr *peer, const struct params_local *, char *why,
    size_t size);

/* "52:54:00:12:34:56, MTU 1500, 192.168.1.1/24": for people; out returned. */
const char *params_print(const struct params *, char *out, size_t size);

/*
 * platform/params_*.c.  Each works in the calling thread's network namespace.
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
 * The addresses of all interfaces but this one (NULL: of all), both families;
 * of a point-to-point interface the peer's too.  EOVERFLOW: there are more
 * than fit.
 */
int params_local(const char *but, struct params_local *out);

/*
 * A descriptor that becomes readable when parameters of some interface in this
 * network namespace may have changed: non-blocking, close-on-exec.  Then
 * params_changed() empties it; true: read them anew.  Linux: rtnetlink; BSDs:
 * PF_ROUTE.
 */
int params_watch(void);
bool params_changed(int watch);

#endif
