/* SPDX-License-Identifier: ISC */
/*
 * Interface parameters by libdnet, on every system.  Both functions work in
 * the calling thread's network namespace and leave no descriptor open.
 */
#ifndef LIBDNET_H
#define LIBDNET_H

#include "port/params.h"

/*
 * What intf_get(3) says of an interface: its name, whether it is up, MTU, MAC,
 * and its first PARAMS_ADDRS addresses, IPv4 before IPv6.  The caller corrects
 * the addresses with libdnet_correct() and adds what libdnet does not know.
 * -1 errno (ENODEV, ENXIO: there is no such interface): *out has what was read
 * before the failure; have_mtu says whether that is anything.
 */
int libdnet_read(const char *ifname, struct params *out);

/*
 * Puts an address that the system tells into the list, in place of libdnet's
 * own if it has that one.  at: how many the system has told before.  After the
 * last one the caller sets out->naddrs to their number, which drops addresses
 * that only libdnet knew.
 */
void libdnet_correct(struct params *out, int at, const struct param_addr *);

/*
 * PARAM_SET_FIRST by intf_set(3).  alias: the address is set as an alias (the
 * BSDs).  What comes out wrong is read back and corrected by params_apply().
 * -1 errno; EBUSY: the interface is up or has an address.
 */
int libdnet_first(const char *ifname, const struct param_change *, bool alias);

#endif
