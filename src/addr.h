/* SPDX-License-Identifier: ISC */
/*
 * Addresses: libdnet's struct addr is the program's address type.  Do not
 * include <netinet/ip.h>, tcp.h or udp.h beside this header: libdnet defines
 * the same names.
 */
#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef USE_DUMBNET
#include <dumbnet.h>
#else
#include <dnet.h>
#endif

struct sockaddr;

#define ADDR_TEXT 64 /* room for any address, port and scope as text */
#define ADDR_MAC  18 /* room for a MAC address as text */

/*
 * Parses a numeric address with an optional /length; "%scope" is cut off and
 * ::ffff:a.b.c.d becomes a.b.c.d.  Never asks a name server (libdnet's
 * addr_pton does).  0, or -1 if it is none.
 */
int addr_parse(const char *text, struct addr *out);

/*
 * The address and port of a socket address, IPv4-mapped ones unmapped.
 * port may be NULL; it is in host order.  0, or -1 for another family.
 */
int addr_from_sockaddr(const struct sockaddr *sa, struct addr *out,
    uint16_t *port);

/* The same host address, whatever the prefix lengths say. */
bool addr_same(const struct addr *a, const struct addr *b);

/* One prefix contains the other. */
bool addr_overlap(const struct addr *a, const struct addr *b);

bool addr_is_ip4(const struct addr *a);
bool addr_is_loopback(const struct addr *a);

/* The longest prefix of this address's family, in bits: 32 or 128. */
uint16_t addr_width(const struct addr *a);
/* The address alone: its prefix is as long as can be. */
struct addr addr_host(const struct addr *a);

/* "52:54:00:12:34:56"; out is returned. */
const char *addr_mac(const uint8_t mac[6], char out[ADDR_MAC]);

#endif
