/* SPDX-License-Identifier: ISC */
/*
 * The state of an interface by getifaddrs(3), which needs no right.
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

/*
 * Reads the state from a list of getifaddrs(3).  Returns the interface's entry
 * with ifa_data; NULL: there is no such interface.
 */
const struct ifaddrs *ifstate_find(const struct ifaddrs *list,
    const char *ifname, struct ifstate *out);

/* An entry's address of this family; false: it has none. */
bool ifstate_addr(const struct ifaddrs *, int family, struct param_addr *);
/*
 * Converts an address; addr_bits: all bits of its family.  False: sa is NULL or
 * the address is all zero.
 */
bool ifstate_sockaddr(const struct sockaddr *, struct addr *);
/*
 * Returns the length of a prefix of this family, in bits.  Bytes that the
 * kernel has cut off the mask are zero.
 */
uint16_t ifstate_mask(const struct sockaddr *mask, int family);

/*
 * If the interface may join received TCP segments (LRO): the command that turns
 * this off, as a format for the name.  Else, or without LRO: NULL.
 */
const char *ifstate_joins(const char *ifname);

#endif
