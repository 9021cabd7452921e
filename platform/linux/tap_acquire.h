/* SPDX-License-Identifier: ISC */
/*
 * A view of the doll's interface in its network namespace, which may not be
 * ours: so the helper opens it (tap_view()).  The view uses a socket and a
 * file, because each ioctl of a tun descriptor waits for the lock of all
 * network configuration (rtnl; Linux, drivers/net/tun.c: tried, 280 ms while
 * namespaces came and went).
 */
#ifndef TAP_ACQUIRE_LINUX_H
#define TAP_ACQUIRE_LINUX_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct tap_view {
	int devices; /* its namespace's /proc/net/dev; -1: not readable */
	int sock; /* a socket of its namespace; -1: none */
	int index; /* the interface's there; 0: unknown */
	uint64_t dropped; /* frames in the kernel's counter that we leave out */
};

/* Begins to look by the descriptors of tap_view(), which are its own then. */
void tap_view_open(struct tap_view *, const int fds[2], const char *name);

/*
 * How many frames applications have sent since tap_view_open() that the doll's
 * queue had no room for; `before` if the kernel does not tell.
 */
uint64_t tap_view_drops(const struct tap_view *, const char *name,
    uint64_t before);

/* Makes tap_view_drops() begin again with `before'. */
void tap_view_skip(struct tap_view *, const char *name, uint64_t before);

/* The interface's present name; false: unknown. */
bool tap_view_name(const struct tap_view *, char name[IFNAMSIZ]);

void tap_view_close(struct tap_view *);

#endif
