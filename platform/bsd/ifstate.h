/* SPDX-License-Identifier: ISC */
/*
 * What getifaddrs(3) tells of an interface; no privilege.
 */
#ifndef IFSTATE_BSD_H
#define IFSTATE_BSD_H

#include "port/params.h"

struct ifaddrs;
struct sockaddr;

struct ifstate {
	bool up, carrier, loopback;
	bool have_mac;
	uint8_t mac[6];
};

/* 0; -1 errno (ENODEV: there is no such interface). */
int ifstate_read(const char *ifname, struct ifstate *out);

/*
 * The same from a list of getifaddrs(3).  Returns the entry of the interface
 * that has its data; NULL: there is no such interface.
 */
const struct ifaddrs *ifstate_find(const struct ifaddrs *list,
    const char *ifname, struct ifstate *out);

/* An entry's address of this family; false: it has none. */
bool ifstate_addr(const struct ifaddrs *, int family, struct param_addr *);
/*
 * The address, with the length of its family.  False: there is none, or it is
 * all zero.
 */
bool ifstate_sockaddr(const struct sockaddr *, struct addr *);
/*
 * The length of a prefix of this family.  Bytes that the kernel has cut off the
 * mask are zero.
 */
uint16_t ifstate_mask(const struct sockaddr *mask, int family);

/*
 * Whether the interface may join received TCP segments; NULL: no, or the system
 * has no such thing; else the command that ends it (a format for the name).
 */
const char *ifstate_joins(const char *ifname);

#endif
