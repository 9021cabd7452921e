/* SPDX-License-Identifier: ISC */
/*
 * A network namespace for a test, and functions that send frames there and
 * receive them by plain packet sockets, not by the code under test.  Include it
 * after <cmocka.h>.
 */
#ifndef PORT_NET_H
#define PORT_NET_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fill.h"
#include "port/port.h"

#define WAIT_MS 3000
#define HEAD	sizeof(struct virtio_net_hdr)

static bool possible;
static struct port port;
static struct frame frames[FRAME_BATCH] __attribute__((unused));
static uint8_t buf[FRAME_MAX + 16];

/* Runs a command; false if it fails. */
static inline bool __attribute__((format(printf, 1, 2)))
run(const char *fmt, ...)
{
	char command[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command) == 0;
}

static inline bool
word_write(const char *path, const char *word)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return false;
	(void)fputs(word, f);
	return fclose(f) == 0;
}

/*
 * Turns IPv6 off: else the kernel's own frames come between ours.  False, too,
 * where the command ip is missing, which makes the interfaces.
 */
static inline bool
net_quiet(const char *off)
{
	return run("command -v ip >/dev/null") &&
	    word_write("/proc/sys/net/ipv6/conf/default/disable_ipv6", off);
}

static inline void
need_net(void)
{
	if (!possible)
		skip();
}

static inline struct ifreq
ifreq_of(const char *name)
{
	struct ifreq ifr = { 0 };

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	return ifr;
}

static inline short
flags_of(const char *name)
{
	struct ifreq ifr = ifreq_of(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	int r = ioctl(fd, SIOCGIFFLAGS, &ifr);

	(void)close(fd);
	return r == 0 ? ifr.ifr_flags : 0;
}

/*
 * Waits until the kernel has followed a change of carrier.  `ip link set' waits
 * for the lock under which it does that.
 */
static inline bool
await_running(const char *name, bool running)
{
	int i;

	for (i = 0; i < WAIT_MS; i++) {
		if (((flags_of(name) & IFF_RUNNING) != 0) == running)
			return run("ip link set %s mtu 1500", name);
		(void)poll(NULL, 0, 1);
	}
	return false;
}

/* Turns an offload on or off; command: ETHTOOL_STSO and the like. */
static inline bool
feature(const char *name, uint32_t command, uint32_t on)
{
	struct ethtool_value value = { command, on };
	struct ifreq ifr = ifreq_of(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), r;

	ifr.ifr_data = (void *)&value;
	r = ioctl(fd, SIOCETHTOOL, &ifr);
	(void)close(fd);
	return r == 0;
}

/* Opens a packet socket with the virtio-net header. */
static inline int
sniffer(const char *name)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(3),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, size = 32 << 20;

	assert_true(fd != -1);
	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on,
			     sizeof(on)),
	    0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
			     sizeof(size)),
	    0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ll, sizeof(ll)), 0);
	return fd;
}

static inline bool
wait_readable(int fd, int ms)
{
	struct pollfd pfd = { fd, POLLIN, 0 };

	return poll(&pfd, 1, ms) == 1;
}

static inline bool
wait_writable(int fd, int ms)
{
	struct pollfd pfd = { fd, POLLOUT, 0 };

	return poll(&pfd, 1, ms) == 1;
}

/*
 * Puts a frame on the wire as another program would.  The kernel charges a
 * frame to its sender until the other end of the pair has taken it, which a
 * busy machine does later: then the socket is full for a while (EAGAIN).
 */
static inline void
inject(int fd, const struct frame *f)
{
	static uint8_t out[sizeof(buf)];
	struct virtio_net_hdr head = {
		.flags = f->off.flags,
		.gso_type = f->off.gso,
		.hdr_len = f->off.hdr_len,
		.gso_size = f->off.gso_size,
		.csum_start = f->off.csum_start,
		.csum_offset = f->off.csum_offset,
	};
	ssize_t n;

	memcpy(out, &head, HEAD);
	memcpy(out + HEAD, f->data, f->len);
	while ((n = write(fd, out, HEAD + f->len)) == -1 && errno == EAGAIN)
		assert_true(wait_writable(fd, WAIT_MS));
	assert_int_equal(n, HEAD + f->len);
}

/* Reads a sniffer's next frame into buf.  Returns its length; 0: none comes. */
static inline uint32_t
sniff(int fd, struct virtio_net_hdr *head, int ms)
{
	ssize_t n;

	if (!wait_readable(fd, ms))
		return 0;
	do
		n = read(fd, buf, sizeof(buf));
	while (n == -1 && errno == ENETDOWN);
	assert_true(n >= (ssize_t)HEAD);
	memcpy(head, buf, HEAD);
	memmove(buf, buf + HEAD, (size_t)n - HEAD);
	return (uint32_t)((size_t)n - HEAD);
}

/* Reads the port's next frame; false: none comes. */
static inline bool
receive(struct frame *f, int ms)
{
	int i;

	/* the socket of an interface that was down is readable without one */
	for (i = 0; i < 10 && wait_readable(port.fd, ms); i++)
		if (port.ops->recv(&port, f, 1) == 1)
			return true;
	return false;
}

static inline void
transmit(struct frame *f)
{
	assert_int_equal(port.ops->send(&port, f, 1), 1);
}

static inline void
ether(uint8_t *p, uint16_t type)
{
	memcpy(p, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	p[12] = (uint8_t)(type >> 8);
	p[13] = (uint8_t)type;
}

/* Makes a frame of an experimental ethertype. */
static inline struct frame
plain(uint8_t *data, uint32_t len, unsigned seed)
{
	fill(data, len, seed);
	ether(data, 0x88b5);
	return frame_of(data, len);
}

/*
 * Makes a TCP frame with segmentation and an undone checksum, with ntags 802.1Q
 * tags and payload bytes of data in segments of mss bytes.
 */
static inline struct frame
super(uint8_t *p, int ntags, uint32_t payload, uint16_t mss)
{
	uint32_t ip = 14 + 4 * (uint32_t)ntags, sum = 0;
	struct frame f = frame_of(p, ip + 40 + payload);
	static const uint8_t head[40] = { 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 6, 0,
		0, 10, 0, 0, 1, 10, 0, 0, 2, 3, 232, 7, 208, 0, 0, 0, 1, 0, 0,
		0, 1, 0x50, 0x10, 4, 0, 0, 0, 0, 0 };
	int i;

	fill(p, f.len, payload);
	ether(p, 0x8100);
	for (i = 0; i < ntags; i++)
		memcpy(p + 12 + 4 * i, "\x81\0\0\5", 4);
	memcpy(p + ip - 2, "\x08\0", 2);
	memcpy(p + ip, head, sizeof(head));
	p[ip + 2] = (uint8_t)((40 + payload) >> 8);
	p[ip + 3] = (uint8_t)(40 + payload);
	for (i = 0; i < 20; i += 2)
		sum += (uint32_t)p[ip + i] << 8 | p[ip + i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	p[ip + 10] = (uint8_t)(sum >> 8);
	p[ip + 11] = (uint8_t)sum;
	f.off.flags = OFFLOAD_CSUM;
	f.off.gso = OFFLOAD_TCP4;
	f.off.gso_size = mss;
	f.off.hdr_len = (uint16_t)(ip + 40);
	f.off.csum_start = (uint16_t)(ip + 20);
	f.off.csum_offset = 16;
	return f;
}

static inline void
assert_frame(const struct frame *f, const uint8_t *data, uint32_t len)
{
	assert_int_equal(f->len, len);
	assert_memory_equal(f->data, data, len);
}

#endif
