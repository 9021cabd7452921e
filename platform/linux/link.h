/* SPDX-License-Identifier: ISC */
/*
 * The link of an interface: the type of its frames, and its speed.
 */
#ifndef LINK_LINUX_H
#define LINK_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct params;

/*
 * The link type (LINK_*) of frames on interfaces of this hardware type
 * (ARPHRD_*); LINK_ANY: frames that cannot be carried.
 */
int link_type(unsigned hatype);

/*
 * The same for one interface: for some hardware types its settings decide.  fd:
 * any socket in the interface's network namespace.
 */
int link_carries(int fd, const char *ifname, unsigned hatype);

/* Why link_carries() returns LINK_ANY, for a message behind the name. */
void link_reason(unsigned hatype, char *why, size_t size);

/* Fills speed and half_duplex; speed 0: unknown. */
void link_speed_read(const char *ifname, struct params *out);
/* speed: Mbit/s.  0; -1 errno (EOPNOTSUPP: it cannot be set). */
int link_speed_set(const char *ifname, uint32_t speed, bool half_duplex);

#endif
