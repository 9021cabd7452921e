/* SPDX-License-Identifier: ISC */
/*
 * An interface with several link addresses: getifaddrs(3) lists each that was
 * ever set, and only SIOCGLIFADDR tells which one is active
 * (sys/net/link_proto.c, link_control()).  Parameters and capture must use the
 * same one.
 */
#include "capture_rows.h"
#include "../../platform/bsd/ifstate.h"
#include "port/params.h"

static const uint8_t mac_a[6] = { 2, 0, 0, 0, 0, 0xa };
static const uint8_t mac_b[6] = { 2, 0, 0, 0, 0, 0xb };

/* -- the interface em0, given A, then B, then A again ---------------------- */

static struct if_data data = { .ifi_mtu = 1500,
	.ifi_link_state = LINK_STATE_UP };
static struct sockaddr_dl dl[3];
static struct ifaddrs list[3];

/* NetBSD, lib/libc/net/getifaddrs.c: each of them may have the data. */
static void
list_put(int i, const char *name, const uint8_t mac[6])
{
	size_t nlen = strlen(name);

	dl[i].sdl_len = sizeof(dl[i]);
	dl[i].sdl_family = AF_LINK;
	dl[i].sdl_type = IFT_ETHER;
	dl[i].sdl_nlen = (uint8_t)nlen;
	dl[i].sdl_alen = 6;
	memcpy(dl[i].sdl_data, name, nlen);
	memcpy(dl[i].sdl_data + nlen, mac, 6);
	list[i].ifa_name = (char *)(uintptr_t)name;
	list[i].ifa_flags = IFF_UP | IFF_BROADCAST;
	list[i].ifa_addr = (struct sockaddr *)&dl[i];
	list[i].ifa_data = &data;
	list[i].ifa_next = i < 2 ? &list[i + 1] : NULL;
}

static int
setup(void **state)
{
	(void)state;
	list_put(0, "em1", mac_b);
	list_put(1, "em0", mac_a);
	list_put(2, "em0", mac_b);
	return 0;
}

/* -- what the kernel does -------------------------------------------------- */

static bool
asks(const void *arg, size_t len, const uint8_t mac[6])
{
	const struct if_laddrreq *r = arg;
	const struct sockaddr_dl *sdl = (const void *)&r->addr;

	return len == sizeof(*r) && strcmp(r->iflr_name, "em0") == 0 &&
	    r->flags == IFLR_PREFIX && r->prefixlen == 48 &&
	    sdl->sdl_family == AF_LINK && sdl->sdl_nlen == 0 &&
	    sdl->sdl_alen == 6 && memcmp(sdl->sdl_data, mac, 6) == 0;
}

static bool
asks_a(const void *arg, size_t len)
{
	return asks(arg, len, mac_a);
}

static bool
asks_b(const void *arg, size_t len)
{
	return asks(arg, len, mac_b);
}

static const struct if_laddrreq active = { .flags = IFLR_ACTIVE },
				factory = { .flags = IFLR_FACTORY };

#define LINK_SOCKET	SOCKET(AF_LINK, SOCK_DGRAM | SOCK_CLOEXEC, 0, 101)
#define ASKED(is, says) IOCTL(101, SIOCGLIFADDR, .check = is, .out = &(says))

static const struct kernel_call a_is_active[] = {
	INTF_NONE,
	GETIFADDRS(list),
	LINK_SOCKET,
	ASKED(asks_a, active),
	CLOSE(101),
};
static const struct kernel_call b_is_active[] = {
	INTF_NONE,
	GETIFADDRS(list),
	LINK_SOCKET,
	ASKED(asks_a, factory),
	ASKED(asks_b, active),
	CLOSE(101),
};
/* the address has gone in between; no more descriptors */
static const struct kernel_call unknown[] = {
	INTF_NONE,
	GETIFADDRS(list),
	LINK_SOCKET,
	IOCTL(101, SIOCGLIFADDR, .error = EADDRNOTAVAIL),
	IOCTL(101, SIOCGLIFADDR, .error = EADDRNOTAVAIL),
	CLOSE(101),
};
static const struct kernel_call unasked[] = {
	INTF_NONE,
	GETIFADDRS(list),
	SOCKET(AF_LINK, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, .error = EMFILE),
};
/* with only one address there is no need to ask */
static const struct kernel_call lone[] = { INTF_NONE, GETIFADDRS(list) };

/* -- tests ----------------------------------------------------------------- */

static void
assert_params(const struct kernel_call *rows, size_t n, const char *name,
    const uint8_t mac[6])
{
	struct params p;

	kernel_begin("params_read", rows, n);
	assert_int_equal(params_read(name, &p), 0);
	kernel_end();
	assert_true(p.have_mac);
	assert_memory_equal(p.mac, mac, 6);
	assert_int_equal(p.mtu, 1500);
}

static void
assert_state(const struct kernel_call *rows, size_t n, const char *name,
    const uint8_t mac[6])
{
	struct ifaddrs *all;
	struct ifstate s;

	kernel_begin("ifstate_find", rows, n);
	assert_int_equal(getifaddrs(&all), 0);
	assert_non_null(ifstate_find(all, name, &s));
	kernel_end();
	assert_true(s.have_mac && s.up && s.carrier);
	assert_memory_equal(s.mac, mac, 6);
}

#define BOTH_SEE(rows, name, mac)                                            \
	do {                                                                 \
		assert_params(rows, sizeof(rows) / sizeof((rows)[0]), name,  \
		    mac);                                                    \
		assert_state((rows) + INTF_NONE_ROWS,                        \
		    sizeof(rows) / sizeof((rows)[0]) - INTF_NONE_ROWS, name, \
		    mac);                                                    \
	} while (0)

static void
test_reads_the_active_address(void **state)
{
	(void)state;
	BOTH_SEE(a_is_active, "em0", mac_a);
	BOTH_SEE(b_is_active, "em0", mac_b);
	list[1].ifa_data = NULL; /* the data may be in any entry */
	BOTH_SEE(a_is_active, "em0", mac_a);
	list[1].ifa_data = &data;
	list[2].ifa_data = NULL;
	BOTH_SEE(b_is_active, "em0", mac_b);
}

static void
test_reads_the_first_if_nobody_tells(void **state)
{
	(void)state;
	BOTH_SEE(unknown, "em0", mac_a);
	BOTH_SEE(unasked, "em0", mac_a);
	BOTH_SEE(lone, "em1", mac_b);
}

/* A frame from the host's active address counts as outbound. */
static void
test_capture_knows_the_host(void **state)
{
	static uint8_t buffer[GRANTED];
	static const struct kernel_call rows[] = {
		ACQUIRE(100),
		PREPARE(100),
		STATE(list),
		LINK_SOCKET,
		ASKED(asks_a, factory),
		ASKED(asks_b, active),
		CLOSE(101),
		HEAR(100),
		READ(100, GRANTED, buffer, sizeof(struct bpf_hdr) + 60),
		CLOSE(100),
	};
	struct bpf_hdr h = { .bh_caplen = 60,
		.bh_datalen = 60,
		.bh_hdrlen = sizeof(h) };
	struct frame f;

	(void)state;
	memcpy(buffer, &h, sizeof(h));
	memcpy(buffer + sizeof(h) + 6, mac_b, 6);
	KERNEL(rows);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port.ops->recv(&port, &f, 1), 1);
	assert_true(f.outbound);
	port_close(&port);
	kernel_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_reads_the_active_address, setup),
		cmocka_unit_test_setup(test_reads_the_first_if_nobody_tells,
		    setup),
		cmocka_unit_test_setup(test_capture_knows_the_host, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
