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
 * Parses a numeric address with an optional /length; cuts off "%scope" and
 * turns ::ffff:a.b.c.d into a.b.c.d.  Never asks a name server (libdnet's
 * addr_pton does).  0; -1: the text is not an address.
 */
int addr_parse(const char *text, struct addr *out);

/*
 * Reads the address and port of a socket address; an IPv4-mapped address
 * becomes the IPv4 address.  *port is in host order; port may be NULL.  0; -1:
 * another family.
 */
int addr_from_sockaddr(const struct sockaddr *sa, struct addr *out,
    uint16_t *port);

/* Whether both are the same host address, whatever their prefix lengths. */
bool addr_same(const struct addr *a, const struct addr *b);

/* Whether one prefix contains the other. */
bool addr_overlap(const struct addr *a, const struct addr *b);

bool addr_is_ip4(const struct addr *a);
bool addr_is_loopback(const struct addr *a);

/* The bits of an address of this family: 32 or 128. */
uint16_t addr_width(const struct addr *a);
/* The same address with the longest prefix length: /32 or /128. */
struct addr addr_host(const struct addr *a);

/* Writes "52:54:00:12:34:56"; returns out. */
const char *addr_mac(const uint8_t mac[6], char out[ADDR_MAC]);

#endif
