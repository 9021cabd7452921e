/* SPDX-License-Identifier: ISC */
/*
 * libdnet's own addr_pton() is not used: it asks a name server for a text that
 * it cannot read.  An IPv4-mapped IPv6 address becomes the IPv4 address
 * everywhere in this program: otherwise a dual-stack listener would see one
 * host under two addresses.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "text.h"

#define MAPPED_BITS 96

static const uint8_t mapped[MAPPED_BITS / 8] = { [10] = 0xff, [11] = 0xff };

static size_t
addr_size(const struct addr *a)
{
	switch (a->addr_type) {
	case ADDR_TYPE_ETH:
		return ETH_ADDR_LEN;
	case ADDR_TYPE_IP:
		return IP_ADDR_LEN;
	case ADDR_TYPE_IP6:
		return IP6_ADDR_LEN;
	default:
		return 0;
	}
}

static void
addr_unmap(struct addr *a)
{
	if (a->addr_type != ADDR_TYPE_IP6 || a->addr_bits < MAPPED_BITS ||
	    memcmp(a->addr_data8, mapped, sizeof(mapped)) != 0)
		return;
	a->addr_type = ADDR_TYPE_IP;
	a->addr_bits -= MAPPED_BITS;
	memmove(a->addr_data8, a->addr_data8 + sizeof(mapped), IP_ADDR_LEN);
	memset(a->addr_data8 + IP_ADDR_LEN, 0, sizeof(mapped));
}

static int
addr_parse_host(const char *text, struct addr *out)
{
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, out->addr_data8) == 1) {
		out->addr_type = ADDR_TYPE_IP;
		out->addr_bits = IP_ADDR_BITS;
		return 0;
	}
	if (inet_pton(AF_INET6, text, out->addr_data8) == 1) {
		out->addr_type = ADDR_TYPE_IP6;
		out->addr_bits = IP6_ADDR_BITS;
		return 0;
	}
	return -1;
}

static int
addr_parse_length(const char *text, struct addr *out)
{
	uint32_t bits;

	if (!text_number(text, 0, out->addr_bits, &bits))
		return -1;
	out->addr_bits = (uint16_t)bits;
	return 0;
}

int
addr_parse(const char *text, struct addr *out)
{
	char host[ADDR_TEXT];
	size_t n = strcspn(text, "%/");
	const char *slash = text + strcspn(text, "/");

	if (n >= sizeof(host))
		return -1;
	memcpy(host, text, n);
	host[n] = '\0';
	if (addr_parse_host(host, out) == -1 ||
	    (text[n] == '%' &&
		(out->addr_type != ADDR_TYPE_IP6 || slash == text + n + 1)) ||
	    (*slash == '/' && addr_parse_length(slash + 1, out) == -1))
		return -1;
	addr_unmap(out);
	return 0;
}

int
addr_from_sockaddr(const struct sockaddr *sa, struct addr *out, uint16_t *port)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	memset(out, 0, sizeof(*out));
	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&in, sa, sizeof(in));
		addr_pack(out, ADDR_TYPE_IP, IP_ADDR_BITS, &in.sin_addr,
		    IP_ADDR_LEN);
		if (port != NULL)
			*port = ntohs(in.sin_port);
		return 0;
	case AF_INET6:
		memcpy(&in6, sa, sizeof(in6));
		addr_pack(out, ADDR_TYPE_IP6, IP6_ADDR_BITS, &in6.sin6_addr,
		    IP6_ADDR_LEN);
		addr_unmap(out);
		if (port != NULL)
			*port = ntohs(in6.sin6_port);
		return 0;
	default:
		return -1;
	}
}

bool
addr_same(const struct addr *a, const struct addr *b)
{
	size_t n = addr_size(a);

	return n > 0 && a->addr_type == b->addr_type &&
	    memcmp(a->addr_data8, b->addr_data8, n) == 0;
}

bool
addr_overlap(const struct addr *a, const struct addr *b)
{
	unsigned bits = a->addr_bits < b->addr_bits ? a->addr_bits :
						      b->addr_bits;
	unsigned whole = bits / 8;
	uint8_t mask = 0xff00 >> bits % 8;

	if (a->addr_type != b->addr_type || addr_size(a) == 0 ||
	    bits > addr_size(a) * 8)
		return false;
	return memcmp(a->addr_data8, b->addr_data8, whole) == 0 &&
	    (mask == 0 ||
		((a->addr_data8[whole] ^ b->addr_data8[whole]) & mask) == 0);
}

bool
addr_is_ip4(const struct addr *a)
{
	return a->addr_type == ADDR_TYPE_IP;
}

uint16_t
addr_width(const struct addr *a)
{
	return addr_is_ip4(a) ? IP_ADDR_BITS : IP6_ADDR_BITS;
}

struct addr
addr_host(const struct addr *a)
{
	struct addr host = *a;

	host.addr_bits = addr_width(a);
	return host;
}

const char *
addr_mac(const uint8_t mac[6], char out[ADDR_MAC])
{
	(void)snprintf(out, ADDR_MAC, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
	    mac[1], mac[2], mac[3], mac[4], mac[5]);
	return out;
}

bool
addr_is_loopback(const struct addr *a)
{
	static const uint8_t one[IP6_ADDR_LEN] = { [15] = 1 };

	switch (a->addr_type) {
	case ADDR_TYPE_IP:
		return a->addr_data8[0] == 127;
	case ADDR_TYPE_IP6:
		return memcmp(a->addr_data8, one, sizeof(one)) == 0;
	default:
		return false;
	}
}
