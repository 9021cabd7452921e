/* SPDX-License-Identifier: ISC */
/* Which neighbour requests on the doll ask for the real interface's host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "relay/neighbour.h"

static const uint8_t host_mac[6] = { 2, 0, 0, 9, 0, 1 };
static const uint8_t doll_mac[6] = { 2, 0, 0, 0xaa, 0, 7 };

static uint8_t data[128];
static struct frame frame = { .data = data };

static struct params
real_host(void)
{
	struct params real = { .have_mac = true, .have_addrs = true };

	memcpy(real.mac, host_mac, 6);
	assert_int_equal(addr_parse("10.9.0.1/24", &real.addrs[0].addr), 0);
	assert_int_equal(addr_parse("fe80::1/64", &real.addrs[1].addr), 0);
	real.naddrs = 2;
	return real;
}

/* Makes a request of 10.9.0.77 for 10.9.0.x. */
static void
arp_request(uint8_t x)
{
	static const uint8_t rest[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };

	memset(data, 0xff, 6);
	memcpy(data + 6, doll_mac, 6);
	memcpy(data + 12, rest, sizeof(rest));
	memcpy(data + 22, doll_mac, 6);
	memcpy(data + 28, (uint8_t[]) { 10, 9, 0, 77 }, 4);
	memset(data + 32, 0, 6);
	memcpy(data + 38, (uint8_t[]) { 10, 9, 0, x }, 4);
	frame.len = 42;
}

/* Makes a solicitation for fe80::x. */
static void
solicitation(uint8_t x)
{
	memset(data, 0, sizeof(data));
	memcpy(data, (uint8_t[]) { 0x33, 0x33, 0xff, 0, 0, x }, 6);
	memcpy(data + 6, doll_mac, 6);
	data[12] = 0x86;
	data[13] = 0xdd;
	data[20] = 58;
	data[54] = 135;
	data[62] = 0xfe;
	data[63] = 0x80;
	data[77] = x;
	frame.len = 86;
}

static void
test_arp(void **state)
{
	struct params real = real_host();
	char text[ADDR_TEXT];
	struct addr target;

	(void)state;
	arp_request(1);
	assert_true(neighbour_asked(&frame, &real, &target));
	assert_string_equal(addr_ntop(&target, text, sizeof(text)), "10.9.0.1");
	frame.len = 41;
	assert_false(neighbour_asked(&frame, &real, &target));
	arp_request(3); /* nobody's */
	assert_false(neighbour_asked(&frame, &real, &target));
	arp_request(1);
	data[21] = 2; /* a reply */
	assert_false(neighbour_asked(&frame, &real, &target));
	arp_request(1);
	data[31] = 1; /* an announcement of 10.9.0.1 */
	assert_false(neighbour_asked(&frame, &real, &target));
	arp_request(1);
	memcpy(data + 6, host_mac, 6); /* as the host itself */
	assert_false(neighbour_asked(&frame, &real, &target));
	arp_request(1);
	real.naddrs = 0;
	assert_false(neighbour_asked(&frame, &real, &target));
}

static void
test_solicitation(void **state)
{
	struct params real = real_host();
	char text[ADDR_TEXT];
	struct addr target;

	(void)state;
	solicitation(1);
	assert_true(neighbour_asked(&frame, &real, &target));
	assert_string_equal(addr_ntop(&target, text, sizeof(text)), "fe80::1");
	frame.len = 77;
	assert_false(neighbour_asked(&frame, &real, &target));
	solicitation(2);
	assert_false(neighbour_asked(&frame, &real, &target));
	solicitation(1);
	data[54] = 136; /* an advertisement */
	assert_false(neighbour_asked(&frame, &real, &target));
	solicitation(1);
	data[20] = 17;
	assert_false(neighbour_asked(&frame, &real, &target));
}

static void
test_reply(void **state)
{
	static const uint8_t expected[NEIGHBOUR_REPLY] = {
		2,
		0,
		0,
		0xaa,
		0,
		7, /* to the doll */
		2,
		0,
		0,
		9,
		0,
		1, /* from the host */
		8,
		6,
		0,
		1,
		8,
		0,
		6,
		4,
		0,
		2, /* a reply */
		2,
		0,
		0,
		9,
		0,
		1,
		10,
		9,
		0,
		1, /* 10.9.0.1 is there */
		2,
		0,
		0,
		0xaa,
		0,
		7,
		10,
		9,
		0,
		77,
	};
	uint8_t reply[NEIGHBOUR_REPLY];

	(void)state;
	arp_request(1);
	neighbour_arp_reply(&frame, host_mac, reply);
	assert_memory_equal(reply, expected, sizeof(expected));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arp),
		cmocka_unit_test(test_solicitation),
		cmocka_unit_test(test_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
