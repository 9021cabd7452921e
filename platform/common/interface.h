/* SPDX-License-Identifier: ISC */
/*
 * Calls on an interface that are alike on every system.  Include
 * <sys/socket.h> before it.
 */
#ifndef INTERFACE_H
#define INTERFACE_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * Returns the argument of an ioctl(2): all zero but for the name, which is cut
 * to IFNAMSIZ.
 */
static inline struct ifreq
ifreq_of(const char *ifname)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%.15s", ifname);
	return ifr;
}

/*
 * Each of these works in the calling thread's network namespace and leaves no
 * descriptor open.  0; -1 errno: ENODEV (BSDs: ENXIO) if there is no such
 * interface, ENODEV if the name is too long.
 */

/* One ioctl(2); fills ifr_name. */
int interface_ioctl(const char *ifname, unsigned long call, struct ifreq *);
int interface_set_mtu(const char *ifname, uint32_t mtu);
/* Sets or clears IFF_UP, if that is a change. */
int interface_set_up(const char *ifname, bool up);

#endif
