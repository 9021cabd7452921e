#include <sys/types.h>
#include <arpa/inet.h>
#include <string.h>

#include "checksum.h"

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
	uint8_t rest[8] = { 0 };
	uint64_t a = sum, b = 0;

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
		memcpy(rest, p, len);
	a = add64(add64(a, b), load64(rest));
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

uint32_t
checksum_pseudo(const uint8_t *ip, uint8_t proto)
{
	if (ip[0] >> 4 == 4)
		return checksum_add(htons(proto), ip + 12, 8);
	return checksum_add(htons(proto), ip + 8, 32);
}
