/* SPDX-License-Identifier: ISC */
/*
 * Answers ARP requests on the doll for the host of the real interface.
 *
 * A frame that is sent on the doll leaves by the real interface: the wire
 * carries it away from the host that owns the interface, and that host never
 * hears it (as with macvlan).  A doll with a MAC address of its own could not
 * even resolve that host's addresses.  The slave has sent these in PARAMS, so
 * the master answers ARP requests for them: programs on the doll see the same
 * neighbour as every other host of the network.  Nothing else is answered: that
 * host does not hear packets from the doll, and a log line says so.
 */
#ifndef NEIGHBOUR_H
#define NEIGHBOUR_H

#include "frame/packet.h"
#include "port/params.h"
#include "port/port.h"

#define NEIGHBOUR_REPLY (ETHER_HEAD + ARP_LEN) /* bytes of an ARP reply */

/*
 * Whether the frame is an ARP request (RFC 826) or a neighbour solicitation
 * (RFC 4861) by another host for an address of `real`; *target is that address.
 */
bool neighbour_asked(const struct frame *, const struct params *real,
    struct addr *target);

/* Writes the answer to an ARP request: the address asked for has `mac`. */
void neighbour_arp_reply(const struct frame *request, const uint8_t mac[6],
    uint8_t reply[NEIGHBOUR_REPLY]);

/*
 * Answers the ARP requests among n frames that were sent on the doll, through
 * the doll's port.  Logs once that the real host hears nothing; *said: it is
 * logged.
 */
void neighbour_answer(struct port *doll, const struct params *real,
    const struct frame *, int n, bool *said);

#endif
