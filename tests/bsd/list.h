/* SPDX-License-Identifier: ISC */
/*
 * Lists as getifaddrs(3) returns them: sys/net/rtsock.c (sysctl_iflist()) and
 * lib/libc/net/getifaddrs.c of each system.
 */
#ifndef LIST_H
#define LIST_H

#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <netinet/in.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>

#define ETHERNET (IFF_UP | IFF_BROADCAST | IFF_MULTICAST)
#define TUNNEL	 (IFF_UP | IFF_POINTOPOINT | IFF_MULTICAST)
#define MAC	 "\x02\x11\x22\x33\x44\x55"

static struct entry {
	struct ifaddrs ifa;
	char name[16];
	struct sockaddr_storage addr, mask, other;
	struct if_data data;
} list[300];
static int used;

static struct entry *
entry_add(const char *name, unsigned flags)
{
	struct entry *e = &list[used];

	if (used > 0)
		list[used - 1].ifa.ifa_next = &e->ifa;
	used++;
	memset(e, 0, sizeof(*e));
	(void)snprintf(e->name, sizeof(e->name), "%s", name);
	e->ifa.ifa_name = e->name;
	e->ifa.ifa_flags = flags;
	e->ifa.ifa_addr = (struct sockaddr *)&e->addr;
	return e;
}

/* Adds the interface itself; mac: len bytes. */
static struct entry *
entry_link(const char *name, unsigned flags, int type, const char *mac,
    size_t len)
{
	struct entry *e = entry_add(name, flags);
	struct sockaddr_dl *sdl = (void *)&e->addr;
	size_t nlen = strlen(name);

	sdl->sdl_len = (uint8_t)(offsetof(struct sockaddr_dl, sdl_data) + nlen +
	    len);
	sdl->sdl_family = AF_LINK;
	sdl->sdl_type = (uint8_t)type;
	sdl->sdl_nlen = (uint8_t)nlen;
	sdl->sdl_alen = (uint8_t)len;
	memcpy(sdl->sdl_data, name, nlen);
	memcpy(sdl->sdl_data + nlen, mac, len);
	e->data.ifi_mtu = 1500;
	e->data.ifi_type = (uint8_t)type;
	e->data.ifi_link_state = LINK_STATE_UP;
	e->ifa.ifa_data = &e->data;
	return e;
}

static struct sockaddr *
ip4(struct sockaddr_storage *ss, const char *bytes)
{
	struct sockaddr_in *sin = (void *)ss;

	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	memcpy(&sin->sin_addr, bytes, 4);
	return (struct sockaddr *)ss;
}

static struct sockaddr *
ip6(struct sockaddr_storage *ss, const char *bytes)
{
	struct sockaddr_in6 *sin6 = (void *)ss;

	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	memcpy(&sin6->sin6_addr, bytes, 16);
	return (struct sockaddr *)ss;
}

/* A mask cut after `len' bytes (in_socktrim()); invalid bytes follow. */
static struct sockaddr *
mask(struct sockaddr_storage *ss, size_t from, const char *bytes, size_t len)
{
	uint8_t *p = (uint8_t *)ss;

	memset(ss, 0xff, sizeof(*ss));
	ss->ss_len = (uint8_t)(len > 0 ? from + len : 0);
	memcpy(p + from, bytes, len);
	return (struct sockaddr *)ss;
}

static struct entry *
entry_ip4(const char *name, unsigned flags, const char *addr,
    const char *netmask, size_t len, const char *other)
{
	struct entry *e = entry_add(name, flags);

	(void)ip4(&e->addr, addr);
	e->ifa.ifa_netmask = mask(&e->mask, 4, netmask, len);
	if (other != NULL)
		e->ifa.ifa_dstaddr = ip4(&e->other, other);
	return e;
}

static struct entry *
entry_ip6(const char *name, unsigned flags, const char *addr, size_t len)
{
	struct entry *e = entry_add(name, flags);

	(void)ip6(&e->addr, addr);
	e->ifa.ifa_netmask = mask(&e->mask, 8,
	    "\xff\xff\xff\xff\xff\xff\xff\xff", len);
	return e;
}

#endif
