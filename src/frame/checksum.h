/* SPDX-License-Identifier: ISC */
/*
 * The Internet checksum (RFC 1071) and SCTP's CRC32c.  Sums of the Internet
 * checksum are in memory order, see section 2 (B) of the RFC.
 */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Adds len bytes to a sum over an even number of bytes.  The result is not
 * folded and below 2^17, so that a few such sums can be added.
 */
uint32_t checksum_add(uint32_t sum, const void *data, size_t len);
uint16_t checksum_fold(uint32_t sum); /* in network order */
/* Folds a sum and writes it to the checksum's field, which it took as zero. */
void checksum_write(uint8_t *field, uint32_t sum);
/* The sum of the pseudo header of an IP header, without the length. */
uint32_t checksum_pseudo(const uint8_t *ip, uint8_t proto);

/*
 * CRC32c of len bytes (RFC 9260, appendix A).  Its field in a packet has the
 * lowest byte first, and must be zero while it is computed.
 */
uint32_t checksum_crc32c(const void *data, size_t len);

#endif
