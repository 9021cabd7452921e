/* SPDX-License-Identifier: ISC */
/*
 * Numbers in byte streams, big-endian but for get32le() and put32le().
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdint.h>

static inline uint16_t
get16(const uint8_t *in)
{
	return (uint16_t)(in[0] << 8 | in[1]);
}

static inline uint32_t
get32(const uint8_t *in)
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 |
	    (uint32_t)in[2] << 8 | in[3];
}

static inline uint32_t
get32le(const uint8_t *in)
{
	return (uint32_t)in[3] << 24 | (uint32_t)in[2] << 16 |
	    (uint32_t)in[1] << 8 | in[0];
}

static inline uint64_t
get64(const uint8_t *in)
{
	return (uint64_t)get32(in) << 32 | get32(in + 4);
}

static inline void
put16(uint8_t *out, uint16_t v)
{
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
}

static inline void
put32(uint8_t *out, uint32_t v)
{
	put16(out, (uint16_t)(v >> 16));
	put16(out + 2, (uint16_t)v);
}

static inline void
put32le(uint8_t *out, uint32_t v)
{
	out[0] = (uint8_t)v;
	out[1] = (uint8_t)(v >> 8);
	out[2] = (uint8_t)(v >> 16);
	out[3] = (uint8_t)(v >> 24);
}

static inline void
put64(uint8_t *out, uint64_t v)
{
	put32(out, (uint32_t)(v >> 32));
	put32(out + 4, (uint32_t)v);
}

#endif
