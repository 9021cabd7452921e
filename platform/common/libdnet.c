/*
 * What libdnet's src/intf.c (1.12 to 1.18.2) does not do, so that the systems'
 * own params.c must:
 *
 *  - intf_open() fails on a kernel without IPv6 (EAFNOSUPPORT; libdnet expects
 *    EPROTONOSUPPORT), intf_get() in a network namespace without any IPv4
 *    address (EINVAL, behind flags, MTU and MAC) and for interfaces with
 *    broadcast whose link address is not one of Ethernet (EINVAL, behind flags
 *    and MTU);
 *  - further IPv4 addresses have the first one's mask or none, no address has
 *    its broadcast address, and only the first one its peer;
 *  - the IPv4 addresses of all interfaces are read into 4192 bytes, and what
 *    does not fit is left out without an error;
 *  - on Linux IPv6 addresses are read from /proc/net/if_inet6: those that
 *    duplicate address detection has found taken, too, and none of interfaces
 *    whose index has more than two hexadecimal digits.
 *
 * Its sockets are not close-on-exec: a handle lives within one function.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

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

/* intf_get(3) with a handle of its own. */
static int
entry_get(const char *ifname, union entry *out)
{
	intf_t *intf;
	int error, result;

	memset(out, 0, sizeof(*out));
	out->entry.intf_len = sizeof(out->room);
	(void)snprintf(out->entry.intf_name, sizeof(out->entry.intf_name),
	    "%.15s", ifname);
	if ((intf = intf_open()) == NULL)
		return -1;
	result = intf_get(intf, &out->entry);
	error = errno;
	(void)intf_close(intf);
	errno = error;
	return result;
}

int
libdnet_read(const char *ifname, struct params *out)
{
	union entry e;
	int result = entry_get(ifname, &e);

	entry_take(out, &e.entry);
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
		i--; /* no room: the last one will be told again, or is gone */
	else if (i == out->naddrs)
		out->naddrs++;
	out->addrs[i] = out->addrs[at];
	out->addrs[at] = *a;
}
