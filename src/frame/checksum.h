/* SPDX-License-Identifier: ISC */
/*
 * The Internet checksum (RFC 1071), whose sums are in memory order, see its
 * section 2 (B); and what SCTP has in its place.
 */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Of len bytes, not yet folded; for chaining after an even number of bytes.
 * The result is below 2^17, so that a few such sums can be added.
 */
uint32_t checksum_add(uint32_t sum, const void *data, size_t len);
uint16_t checksum_fold(uint32_t sum); /* in network order */
/* Folds it into a checksum's field, which was zero for the sum. */
void checksum_write(uint8_t *field, uint32_t sum);
/* Of the pseudo header that belongs to an IP header, without the length. */
uint32_t checksum_pseudo(const uint8_t *ip, uint8_t proto);

/*
 * CRC32c of len bytes (RFC 9260, appendix A).  Its field on the wire has the
 * lowest byte first, and is zero while it is computed.
 */
uint32_t checksum_crc32c(const void *data, size_t len);

#endif
