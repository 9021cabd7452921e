/*
 * What a doll's queue had no room for, where struct if_data tells it: FreeBSD
 * and OpenBSD.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <ifaddrs.h>
#include <string.h>

#include "tap_bsd.h"

uint64_t
tap_drops(const char *ifname)
{
	const struct if_data *data;
	struct ifaddrs *all, *ifa;
	uint64_t n = 0;

	if (getifaddrs(&all) == -1)
		return 0;
	for (ifa = all; ifa != NULL; ifa = ifa->ifa_next) {
		if (ifa->ifa_addr == NULL || ifa->ifa_data == NULL ||
		    ifa->ifa_addr->sa_family != AF_LINK ||
		    strcmp(ifa->ifa_name, ifname) != 0)
			continue;
		data = ifa->ifa_data;
		n = data->ifi_oqdrops;
	}
	freeifaddrs(all);
	return n;
}
