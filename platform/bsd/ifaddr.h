/*
 * Addresses in what getifaddrs(3) and route(4) give.
 */
#ifndef IFADDR_BSD_H
#define IFADDR_BSD_H

#include "port/params.h"

struct ifaddrs;
struct sockaddr;

/* The address, with the length of its family.  False: there is none, or 0. */
bool ifaddr_sockaddr(const struct sockaddr *, struct addr *);
/* The length of a prefix of this family; of what is cut off no bit is set. */
uint16_t ifaddr_mask(const struct sockaddr *mask, int family);
/* An entry's address of this family; false: it has none. */
bool ifaddr_read(const struct ifaddrs *, int family, struct param_addr *);

#endif
