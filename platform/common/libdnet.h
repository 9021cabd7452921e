/* SPDX-License-Identifier: ISC */
/*
 * Interface parameters by libdnet, on every system.  Both functions work in
 * the calling thread's network namespace and leave no descriptor open.
 */
#ifndef LIBDNET_H
#define LIBDNET_H

#include "port/params.h"

/*
 * Reads an interface by intf_get(3): its name, whether it is up, MTU, MAC, and
 * its first PARAMS_ADDRS addresses, IPv4 before IPv6.  The caller corrects the
 * addresses with libdnet_correct() and adds what libdnet does not know.  0; -1
 * errno (ENODEV, ENXIO: there is no such interface): *out has what was read
 * before the failure; have_mtu false: nothing was.
 */
int libdnet_read(const char *ifname, struct params *out);

/*
 * Puts an address that the system itself lists at index `at'; replaces
 * libdnet's version of the same address.  Call it with at = 0, 1, ...  After
 * the last one the caller sets out->naddrs to their number, which drops
 * addresses that only libdnet has listed.
 */
void libdnet_correct(struct params *out, int at, const struct param_addr *);

/*
 * PARAM_SET_FIRST by intf_set(3).  alias: sets the address as an alias (BSDs).
 * Reads back the result and corrects it by params_apply().  0; -1 errno (EBUSY:
 * the interface is up or has an address).
 */
int libdnet_first(const char *ifname, const struct param_change *, bool alias);

#endif
