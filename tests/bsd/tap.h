/*
 * What the scripts of the three taps share: rows that come each time, and
 * arguments.
 */
#ifndef TAP_H
#define TAP_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <sys/time.h>
#include <net/if.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/helper.h"
#include "port/port.h"
#include "kernel.h"

#define NODE_FLAGS (O_RDWR | O_NONBLOCK | O_CLOEXEC)
#define ASK(domain, ...) \
	SOCKET(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0, __VA_ARGS__)
#define INDEX 7
/* the port's last step, and what a close of it makes */
#define OPENED(name, flags)                             \
	IF_NAMETOINDEX(name, INDEX), ASK(AF_INET, 103), \
	    IF_NAMETOINDEX(name, INDEX),                \
	    IOCTL(103, SIOCGIFFLAGS, .out = flags)
/* the port's attach; a row: what has been dropped before */
#define ATTACHED(...) \
	READ(101, FRAME_MAX, NULL, 0, .error = EAGAIN), __VA_ARGS__
#define CLOSED CLOSE(101), CLOSE(103)
/* that of one that is gone */
#define CLOSED_GONE(name) CLOSE(101), IF_NAMETOINDEX(name, 0), CLOSE(103)

static const struct ifreq is_up = { .ifr_flags = IFF_UP }, is_down;

static struct port port;

/* -1, 0 as the port's open. */
static int
tap_try(const char *name, int linktype)
{
	struct port_config config = { .name = name, .linktype = linktype };

	return helper_port_open(&port, &port_tap, &config);
}

static bool
names(const void *arg, const char *name)
{
	return strcmp(((const struct ifreq *)arg)->ifr_name, name) == 0;
}

#define NAMES(ifname)                                        \
	static bool is_##ifname(const void *arg, size_t len) \
	{                                                    \
		(void)len;                                   \
		return names(arg, #ifname);                  \
	}

/* Ethernet, IPv4, IPv6, neither */
static uint8_t frame[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0 };
static uint8_t packet4[] = { 0x45, 0, 0, 20 }, packet6[] = { 0x60, 0, 0, 0 },
	       neither[] = { 0x10, 0, 0, 0 };
static const uint8_t framed4[] = { 0, 0, 0, AF_INET, 0x45, 0, 0, 20 },
		     framed6[] = { 0, 0, 0, AF_INET6, 0x60, 0, 0, 0 };

/* How many frames are counted as refused after this one. */
static int
tap_put_one(uint8_t *data, size_t len)
{
	struct frame f = { .data = data, .len = (uint32_t)len };

	assert_int_equal(port.ops->send(&port, &f, 1), 1);
	return (int)port.count.refused;
}

/* As recv, of one frame at most. */
static int
tap_get_one(const uint8_t *data, size_t len)
{
	struct frame f;
	int n = port.ops->recv(&port, &f, 1);

	if (n != 1)
		return n;
	assert_true(f.outbound);
	assert_int_equal(f.len, len);
	assert_memory_equal(f.data, data, len);
	return 1;
}

static void
tap_end(void)
{
	port_close(&port);
	kernel_end();
}

#endif
