/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <arpa/inet.h>
#include <string.h>

#include "frame/checksum.h"
#include "frame/packet.h"

static uint64_t
add64(uint64_t sum, uint64_t v)
{
	sum += v;
	return sum + (sum < v);
}

static uint64_t
load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

uint32_t
checksum_add(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t a = sum, b = 0, rest = 0;

	for (; len >= 16; p += 16, len -= 16) {
		a = add64(a, load64(p));
		b = add64(b, load64(p + 8));
	}
	if (len >= 8) {
		b = add64(b, load64(p));
		p += 8;
		len -= 8;
	}
	if (len > 0)
		memcpy(&rest, p, len);
	a = add64(add64(a, b), rest);
	a = (a & UINT32_MAX) + (a >> 32);
	a = (a & UINT32_MAX) + (a >> 32);
	return (uint32_t)((a & 0xffff) + (a >> 16));
}

uint16_t
checksum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void
checksum_write(uint8_t *field, uint32_t sum)
{
	uint16_t folded = checksum_fold(sum);

	memcpy(field, &folded, sizeof(folded));
}

uint32_t
checksum_pseudo(const uint8_t *ip, uint8_t proto)
{
	if (ip[0] >> 4 == 4)
		return checksum_add(htons(proto), ip + IP4_SRC, 8);
	return checksum_add(htons(proto), ip + IP6_SRC, 32);
}

/* Four bits at a time: SCTP is too rare for a larger table. */
uint32_t
checksum_crc32c(const void *data, size_t len)
{
	static const uint32_t half[16] = {
		0x00000000,
		0x105ec76f,
		0x20bd8ede,
		0x30e349b1,
		0x417b1dbc,
		0x5125dad3,
		0x61c69362,
		0x7198540d,
		0x82f63b78,
		0x92a8fc17,
		0xa24bb5a6,
		0xb21572c9,
		0xc38d26c4,
		0xd3d3e1ab,
		0xe330a81a,
		0xf36e6f75,
	};
	const uint8_t *p = data, *end = p + len;
	uint32_t crc = UINT32_MAX;

	for (; p < end; p++) {
		crc ^= *p;
		crc = crc >> 4 ^ half[crc & 15];
		crc = crc >> 4 ^ half[crc & 15];
	}
	return ~crc;
}
