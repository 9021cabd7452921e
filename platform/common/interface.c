/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "interface.h"

int
interface_ioctl(const char *ifname, unsigned long call, struct ifreq *ifr)
{
	int fd, error, result;

	if (strlen(ifname) >= sizeof(ifr->ifr_name)) {
		errno = ENODEV;
		return -1;
	}
	(void)strcpy(ifr->ifr_name, ifname);
	if ((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	result = ioctl(fd, call, ifr);
	error = errno;
	(void)close(fd);
	errno = error;
	return result;
}

int
interface_set_mtu(const char *ifname, uint32_t mtu)
{
	struct ifreq ifr = { 0 };

	ifr.ifr_mtu = (int)mtu;
	return interface_ioctl(ifname, SIOCSIFMTU, &ifr);
}

int
interface_set_up(const char *ifname, bool up)
{
	struct ifreq ifr = { 0 };

	if (interface_ioctl(ifname, SIOCGIFFLAGS, &ifr) == -1)
		return -1;
	if (((ifr.ifr_flags & IFF_UP) != 0) == up)
		return 0;
	ifr.ifr_flags ^= IFF_UP;
	return interface_ioctl(ifname, SIOCSIFFLAGS, &ifr);
}
