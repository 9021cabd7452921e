/* SPDX-License-Identifier: ISC */
/*
 * This host: which addresses are free on it, and what it hears itself of what
 * comes in at the real interface.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "smoke.h"

#define IP_HEADER  20
#define UDP_HEADER 8
#define PORT_FROM  9 /* discard */
#define HEARD	   4096

const char *host_ip4, *host_ip6;
static struct addr host; /* host_ip4 */
static int fd = -1;
static uint16_t port;

struct choice {
	struct addr addr;
	bool used;
};

/* Routes as short as this replace the default route only. */
static void
choice_compare(const struct local *local, void *arg)
{
	struct choice *c = arg;

	if ((local->kind != LOCAL_ROUTE || local->addr.addr_bits >= 8) &&
	    addr_overlap(&c->addr, &local->addr))
		c->used = true;
}

/* The first of these that is not used in any way here; NULL: none.  0, -1. */
static int
first_free(const char *const *texts, const char **out)
{
	struct choice c;

	for (*out = NULL; *out == NULL && *texts != NULL; texts++) {
		(void)addr_parse(*texts, &c.addr);
		c.used = false;
		if (params_local(NULL, choice_compare, &c) == -1)
			return -1;
		if (!c.used)
			*out = *texts;
	}
	return 0;
}

int
host_choose(void)
{
	static const char *const ip4[] = { "192.0.2.1/24", "198.51.100.1/24",
		"203.0.113.1/24", NULL };
	static const char *const ip6[] = { "2001:db8:53::1/64",
		"2001:db8:54::1/64", NULL };

	if (first_free(ip4, &host_ip4) == -1 ||
	    first_free(ip6, &host_ip6) == -1)
		return -1;
	if (host_ip4 != NULL)
		(void)addr_parse(host_ip4, &host);
	return 0;
}

/* Whether it is bound, or never will be: errno. */
static bool
binds(void *arg)
{
	errno = 0;
	return bind(fd, arg, sizeof(struct sockaddr_in)) == 0 ||
	    errno != EADDRNOTAVAIL;
}

/*
 * NetBSD lends no address to a socket while it looks for duplicates of it, some
 * seconds (sys/netinet/in_pcb.c, in_pcbbind_addr()).
 */
int
host_listen(void)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	memcpy(&sin.sin_addr, host.addr_data8, sizeof(sin.sin_addr));
	if ((fd = socket(AF_INET, SOCK_DGRAM, 0)) == -1 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	if (!until(binds, &sin, -1))
		errno = EADDRNOTAVAIL;
	if (errno != 0 || getsockname(fd, (struct sockaddr *)&sin, &len) == -1)
		return -1;
	port = ntohs(sin.sin_port);
	return 0;
}

void
host_close(void)
{
	if (fd != -1)
		(void)close(fd);
	fd = -1;
}

/* Of the whole header, its own sum included: 0. */
static uint16_t
ip_sum(const uint8_t *p)
{
	uint32_t sum = 0;
	int i;

	for (i = 0; i < IP_HEADER; i += 2)
		sum += get16(p + i);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)(~(sum + (sum >> 16)));
}

/* No sum over the datagram: IPv4 lets it be 0. */
void
host_headers(uint8_t *at, uint32_t len)
{
	static const uint8_t start[IP_HEADER] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64,
		IPPROTO_UDP };
	uint8_t *udp = at + IP_HEADER;

	memcpy(at, start, sizeof(start));
	put16(at + 2, (uint16_t)len);
	memcpy(at + 12, host.addr_data8, 4);
	at[15]++; /* the neighbour */
	memcpy(at + 16, host.addr_data8, 4);
	put16(at + 10, ip_sum(at));
	put16(udp, PORT_FROM);
	put16(udp + 2, port);
	put16(udp + 4, (uint16_t)(len - IP_HEADER));
	put16(udp + 6, 0);
}

static const struct shape datagram = { .len = 100, .type = TYPE_IP };
static unsigned numbers[HEARD]; /* of those that were heard, in order */
static int nnumbers;

static void
collect(void)
{
	uint8_t body[8];

	while (nnumbers < HEARD &&
	    recv(fd, body, sizeof(body), 0) == (ssize_t)sizeof(body))
		numbers[nnumbers++] = get32(body + 4);
}

bool
host_heard(unsigned number)
{
	int i;

	for (i = 0; i < nnumbers; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

/* Says something until it, or a later one, is heard. */
static bool
hears(void *arg)
{
	unsigned *first = arg;

	collect();
	if (nnumbers > 0 && numbers[nnumbers - 1] >= *first)
		return true;
	(void)host_tell();
	return false;
}

unsigned
host_tell(void)
{
	return end_send(&real, &doll, &datagram);
}

bool
host_hears(void)
{
	unsigned first = host_tell();

	return until(hears, &first, fd);
}
