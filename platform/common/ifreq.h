/*
 * The argument of ioctls on an interface.  Include <sys/socket.h> before it.
 */
#ifndef IFREQ_H
#define IFREQ_H

#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* All zero but for the name, which is cut to what an interface can have. */
static inline struct ifreq
ifreq_of(const char *ifname)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%.15s", ifname);
	return ifr;
}

#endif
