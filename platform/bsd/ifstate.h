/*
 * What a port wants to know of an interface at all times; no privilege.
 */
#ifndef IFSTATE_BSD_H
#define IFSTATE_BSD_H

#include <stdbool.h>
#include <stdint.h>

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
struct ifaddrs;
const struct ifaddrs *ifstate_find(const struct ifaddrs *list,
    const char *ifname, struct ifstate *out);

/*
 * Whether the interface may hand over received TCP segments joined; NULL: no,
 * or the system has no such thing; else how to end it (a format for the name).
 */
const char *ifstate_joins(const char *ifname);

#endif
