/*
 * What an interface carries, by its hardware type (ARPHRD_*).
 */
#ifndef HARDWARE_LINUX_H
#define HARDWARE_LINUX_H

#include <stddef.h>

/* The link type of frames on such interfaces; LINK_ANY: none of ours. */
int hardware_linktype(unsigned hatype);

/*
 * The same of this interface, of which the hardware type alone does not tell
 * everything.  fd: any socket in its network namespace.
 */
int hardware_carries(int fd, const char *ifname, unsigned hatype);

/* Why that is LINK_ANY, for a message behind the interface's name. */
void hardware_reason(unsigned hatype, char *why, size_t size);

#endif
