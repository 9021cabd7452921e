/* SPDX-License-Identifier: ISC */
/*
 * The host of the real interface, as a neighbour of the doll.
 *
 * A frame that is sent on the doll leaves by the real interface: the wire
 * carries it away from the host that owns the interface, and that host never
 * hears it (as with macvlan).  A doll with a MAC address of its own could not
 * even resolve that host's addresses.  The slave has told these in PARAMS, so
 * ARP requests for them are answered here: scanners and poisoners on the doll
 * see the neighbour that every other host of the network sees.  Nothing else is
 * made up: packets to that host stay unheard, and a line says so.
 */
#ifndef NEIGHBOUR_H
#define NEIGHBOUR_H

#include "frame/packet.h"
#include "port/params.h"
#include "port/port.h"

#define NEIGHBOUR_REPLY (ETHER_HEAD + ARP_LEN) /* bytes of an ARP reply */

/*
 * Whether the frame is an ARP request (RFC 826) or a neighbour solicitation
 * (RFC 4861) by another host for an address of `real`, which is then in
 * *target.
 */
bool neighbour_asked(const struct frame *, const struct params *real,
    struct addr *target);

/* The answer of the host that has `mac` to an ARP request. */
void neighbour_arp_reply(const struct frame *request, const uint8_t mac[6],
    uint8_t reply[NEIGHBOUR_REPLY]);

/*
 * Answers the ARP requests among n frames that were sent on the doll, through
 * the doll's port.  *said: the line about it was written, which is written
 * once.
 */
void neighbour_answer(struct port *doll, const struct params *real,
    const struct frame *, int n, bool *said);

#endif
