/* SPDX-License-Identifier: ISC */
/*
 * Interface parameters on Linux.  libdnet reads them.  rtnetlink(7) adds what
 * libdnet does not know (link type, whether the link is running, largest MTU)
 * and corrects the addresses (libdnet.c lists their errors).  Later changes are
 * made by rtnetlink (addresses) and netdevice(7) ioctls (MAC, MTU, up).
 *
 * To set a MAC, sa_family must be the hardware type; a TAP accepts it while it
 * is up (tried, IFF_LIVE_ADDR_CHANGE).  To remove a primary IPv4 address does
 * not remove its secondaries, one of which may be the user's: a doll has
 * promote_secondaries on (tap_acquire.c).  With NLM_F_REPLACE an address that
 * exists is no error, but its broadcast address does not change.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../common/interface.h"
#include "../common/libdnet.h"
#include "link.h"
#include "netlink.h"
#include "frame/packet.h"
#include "port/params.h"
#include "port/port.h"

/* For kernels without IFLA_MAX_MTU. */
#define TAP_MTU_MAX (MTU_MAX - ETHER_HEAD)

#define LABEL	    "etherpuppet: " /* the beginning of our labels */

struct reading {
	struct params *out;
	unsigned index;
	int naddrs; /* how many addresses rtnetlink has listed so far */
};

static void
link_attr(struct params *p, const struct rtattr *a)
{
	size_t len = RTA_PAYLOAD(a);

	switch (a->rta_type) {
	case IFLA_ADDRESS: /* without IFF_BROADCAST libdnet does not ask */
		if (!p->have_mac && len == 6 && p->linktype == LINK_ETHERNET) {
			memcpy(p->mac, RTA_DATA(a), 6);
			p->have_mac = true;
		}
		break;
	case IFLA_MTU: /* for a kernel without IPv6 */
		if (!p->have_mtu && len == sizeof(p->mtu)) {
			memcpy(&p->mtu, RTA_DATA(a), sizeof(p->mtu));
			p->have_mtu = true;
		}
		break;
	case IFLA_MAX_MTU: /* Linux 4.19 */
		if (len == sizeof(p->mtu_max))
			memcpy(&p->mtu_max, RTA_DATA(a), sizeof(p->mtu_max));
		break;
	case IFLA_IFNAME: /* libdnet may have an alternative name */
		if (len > 0 && len <= sizeof(p->name))
			memcpy(p->name, RTA_DATA(a), len - 1);
		break;
	}
}

static void
link_take(const struct nlmsghdr *head, void *arg)
{
	struct reading *reading = arg;
	struct params *p = reading->out;
	const struct ifinfomsg *ifi = NLMSG_DATA(head);
	const struct rtattr *a;
	int len;

	if (head->nlmsg_type != RTM_NEWLINK ||
	    head->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)))
		return;
	reading->index = (unsigned)ifi->ifi_index;
	p->linktype = link_type(ifi->ifi_type);
	if (p->linktype != LINK_ETHERNET)
		p->have_mac = false;
	if (!p->have_mtu && (ifi->ifi_flags & IFF_UP) != 0)
		p->flags |= PARAM_UP; /* for a kernel without IPv6 */
	if ((ifi->ifi_flags & IFF_RUNNING) != 0)
		p->flags |= PARAM_RUNNING;
	p->mtu_max = p->linktype == LINK_ETHERNET ? TAP_MTU_MAX : 0;
	len = (int)IFLA_PAYLOAD(head);
	for (a = IFLA_RTA(ifi); RTA_OK(a, len); a = RTA_NEXT(a, len))
		link_attr(p, a);
}

static void
params_take(const struct nlmsghdr *head, void *arg)
{
	struct reading *reading = arg;
	const struct ifaddrmsg *ifa = NLMSG_DATA(head);
	struct param_addr a;
	unsigned index;

	if (netlink_addr(head, &a, &index) && index == reading->index &&
	    (ifa->ifa_flags & IFA_F_DADFAILED) == 0 &&
	    reading->naddrs < PARAMS_ADDRS)
		libdnet_correct(reading->out, reading->naddrs++, &a);
}

int
params_read(const char *ifname, struct params *out)
{
	struct reading reading = { .out = out };
	struct netlink r;

	memset(out, 0, sizeof(*out));
	if (strlen(ifname) >= IFNAMSIZ) {
		errno = ENODEV;
		return -1;
	}
	if (libdnet_read(ifname, out) == -1 && errno == ENODEV)
		return -1;
	netlink_init(&r, RTM_GETLINK, NLM_F_ACK, sizeof(r.link));
	netlink_put(&r, IFLA_IFNAME, ifname, strlen(ifname) + 1);
	if (netlink_ask(&r, link_take, &reading) == -1)
		return -1;
	netlink_init(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(r.addr));
	if (netlink_dump(&r, params_take, &reading, &reading.naddrs) == -1)
		return -1;
	out->naddrs = reading.naddrs;
	out->have_addrs = true;
	link_speed_read(ifname, out);
	return 0;
}

static int
set_mac(const char *ifname, const uint8_t mac[6])
{
	struct ifreq ifr = { 0 };

	ifr.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(ifr.ifr_hwaddr.sa_data, mac, 6);
	return interface_ioctl(ifname, SIOCSIFHWADDR, &ifr);
}

static void
addr_put(struct netlink *r, uint16_t type, const struct addr *a)
{
	netlink_put(r, type, a->addr_data8,
	    a->addr_type == ADDR_TYPE_IP ? 4 : 16);
}

/* 169.254.0.0/16 */
static bool
is_link_local(const struct addr *a)
{
	static const uint8_t prefix[2] = { 169, 254 };

	return a->addr_type == ADDR_TYPE_IP &&
	    memcmp(a->addr_data8, prefix, sizeof(prefix)) == 0;
}

static int
change_addr(const char *ifname, const struct param_addr *a, bool add)
{
	bool ip4 = a->addr.addr_type == ADDR_TYPE_IP;
	struct netlink r;
	unsigned index;

	if ((index = if_nametoindex(ifname)) == 0)
		return -1;
	netlink_init(&r, add ? RTM_NEWADDR : RTM_DELADDR,
	    NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_REPLACE : 0),
	    sizeof(r.addr));
	r.addr.ifa_family = ip4 ? AF_INET : AF_INET6;
	r.addr.ifa_prefixlen = (uint8_t)a->addr.addr_bits;
	r.addr.ifa_index = index;
	r.addr.ifa_scope = RT_SCOPE_UNIVERSE; /* IPv6: the kernel sets it */
	if (is_link_local(&a->addr))
		r.addr.ifa_scope = RT_SCOPE_LINK;
	r.addr.ifa_flags = ip4 ? 0 : IFA_F_NODAD;
	addr_put(&r, IFA_LOCAL, &a->addr);
	addr_put(&r, IFA_ADDRESS, a->kind == PARAM_PEER ? &a->other : &a->addr);
	if (add && a->kind == PARAM_BROADCAST)
		addr_put(&r, IFA_BROADCAST, &a->other);
	if (netlink_ask(&r, NULL, NULL) == 0)
		return 0;
	/* disable_ipv6; a kernel without IPv6 */
	if (!ip4 && (errno == EACCES || errno == EOPNOTSUPP))
		errno = EAFNOSUPPORT;
	return -1;
}

/* Removes the broadcast address that intf_set() leaves beside a peer. */
static int
remove_broadcast(const char *ifname)
{
	struct ifreq ifr = { .ifr_broadaddr.sa_family = AF_INET };

	return interface_ioctl(ifname, SIOCSIFBRDADDR, &ifr);
}

/* Whether somebody has raised an interface since params_watch(). */
static bool
link_raised(int watch, unsigned index)
{
	_Alignas(struct nlmsghdr) char buf[8192];
	const struct nlmsghdr *head = (const void *)buf;
	const struct ifinfomsg *ifi = NLMSG_DATA(head);
	bool raised = false;
	ssize_t n;

	while ((n = recv(watch, buf, sizeof(buf), 0)) != -1 || errno == EINTR)
		raised |= n >= (ssize_t)NLMSG_LENGTH(sizeof(*ifi)) &&
		    head->nlmsg_type == RTM_NEWLINK &&
		    (unsigned)ifi->ifi_index == index &&
		    (ifi->ifi_flags & IFF_UP) != 0;
	return raised;
}

/*
 * PARAM_SET_FIRST by libdnet.  intf_set() writes back the flags that it has
 * read before, and so takes down an interface that somebody raises in between:
 * this looks for that and raises it again.  With SIOCSIFADDR an address has
 * global scope, so a link-local one is set by rtnetlink.
 */
static int
set_first(const char *ifname, const struct param_change *first)
{
	int watch, error, result;

	if (is_link_local(&first->addr.addr)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if ((watch = params_watch()) == -1)
		return -1;
	result = libdnet_first(ifname, first, false);
	if (result == 0 && first->addr.kind == PARAM_PEER)
		result = remove_broadcast(ifname);
	error = errno;
	if (link_raised(watch, if_nametoindex(ifname)))
		(void)interface_set_up(ifname, true);
	(void)close(watch);
	errno = error;
	return result;
}

const char *const params_no_ip6 = "disable_ipv6";

int
params_apply(const char *ifname, const struct param_change *change)
{
	switch (change->what) {
	case PARAM_SET_MAC:
		return set_mac(ifname, change->mac);
	case PARAM_SET_MTU:
		return interface_set_mtu(ifname, change->mtu);
	case PARAM_ADD_ADDR:
		return change_addr(ifname, &change->addr, true);
	case PARAM_DEL_ADDR:
		return change_addr(ifname, &change->addr, false);
	case PARAM_SET_SPEED:
		return link_speed_set(ifname, change->speed,
		    change->half_duplex);
	case PARAM_SET_UP:
		return interface_set_up(ifname, true);
	case PARAM_SET_FIRST:
		return set_first(ifname, change);
	case PARAM_DONE:
		break;
	}
	errno = EINVAL;
	return -1;
}

/* Finds out whether the interface has a label of the user's. */
static void
label_find(const struct nlmsghdr *head, void *arg)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(head);
	const struct rtattr *a;
	bool *users = arg;
	int len;

	if (head->nlmsg_type != RTM_NEWLINK ||
	    head->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)))
		return;
	len = (int)IFLA_PAYLOAD(head);
	for (a = IFLA_RTA(ifi); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == IFLA_IFALIAS)
			*users = RTA_PAYLOAD(a) < strlen(LABEL) ||
			    memcmp(RTA_DATA(a), LABEL, strlen(LABEL)) != 0;
}

int
params_label(const char *ifname, const char *text)
{
	struct netlink r;
	bool users = false;

	netlink_init(&r, RTM_GETLINK, NLM_F_ACK, sizeof(r.link));
	netlink_put(&r, IFLA_IFNAME, ifname, strlen(ifname) + 1);
	if (netlink_ask(&r, label_find, &users) == -1)
		return -1;
	if (users)
		return 0;
	netlink_init(&r, RTM_SETLINK, NLM_F_ACK, sizeof(r.link));
	netlink_put(&r, IFLA_IFNAME, ifname, strlen(ifname) + 1);
	netlink_put(&r, IFLA_IFALIAS, text, strlen(text));
	return netlink_ask(&r, NULL, NULL);
}
