/*
 * Calls on an interface that are alike on every system.  Each works in the
 * calling thread's network namespace and leaves no descriptor open.  0; -1
 * errno, ENODEV also for a name that is too long.
 */
#ifndef INTERFACE_H
#define INTERFACE_H

#include <stdbool.h>
#include <stdint.h>

struct ifreq;

/* One ioctl(2); ifr_name is filled here. */
int interface_ioctl(const char *ifname, unsigned long call, struct ifreq *);
int interface_set_mtu(const char *ifname, uint32_t mtu);
/* Sets IFF_UP or clears it, where it is not so already. */
int interface_set_up(const char *ifname, bool up);

#endif
