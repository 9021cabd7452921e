/*
 * Addresses as the BSDs tell them.  What there is different from Linux:
 *
 *  - only a point-to-point interface has peers, and its route is to the peer
 *    alone, whatever the mask says (sys/netinet/in.c);
 *  - masks are cut after their last byte that is not zero: sa_len counts
 *    (sys/netinet/in.c, in_socktrim());
 *  - a link-local address may have its interface's index in its second word
 *    (KAME; FreeBSD, sysctl net.inet6.ip6.deembed_scopeid).
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <netinet/in.h>
#include <ifaddrs.h>
#include <stddef.h>
#include <string.h>

#include "ifaddr.h"

uint16_t
ifaddr_mask(const struct sockaddr *mask, int family)
{
	const uint8_t *bytes = (const uint8_t *)mask;
	size_t i = offsetof(struct sockaddr_in, sin_addr), end = i + 4;
	uint16_t bits = 0;
	uint8_t byte;

	if (family == AF_INET6) {
		i = offsetof(struct sockaddr_in6, sin6_addr);
		end = i + 16;
	}
	for (; i < end && i < mask->sa_len; i++) {
		for (byte = bytes[i]; (byte & 0x80) != 0; byte <<= 1)
			bits++;
		if (bytes[i] != 0xff)
			break;
	}
	return bits;
}

bool
ifaddr_sockaddr(const struct sockaddr *sa, struct addr *out)
{
	static const uint8_t zero[16];
	const struct sockaddr_in *sin = (const void *)sa;
	const struct sockaddr_in6 *sin6 = (const void *)sa;

	memset(out, 0, sizeof(*out));
	if (sa == NULL)
		return false;
	if (sa->sa_family == AF_INET) {
		out->addr_type = ADDR_TYPE_IP;
		out->addr_bits = 32;
		memcpy(out->addr_data8, &sin->sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		out->addr_type = ADDR_TYPE_IP6;
		out->addr_bits = 128;
		memcpy(out->addr_data8, &sin6->sin6_addr, 16);
		if (IN6_IS_ADDR_LINKLOCAL(&sin6->sin6_addr))
			memset(out->addr_data8 + 2, 0, 2);
	}
	return memcmp(out->addr_data8, zero, sizeof(zero)) != 0;
}

static void
read_other(struct param_addr *a, const struct ifaddrs *ifa)
{
	if (!ifaddr_sockaddr(ifa->ifa_dstaddr, &a->other) ||
	    a->other.addr_type != a->addr.addr_type ||
	    addr_same(&a->addr, &a->other))
		a->kind = PARAM_NONE;
	else if ((ifa->ifa_flags & IFF_POINTOPOINT) != 0)
		a->kind = PARAM_PEER;
	else if ((ifa->ifa_flags & IFF_BROADCAST) != 0 &&
	    a->addr.addr_type == ADDR_TYPE_IP)
		a->kind = PARAM_BROADCAST;
	if (a->kind == PARAM_NONE)
		memset(&a->other, 0, sizeof(a->other));
}

bool
ifaddr_read(const struct ifaddrs *ifa, int family, struct param_addr *out)
{
	memset(out, 0, sizeof(*out));
	if (ifa->ifa_addr == NULL || ifa->ifa_addr->sa_family != family ||
	    !ifaddr_sockaddr(ifa->ifa_addr, &out->addr))
		return false;
	read_other(out, ifa);
	if (out->kind != PARAM_PEER && ifa->ifa_netmask != NULL)
		out->addr.addr_bits = ifaddr_mask(ifa->ifa_netmask, family);
	return true;
}
