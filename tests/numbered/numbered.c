/* SPDX-License-Identifier: ISC */
/* What both sides of it need, and main(). */
#include <sys/socket.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "numbered.h"

#define RECEIVE_QUEUE (64 << 20)

static uint64_t
mix(uint64_t sum, const uint8_t *p, size_t len)
{
	uint64_t word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	for (; len > 0; len--)
		sum = (sum ^ *p++) * 0x9e3779b97f4a7c15u;
	return sum;
}

uint32_t
record_sum(const struct record *r, const uint8_t *filling)
{
	struct record head = *r;
	uint64_t sum;

	head.sum = 0;
	sum = mix(1, (const uint8_t *)&head, sizeof(head));
	sum = mix(sum, filling, r->length - sizeof(head));
	return (uint32_t)(sum ^ sum >> 32);
}

uint64_t
inet_add(uint64_t sum, const uint8_t *p, size_t len)
{
	uint32_t word = 0;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	word = 0;
	memcpy(&word, p, len);
	return sum + word;
}

uint16_t
inet_fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint64_t
inet_pseudo(const uint8_t *ip, size_t len)
{
	return inet_add(htons((uint16_t)len) + htons(ip[9]), ip + 12, 8);
}

void
mac_parse(uint8_t *to, const char *text)
{
	unsigned m[6];
	int i;

	if (sscanf(text, "%x:%x:%x:%x:%x:%x", m, m + 1, m + 2, m + 3, m + 4,
		m + 5) != 6)
		errx(2, "%s: not a MAC", text);
	for (i = 0; i < 6; i++)
		to[i] = (uint8_t)m[i];
}

static void
packet_option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) == -1)
		err(1, "setsockopt %d", name);
}

int
packet_socket(const char *ifname, bool listens)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd;

	to.sll_ifindex = (int)if_nametoindex(ifname);
	to.sll_protocol = listens ? htons(ETH_P_IP) : 0;
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd == -1)
		err(1, "socket");
	packet_option(fd, SOL_PACKET, PACKET_VNET_HDR, 1);
	if (listens) {
		packet_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
		packet_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_QUEUE);
	}
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		err(1, "%s: bind", ifname);
	return fd;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "send") == 0)
		return send_main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "count") == 0)
		return count_main(argc - 1, argv + 1);
	errx(2, "usage: numbered send|count -i interface -s mac ...");
}
