/* The speed of an interface's link on Linux, for params.c. */
#ifndef LINK_LINUX_H
#define LINK_LINUX_H

#include "port/params.h"

/* Fills speed and half_duplex; 0 where it is not known. */
void link_speed_read(const char *ifname, struct params *out);
/* 0, -1 errno; EOPNOTSUPP: it takes none. */
int link_speed_set(const char *ifname, uint32_t speed, bool half_duplex);

#endif
