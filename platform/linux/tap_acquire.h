/* SPDX-License-Identifier: ISC */
/*
 * A doll's interface as its network namespace shows it, which may be another
 * one than ours.  All is opened at once, as later nobody may enter that
 * namespace.  Everything goes by a socket and a file, since each ioctl of a tun
 * descriptor waits for the lock of all network configuration (rtnl; Linux,
 * drivers/net/tun.c: tried, 280 ms while namespaces came and went).
 */
#ifndef TAP_ACQUIRE_LINUX_H
#define TAP_ACQUIRE_LINUX_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct tap_view {
	FILE *devices; /* its namespace's /proc/net/dev; NULL: not readable */
	int sock; /* a socket of its namespace; -1: none */
	int index; /* the interface's there; 0: unknown */
	uint64_t dropped; /* frames that the kernel counted and we do not */
};

/* Of the interface of a tun descriptor; elsewhere: in any namespace. */
void tap_view_open(struct tap_view *, int fd, const char *name, bool elsewhere);

/*
 * How many frames applications have sent since tap_view_open() that the doll's
 * queue had no room for; `before` if the kernel does not tell.
 */
uint64_t tap_view_drops(const struct tap_view *, const char *name,
    uint64_t before);

/* From here on only `before` of the frames dropped so far count. */
void tap_view_skip(struct tap_view *, const char *name, uint64_t before);

/* The interface's present name; false: unknown. */
bool tap_view_name(const struct tap_view *, char name[IFNAMSIZ]);

void tap_view_close(struct tap_view *);

#endif
