/*
 * A doll's interface as its network namespace shows it, where that may be
 * another one.  All is opened at once, as later nobody may go in there; and all
 * goes by a socket and a file, since every ioctl of a tun descriptor waits for
 * the lock of all network configuration (rtnl; Linux, drivers/net/tun.c: tried,
 * 280 ms while namespaces came and went).
 */
#ifndef TAP_VIEW_LINUX_H
#define TAP_VIEW_LINUX_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct tap_view {
	FILE *devices; /* NULL: nothing is known */
	int asks; /* a socket of its namespace; -1: none */
	int index; /* the interface's there */
	uint64_t dropped; /* that do not count */
};

/* Of the interface of a tun descriptor; elsewhere: in whatever namespace. */
void tap_view_open(struct tap_view *, int fd, const char *name, bool elsewhere);

/*
 * Frames that applications sent and the queue had no room for, since
 * tap_view_open(); if that cannot be told, what was before.
 */
uint64_t tap_view_drops(const struct tap_view *, const char *name,
    uint64_t before);

/* All that were lost since then do not count. */
void tap_view_skip(struct tap_view *, const char *name, uint64_t before);

/* Its present name; false: unknown. */
bool tap_view_name(const struct tap_view *, char name[IFNAMSIZ]);

void tap_view_close(struct tap_view *);

#endif
