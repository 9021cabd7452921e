/* SPDX-License-Identifier: ISC */
/*
 * The calls of libdnet's src/intf.c (1.18.0), row by row, with answers made
 * from list.h's list: sys/netinet/in.c, in_control(); sys/net/if.c, ifconf().
 */
#ifndef INTF_H
#define INTF_H

#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <sys/time.h>
#include <net/bpf.h>
#include <fcntl.h>

#include "kernel.h"
#include "list.h"

#define INTF_OPEN                                      \
	SOCKET(AF_INET, SOCK_DGRAM, 0, 900),           \
	    SETSOCKOPT(900, SOL_SOCKET, SO_BROADCAST), \
	    SOCKET(AF_INET6, SOCK_DGRAM, 0, 901)
#define INTF_CLOSE CLOSE(900), CLOSE(901)
#define INTF_LINK                                     \
	IOCTL(900, SIOCGIFFLAGS, .out = &intf.flags), \
	    IOCTL(900, SIOCGIFMTU, .out = &intf.mtu)
/* the first IPv4 address; without any: EADDRNOTAVAIL */
#define INTF_FIRST IOCTL(900, SIOCGIFADDR, .out = &intf.first), INTF_MASK
#define INTF_BARE  IOCTL(900, SIOCGIFADDR, .error = EADDRNOTAVAIL)
/* for an alias, too, with an address in the request that does not exist */
#define INTF_MASK IOCTL(900, SIOCGIFNETMASK, .out = &intf.mask)
#define INTF_PEER IOCTL(900, SIOCGIFDSTADDR, .out = &intf.peer)
/* if it has broadcast: eth_open(); eth_get() makes no call */
#define INTF_BPF                                                \
	OPEN("/dev/bpf", O_WRONLY, 902), IOCTL(902, BIOCSETIF), \
	    IOCTL(902, BIOCSHDRCMPLT), CLOSE(902)
#define INTF_CONF IOCTL(900, SIOCGIFCONF, .check = intf_conf)

static struct {
	struct ifreq flags, mtu, first, mask, peer;
	uint8_t conf[32768];
	size_t len;
} intf;

/* The kernel writes as many entries as fit. */
static bool
intf_conf(const void *arg, size_t len)
{
	struct ifconf *c = (struct ifconf *)(uintptr_t)arg;
	size_t at = 0, size, room = (size_t)c->ifc_len;
	const struct ifreq *ifr;

	while (at < intf.len) {
		ifr = (const void *)(intf.conf + at);
		size = sizeof(*ifr);
		if (ifr->ifr_addr.sa_len > sizeof(ifr->ifr_ifru))
			size = sizeof(ifr->ifr_name) + ifr->ifr_addr.sa_len;
		if (at + size > room)
			break;
		at += size;
	}
	memcpy(c->ifc_buf, intf.conf, at);
	c->ifc_len = (int)at;
	return len == sizeof(*c);
}

static void
intf_conf_put(const char *name, const struct sockaddr *sa)
{
	struct ifreq *ifr = (void *)(intf.conf + intf.len);

	memset(ifr, 0, sizeof(*ifr));
	(void)snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", name);
	memcpy(&ifr->ifr_addr, sa, sa->sa_len);
	intf.len += sizeof(*ifr);
	if (sa->sa_len > sizeof(ifr->ifr_ifru))
		intf.len += sa->sa_len - sizeof(ifr->ifr_ifru);
}

/* OpenBSD has no link address there, and an empty one if there is no other. */
static void
intf_conf_link(const struct entry *e)
{
#ifdef __OpenBSD__
	static const struct sockaddr none;
	int i;

	for (i = 0; i < used; i++)
		if (&list[i] != e && strcmp(list[i].name, e->name) == 0)
			return;
	intf_conf_put(e->name, &none);
#else
	intf_conf_put(e->name, e->ifa.ifa_addr);
#endif
}

static void
intf_ask(const struct entry *e)
{
	const struct sockaddr *sa = e->ifa.ifa_addr;

	if (sa->sa_family == AF_LINK) {
		intf.flags.ifr_flags = (short)e->ifa.ifa_flags;
		intf.mtu.ifr_mtu = (int)e->data.ifi_mtu;
	} else if (sa->sa_family == AF_INET &&
	    intf.first.ifr_addr.sa_family == 0) {
		memcpy(&intf.first.ifr_addr, &e->addr, 16);
		memcpy(&intf.mask.ifr_addr, &e->mask, e->mask.ss_len);
		memcpy(&intf.peer.ifr_addr, &e->other, 16);
	}
}

/* Makes the answers for this interface from the present list. */
static void
intf_fill(const char *name)
{
	int i;

	memset(&intf, 0, sizeof(intf));
	for (i = 0; i < used; i++) {
		if (list[i].ifa.ifa_addr == NULL)
			continue;
		if (list[i].addr.ss_family == AF_LINK)
			intf_conf_link(&list[i]);
		else
			intf_conf_put(list[i].name, list[i].ifa.ifa_addr);
		if (strcmp(list[i].name, name) == 0)
			intf_ask(&list[i]);
	}
}

#endif
