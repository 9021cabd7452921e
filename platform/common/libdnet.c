/* SPDX-License-Identifier: ISC */
/*
 * libdnet's src/intf.c (1.12 to 1.18.2) reads the following wrong or not at
 * all; each system's params.c must correct it:
 *
 *  - intf_open() fails on a kernel without IPv6 (EAFNOSUPPORT; libdnet expects
 *    EPROTONOSUPPORT); on Linux since 1.16.  intf_get() fails with EINVAL in a
 *    Linux network namespace without any IPv4 address, after it has read flags,
 *    MTU and MAC; and on Linux for interfaces with broadcast whose link address
 *    is not of Ethernet, after flags and MTU;
 *  - further IPv4 addresses have the first one's mask or none; no address has
 *    its broadcast address, and only the first one has its peer;
 *  - all addresses of all interfaces (Linux: the IPv4 ones) are read into 4192
 *    bytes; addresses that do not fit are left out without an error;
 *  - addresses that duplicate address detection has found at another host are
 *    not marked;
 *  - on Linux IPv6 addresses are read from /proc/net/if_inet6, and none of
 *    interfaces whose index has more than two hexadecimal digits;
 *  - on the BSDs IPv6 addresses have no prefix length, and link-local ones may
 *    contain the interface's index.
 *
 * Side effects of intf_set():
 *
 *  - it deletes addresses, on Linux by labels that it makes up from the first
 *    eleven letters of the name, which may be another interface's.  If the
 *    interface has no address it deletes none;
 *  - on Linux an address has the mask of its class (10.0.0.1/8) for a moment:
 *    while the interface is down, that adds no route;
 *  - it computes the broadcast address from the mask, even for /31 and /32;
 *  - if a call fails, the settings made before it stay;
 *  - at its end it sets IFF_UP and IFF_NOARP as the caller wants: an interface
 *    that somebody raises meanwhile is down again.  Linux's params.c checks for
 *    that; on the BSDs an address raises the interface, too, so nothing tells
 *    who did it.
 *
 * On the BSDs it cannot set intf_addr.  FreeBSD's kernel has no SIOCSIFADDR
 * and SIOCSIFNETMASK any more (sys/netinet/in.c, in_control(): EINVAL);
 * NetBSD's takes no mask before an address (in_control(): EADDRNOTAVAIL);
 * OpenBSD's takes the address, with the mask of its class and a route, raises
 * the interface, and refuses the mask (in_sa2sin(): EINVAL), because libdnet
 * makes it 4 to 14 bytes long instead of 16 (addr_btos()).  So we set the
 * address as an alias: intf_set() sets each alias with its mask by one call
 * (SIOCAIFADDR).  NetBSD accepts that; OpenBSD does if the mask is at least 8
 * bytes long (/20, but not /24: EINVAL); FreeBSD never does
 * (in_aifaddr_ioctl(): EINVAL).  But the call has one field for broadcast
 * address and peer, and intf_set() writes the broadcast address into it: a
 * point-to-point interface gets its address by the system's own call.
 *
 * On the BSDs each intf_get() of an interface with broadcast binds a BPF
 * descriptor to it, for its MAC.
 *
 * libdnet's sockets are not close-on-exec: a handle lives within one function.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "interface.h"
#include "libdnet.h"

/* intf_get(3) leaves the last place empty. */
#define PLACES (PARAMS_ADDRS + 1)

union entry {
	struct intf_entry entry;
	char room[offsetof(struct intf_entry, intf_alias_addrs) +
	    PLACES * sizeof(struct addr)];
};

static void
addr_take(struct params *out, const struct addr *a, const struct addr *peer)
{
	struct param_addr *place = &out->addrs[out->naddrs];

	if (out->naddrs == PARAMS_ADDRS)
		return;
	memset(place, 0, sizeof(*place));
	place->addr = *a;
	if (peer->addr_type == ADDR_TYPE_IP && !addr_same(peer, a)) {
		place->kind = PARAM_PEER;
		place->other = *peer;
	}
	out->naddrs++;
}

static void
aliases_take(struct params *out, const struct intf_entry *e, uint16_t type)
{
	static const struct addr no_peer;
	unsigned i;

	for (i = 0; i < e->intf_alias_num; i++)
		if (e->intf_alias_addrs[i].addr_type == type)
			addr_take(out, &e->intf_alias_addrs[i], &no_peer);
}

static void
entry_take(struct params *out, const struct intf_entry *e)
{
	(void)snprintf(out->name, sizeof(out->name), "%.15s", e->intf_name);
	out->flags = (e->intf_flags & INTF_FLAG_UP) != 0 ? PARAM_UP : 0;
	out->mtu = e->intf_mtu;
	out->have_mtu = e->intf_mtu != 0;
	out->have_mac = e->intf_link_addr.addr_type == ADDR_TYPE_ETH;
	if (out->have_mac)
		memcpy(out->mac, e->intf_link_addr.addr_data8, 6);
	out->naddrs = 0;
	if (e->intf_addr.addr_type == ADDR_TYPE_IP)
		addr_take(out, &e->intf_addr, &e->intf_dst_addr);
	aliases_take(out, e, ADDR_TYPE_IP);
	aliases_take(out, e, ADDR_TYPE_IP6);
}

static int
entry_get(intf_t *intf, const char *ifname, union entry *out)
{
	memset(out, 0, sizeof(*out));
	out->entry.intf_len = sizeof(out->room);
	(void)snprintf(out->entry.intf_name, sizeof(out->entry.intf_name),
	    "%.15s", ifname);
	return intf_get(intf, &out->entry);
}

/* Keeps errno. */
static void
entry_end(intf_t *intf)
{
	int error = errno;

	(void)intf_close(intf);
	errno = error;
}

int
libdnet_read(const char *ifname, struct params *out)
{
	union entry e;
	intf_t *intf;
	int result;

	if ((intf = intf_open()) == NULL)
		return -1;
	result = entry_get(intf, ifname, &e);
	entry_take(out, &e.entry);
	entry_end(intf);
	return result;
}

void
libdnet_correct(struct params *out, int at, const struct param_addr *a)
{
	int i;

	if (at >= PARAMS_ADDRS)
		return;
	for (i = at; i < out->naddrs; i++)
		if (addr_same(&out->addrs[i].addr, &a->addr))
			break;
	if (i == PARAMS_ADDRS)
		i--; /* no room: the caller passes the last one again later */
	else if (i == out->naddrs)
		out->naddrs++;
	out->addrs[i] = out->addrs[at];
	out->addrs[at] = *a;
}

/* Puts the first MTU and address into an interface's present entry. */
static void
entry_fill(struct intf_entry *e, const struct param_change *first, bool alias)
{
	e->intf_mtu = first->mtu; /* 0: intf_set() keeps it */
	/* without the MAC: EINVAL on Linux, ENOSYS on NetBSD */
	e->intf_link_addr.addr_type = ADDR_TYPE_NONE;
	if (!alias) {
		e->intf_addr = first->addr.addr;
		if (first->addr.kind == PARAM_PEER)
			e->intf_dst_addr = first->addr.other;
	} else if (first->addr.kind != PARAM_PEER &&
	    (e->intf_flags & INTF_FLAG_BROADCAST) != 0) {
		e->intf_alias_addrs[0] = first->addr.addr;
		e->intf_alias_num = 1;
	}
}

/* Corrects the result of intf_set() by the system's own calls. */
static int
first_correct(const char *ifname, const struct param_change *first)
{
	const struct addr *addr = &first->addr.addr;
	struct param_change fix = *first;
	struct params now;
	int i;

	if (params_read(ifname, &now) == -1)
		return -1;
	fix.what = PARAM_SET_MTU;
	if (first->mtu != 0 && now.mtu != first->mtu &&
	    params_apply(ifname, &fix) == -1)
		return -1;
	fix.what = PARAM_DEL_ADDR;
	for (i = 0; i < now.naddrs; i++) {
		if (params_addr_equal(&now.addrs[i], &first->addr))
			return 0;
		fix.addr = now.addrs[i];
		if (addr_same(&fix.addr.addr, addr) &&
		    params_apply(ifname, &fix) == -1)
			return -1;
	}
	fix.what = PARAM_ADD_ADDR;
	fix.addr = first->addr;
	return addr->addr_type == ADDR_TYPE_NONE ? 0 :
						   params_apply(ifname, &fix);
}

int
libdnet_first(const char *ifname, const struct param_change *first, bool alias)
{
	union entry e;
	intf_t *intf;
	int result;

	if ((intf = intf_open()) == NULL)
		return -1;
	result = entry_get(intf, ifname, &e);
	if (result == 0 &&
	    ((e.entry.intf_flags & INTF_FLAG_UP) != 0 ||
		e.entry.intf_addr.addr_type != ADDR_TYPE_NONE ||
		e.entry.intf_alias_num > 0)) {
		errno = EBUSY;
		result = -1;
	}
	if (result == 0) {
		entry_fill(&e.entry, first, alias);
		if (intf_set(intf, &e.entry) == -1 &&
		    e.entry.intf_alias_num > 0)
			/* a refused address may have raised it, too */
			(void)interface_set_up(ifname, false);
	}
	entry_end(intf);
	return result == -1 ? -1 : first_correct(ifname, first);
}
