/*
 * The names in a filter as this machine knows them.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netdb.h>
#include <string.h>

#include "filter/filter.h"

static bool
known(const struct addr *a, const struct addr *list, int n)
{
	while (n-- > 0)
		if (addr_same(a, list++))
			return true;
	return false;
}

static int
system_host(const char *name, struct addr *out, int max)
{
	struct addrinfo hints, *list, *i;
	struct addr a;
	int n = 0, error;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	error = getaddrinfo(name, NULL, &hints, &list);
	if (error == EAI_AGAIN || error == EAI_FAIL || error == EAI_SYSTEM ||
	    error == EAI_MEMORY) /* nobody there who would know it */
		return -1;
	if (error != 0)
		return 0;
	for (i = list; i != NULL && n < max; i = i->ai_next)
		if (addr_from_sockaddr(i->ai_addr, &a, NULL) == 0 &&
		    !known(&a, out, n))
			out[n++] = a;
	freeaddrinfo(list);
	return n;
}

/* networks(5) leaves the zero octets away: 127 is 127.0.0.0/8. */
static int
system_net(const char *name, struct addr *out)
{
	struct netent *e = getnetbyname(name);
	uint32_t net;
	unsigned bits = 32;

	if (e == NULL || e->n_addrtype != AF_INET)
		return -1;
	for (net = e->n_net; net != 0 && net >> 24 == 0; net <<= 8)
		bits -= 8;
	net = htonl(net);
	memset(out, 0, sizeof(*out));
	addr_pack(out, ADDR_TYPE_IP, bits, &net, IP_ADDR_LEN);
	return 0;
}

static int
system_port(const char *name, const char *transport)
{
	struct servent *e = getservbyname(name, transport);

	return e == NULL ? -1 : ntohs(e->s_port);
}

static int
system_proto(const char *name)
{
	struct protoent *e = getprotobyname(name);

	return e == NULL ? -1 : e->p_proto;
}

const struct filter_names filter_names_system = { system_host, system_net,
	system_port, system_proto };
