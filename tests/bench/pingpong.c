/* SPDX-License-Identifier: ISC */
/*
 * Round trips of UDP, one a millisecond.
 *
 *     pingpong serve PORT
 *     pingpong SOURCE ADDRESS PORT COUNT     prints: came p50 p99, in us
 */
#include <sys/socket.h>
#include <sys/time.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIZE	    18 /* of what is sent: a frame of 60 bytes */
#define INTERVAL_NS 1000000
#define WAIT_US	    300000 /* then a datagram is lost */
#define COUNT_MAX   100000

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct sockaddr_in
address(const char *host, const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };

	to.sin_port = htons((uint16_t)atoi(port));
	if (inet_pton(AF_INET, host, &to.sin_addr) != 1)
		errx(2, "%s: not an address", host);
	return to;
}

static int
udp_bind(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd == -1 ||
	    bind(fd, (const struct sockaddr *)to, sizeof(*to)) == -1)
		err(1, "bind");
	return fd;
}

static void
serve(const char *port)
{
	struct sockaddr_in self = address("0.0.0.0", port), peer;
	socklen_t len;
	char buf[SIZE];
	ssize_t n;
	int fd = udp_bind(&self);

	for (;;) {
		len = sizeof(peer);
		n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&peer,
		    &len);
		if (n > 0)
			(void)sendto(fd, buf, (size_t)n, 0,
			    (struct sockaddr *)&peer, len);
	}
}

/* How long number takes to come back, -1: it does not. */
static int64_t
round_trip(int fd, uint32_t number)
{
	char buf[SIZE] = { 0 };
	int64_t begin = now_ns();
	uint32_t got = number + 1;

	memcpy(buf, &number, sizeof(number));
	if (send(fd, buf, sizeof(buf), 0) == -1)
		return -1;
	while (got != number) {
		if (recv(fd, buf, sizeof(buf), 0) != sizeof(buf))
			return -1;
		memcpy(&got, buf, sizeof(got));
	}
	return now_ns() - begin;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
pings(int fd, uint32_t count)
{
	static int64_t took[COUNT_MAX];
	uint32_t i, came = 0;
	int64_t begin, rest;

	for (i = 0; i < count; i++) {
		begin = now_ns();
		if ((took[came] = round_trip(fd, i)) != -1)
			came++;
		rest = begin + INTERVAL_NS - now_ns();
		if (rest > 0)
			nanosleep(&(struct timespec) { 0, rest }, NULL);
	}
	if (came == 0)
		errx(1, "nothing came back");
	qsort(took, came, sizeof(took[0]), compare);
	printf("%u %.1f %.1f\n", came, (double)took[came / 2] / 1000,
	    (double)took[came - 1 - came / 100] / 1000);
}

int
main(int argc, char **argv)
{
	struct timeval wait = { 0, WAIT_US };
	struct sockaddr_in from, to;
	uint32_t count;
	int fd;

	if (argc == 3)
		serve(argv[2]);
	if (argc != 5)
		errx(2, "usage: pingpong source address port count");
	from = address(argv[1], "0");
	to = address(argv[2], argv[3]);
	count = (uint32_t)atoi(argv[4]);
	fd = udp_bind(&from);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		err(1, "connect");
	pings(fd, count > COUNT_MAX ? COUNT_MAX : count);
	return 0;
}
