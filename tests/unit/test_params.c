/* SPDX-License-Identifier: ISC */
/* Which parameters a peer may send, and which changes the doll needs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "port/params.h"
#include "port/port.h"

static const uint8_t mac1[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
static const uint8_t mac2[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x57 };

static struct addr
address(const char *text)
{
	struct addr a;

	if (addr_parse(text, &a) == -1)
		fail_msg("%s is no address", text);
	return a;
}

/* other: NULL, "brd ADDRESS" or "peer ADDRESS" */
static struct param_addr
param(const char *text, const char *other)
{
	struct param_addr a;

	memset(&a, 0, sizeof(a));
	a.addr = address(text);
	if (other == NULL)
		return a;
	a.kind = strncmp(other, "brd ", 4) == 0 ? PARAM_BROADCAST : PARAM_PEER;
	a.other = address(strchr(other, ' ') + 1);
	return a;
}

static void
add(struct params *p, const char *text, const char *other)
{
	p->addrs[p->naddrs++] = param(text, other);
}

static struct params
snapshot(void)
{
	struct params p;

	memset(&p, 0, sizeof(p));
	p.linktype = LINK_ETHERNET;
	p.have_mac = p.have_mtu = p.have_addrs = true;
	memcpy(p.mac, mac1, 6);
	p.mtu = 1500;
	return p;
}

/* Changes as text: "mac mtu -192.168.1.1/24 +10.0.0.1/8". */
static const char *
diff(const struct params *doll, const struct params *want,
    const struct params *ours)
{
	static struct param_change out[PARAMS_CHANGES];
	static char text[8192];
	char one[ADDR_TEXT];
	int i, n = params_diff(doll, want, ours, out);

	assert_in_range(n, 0, PARAMS_CHANGES);
	text[0] = '\0';
	for (i = 0; i < n; i++) {
		if (i > 0)
			strcat(text, " ");
		switch (out[i].what) {
		case PARAM_SET_MAC:
			assert_memory_equal(out[i].mac, want->mac, 6);
			strcat(text, "mac");
			break;
		case PARAM_SET_MTU:
			sprintf(one, "mtu=%u", (unsigned)out[i].mtu);
			strcat(text, one);
			break;
		case PARAM_SET_SPEED:
			sprintf(one, "speed=%u", (unsigned)out[i].speed);
			strcat(text, one);
			break;
		case PARAM_ADD_ADDR:
		case PARAM_DEL_ADDR:
			strcat(text, out[i].what == PARAM_ADD_ADDR ? "+" : "-");
			addr_ntop(&out[i].addr.addr, one, sizeof(one));
			strcat(text, one);
			break;
		default:
			fail_msg("change %d", (int)out[i].what);
		}
	}
	return text;
}

static void
test_validate_takes_good(void **state)
{
	struct params p = snapshot(), before;

	(void)state;
	strcpy(p.name, "eth0");
	p.flags = PARAM_UP | PARAM_RUNNING;
	add(&p, "192.168.1.1/24", "brd 192.168.1.255");
	add(&p, "192.168.1.1/32", NULL);
	add(&p, "10.0.0.1/32", "peer 10.0.0.2");
	add(&p, "172.16.0.1/12", "brd 255.255.255.255");
	add(&p, "2001:db8::1/64", NULL);
	add(&p, "fe80::1/64", NULL);
	before = p;
	assert_int_equal(params_validate(&p), 0);
	assert_memory_equal(&p, &before, sizeof(p));
}

static void
test_validate_mac_mtu(void **state)
{
	static const struct {
		uint8_t mac[6];
		uint32_t mtu, becomes;
		bool mac_stays, mtu_stays;
	} cases[] = {
		{ { 0x02, 0, 0, 0, 0, 1 }, 68, 68, true, true },
		{ { 0x01, 0, 0, 0, 0, 1 }, 67, 0, false, false },
		{ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 0, 0, false, false },
		{ { 0 }, 65535, 65535, false, true },
		{ { 0, 0, 0, 0, 0, 1 }, 65536, 65535, true, true },
		{ { 0, 0, 0, 0, 0, 2 }, UINT32_MAX, 65535, true, true },
	};
	struct params p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		p = snapshot();
		memcpy(p.mac, cases[i].mac, 6);
		p.mtu = cases[i].mtu;
		assert_int_equal(params_validate(&p),
		    !cases[i].mac_stays + !cases[i].mtu_stays);
		assert_int_equal(p.have_mac, cases[i].mac_stays);
		assert_int_equal(p.have_mtu, cases[i].mtu_stays);
		if (p.have_mtu)
			assert_int_equal(p.mtu, cases[i].becomes);
	}
}

static void
test_validate_drops_addresses(void **state)
{
	static const char *const bad[] = { "0.0.0.0/24", "0.1.2.3/8",
		"127.0.0.1/8", "127.1.2.3/32", "224.0.0.1/4", "239.1.1.1/24",
		"240.0.0.1/24", "255.255.255.255/32", "10.0.0.1/0", "::/64",
		"::1/128", "ff02::1/64", "2001:db8::1/0" };
	struct params p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p = snapshot();
		add(&p, "192.168.1.1/24", NULL);
		add(&p, bad[i], NULL);
		add(&p, "192.168.1.2/24", NULL);
		assert_int_equal(params_validate(&p), 1);
		assert_int_equal(p.naddrs, 2);
		assert_int_equal(p.addrs[1].addr.addr_data8[3], 2);
	}
}

static void
test_validate_hostile(void **state)
{
	struct params p = snapshot();

	(void)state;
	memset(p.name, 'x', sizeof(p.name));
	p.linktype = 4711;
	p.flags = ~0u;
	p.mtu_max = 1;
	p.naddrs = -1;
	assert_int_equal(params_validate(&p), 2);
	assert_int_equal(strlen(p.name), PARAMS_NAME - 1);
	assert_int_equal(p.linktype, LINK_ANY);
	assert_int_equal(p.flags, PARAM_UP | PARAM_RUNNING);
	assert_int_equal(p.mtu_max, 0);
	assert_int_equal(p.naddrs, 0);

	p = snapshot();
	p.naddrs = PARAMS_ADDRS + 1; /* all of type none */
	assert_int_equal(params_validate(&p), 1 + PARAMS_ADDRS);
	assert_int_equal(p.naddrs, 0);

	p = snapshot();
	add(&p, "10.0.0.1/24", NULL);
	add(&p, "10.0.0.2/24", NULL);
	add(&p, "10.0.0.3/24", NULL);
	add(&p, "10.0.0.4/24", NULL);
	add(&p, "10.0.0.2/24", NULL);
	p.addrs[0].addr.addr_bits = 33;
	p.addrs[2].addr.addr_type = ADDR_TYPE_ETH;
	memset(&p.addrs[3].kind, 0x7f, sizeof(p.addrs[3].kind));
	assert_int_equal(params_validate(&p), 4);
	assert_int_equal(p.naddrs, 1);
	assert_int_equal(p.addrs[0].addr.addr_data8[3], 2);

	p = snapshot(); /* not meant: not counted, not kept */
	add(&p, "127.0.0.1/8", NULL);
	p.have_addrs = false;
	assert_int_equal(params_validate(&p), 0);
	assert_int_equal(p.naddrs, 0);
}

/* A broadcast address out of the prefix would take another host's traffic. */
static void
test_validate_other(void **state)
{
	struct params p = snapshot();

	(void)state;
	add(&p, "192.168.1.1/24", "brd 8.8.8.8");
	add(&p, "192.168.2.1/24", "brd 0.0.0.0");
	add(&p, "10.0.0.5/32", "brd 10.0.0.5");
	add(&p, "10.0.0.6/32", "peer 224.0.0.1");
	add(&p, "10.0.0.7/32", "peer 2001:db8::1");
	add(&p, "2001:db8::1/64", "brd 2001:db8::ffff");
	assert_int_equal(params_validate(&p), 4);
	assert_int_equal(p.naddrs, 4);
	assert_int_equal(p.addrs[0].kind, PARAM_NONE);
	assert_int_equal(p.addrs[1].kind, PARAM_NONE);
	assert_int_equal(p.addrs[2].kind, PARAM_BROADCAST);
	assert_int_equal(p.addrs[3].kind, PARAM_NONE);
}

static void
test_diff_order_and_only_differences(void **state)
{
	struct params doll = snapshot(), want = snapshot(), ours = snapshot();

	(void)state;
	assert_string_equal(diff(&doll, &want, NULL), "");
	add(&doll, "10.0.0.1/8", "brd 10.255.255.255");
	add(&doll, "192.168.1.1/24", "brd 192.168.1.255");
	ours = doll;
	add(&want, "192.168.1.1/24", "brd 192.168.1.255");
	add(&want, "192.168.1.2/24", "brd 192.168.1.255");
	add(&want, "172.16.0.1/16", NULL);
	memcpy(want.mac, mac2, 6);
	want.mtu = 9000;
	assert_string_equal(diff(&doll, &want, &ours),
	    "mac mtu=9000 -10.0.0.1/8 +192.168.1.2/24 +172.16.0.1/16");
	want.have_mac = want.have_mtu = want.have_addrs = false;
	assert_string_equal(diff(&doll, &want, &ours), "");
}

static void
test_diff_leaves_the_users(void **state)
{
	struct params doll = snapshot(), want = snapshot(), ours = snapshot();

	(void)state;
	add(&doll, "10.0.0.1/8", NULL); /* the user's */
	add(&doll, "192.168.1.1/24", "brd 192.168.1.7"); /* changed by him */
	add(&ours, "192.168.1.1/24", "brd 192.168.1.255");
	add(&ours, "192.168.9.1/24", NULL); /* removed by him */
	add(&want, "192.168.1.1/24", "brd 192.168.1.255");
	assert_string_equal(diff(&doll, &want, &ours), "");
	assert_string_equal(diff(&doll, &want, NULL), "");
	want.naddrs = 0;
	assert_string_equal(diff(&doll, &want, NULL), "");
	assert_string_equal(diff(&doll, &want, &ours), "-192.168.1.1/24");
}

/* Another prefix length or peer: a new address; another broadcast: changed. */
static void
test_diff_changed_address(void **state)
{
	struct params doll = snapshot(), want = snapshot(), ours;

	(void)state;
	add(&doll, "192.168.1.1/24", "brd 192.168.1.255");
	ours = doll;
	add(&want, "192.168.1.1/24", "brd 192.168.1.0");
	assert_string_equal(diff(&doll, &want, &ours),
	    "-192.168.1.1/24 +192.168.1.1/24");
	want.naddrs = 0;
	add(&want, "192.168.1.1/25", "brd 192.168.1.127");
	assert_string_equal(diff(&doll, &want, &ours),
	    "-192.168.1.1/24 +192.168.1.1/25");
	want.naddrs = 0;
	add(&want, "192.168.1.1/24", "peer 192.168.1.2");
	assert_string_equal(diff(&doll, &want, &ours),
	    "-192.168.1.1/24 +192.168.1.1/24");
	assert_string_equal(diff(&want, &want, &want), "");
	ours = doll = want;
	want.addrs[0].other = address("192.168.1.3");
	assert_string_equal(diff(&doll, &want, &ours),
	    "-192.168.1.1/24 +192.168.1.1/24");
}

/* As IPv4, but an IPv6 address can have only one prefix length. */
static void
test_diff_ipv6(void **state)
{
	struct params doll = snapshot(), want = snapshot(), ours = snapshot();

	(void)state;
	add(&doll, "fe80::1/64", NULL);
	add(&doll, "fd00::1/64", NULL); /* the user's */
	add(&doll, "2001:db8::1/64", NULL);
	add(&ours, "fe80::1/64", NULL);
	add(&ours, "2001:db8::1/64", NULL);
	add(&want, "fe80::1/64", NULL);
	add(&want, "2001:db8::1/56", NULL);
	assert_string_equal(diff(&doll, &want, &ours),
	    "-2001:db8::1/64 +2001:db8::1/56");
	want.naddrs = 0;
	assert_string_equal(diff(&doll, &want, &ours),
	    "-fe80::1/64 -2001:db8::1/64");
	want.have_addrs = false;
	assert_string_equal(diff(&doll, &want, &ours), "");
}

static void
test_diff_limits(void **state)
{
	struct params doll = snapshot(), want = snapshot();

	(void)state;
	doll.mtu_max = 65521;
	want.mtu = 65535;
	assert_string_equal(diff(&doll, &want, NULL), "mtu=65521");
	doll.mtu = 65521;
	assert_string_equal(diff(&doll, &want, NULL), "");
	doll.mtu_max = 0;
	assert_string_equal(diff(&doll, &want, NULL), "mtu=65535");
	want.mtu = doll.mtu;
	want.speed = 1000;
	assert_string_equal(diff(&doll, &want, NULL), ""); /* takes none */
	doll.speed = 10;
	assert_string_equal(diff(&doll, &want, NULL), "speed=1000");
	doll.speed = 1000;
	assert_string_equal(diff(&doll, &want, NULL), "");
	want.half_duplex = true;
	assert_string_equal(diff(&doll, &want, NULL), "speed=1000");
	want.speed = 0; /* unknown */
	assert_string_equal(diff(&doll, &want, NULL), "");

	doll.linktype = LINK_RAW; /* a tun has no MAC */
	doll.have_mac = false;
	want.have_mtu = false;
	assert_string_equal(diff(&doll, &want, NULL), "");
}

static void
test_diff_full(void **state)
{
	static struct param_change out[PARAMS_CHANGES];
	struct params doll = snapshot(), want = snapshot();
	char text[ADDR_TEXT];
	int i;

	(void)state;
	for (i = 0; i < PARAMS_ADDRS; i++) {
		sprintf(text, "10.0.%d.1/24", i);
		add(&doll, text, NULL);
		sprintf(text, "2001:db8:%x::1/64", i + 1);
		add(&want, text, NULL);
	}
	memcpy(want.mac, mac2, 6);
	want.mtu++;
	assert_int_equal(params_diff(&doll, &want, &doll, out),
	    2 * PARAMS_ADDRS + 2);
	assert_int_equal(out[2].what, PARAM_DEL_ADDR);
	assert_int_equal(out[2 * PARAMS_ADDRS + 1].what, PARAM_ADD_ADDR);
}

static void
test_equal(void **state)
{
	struct params a = snapshot(), b;

	(void)state;
	strcpy(a.name, "eth0");
	add(&a, "192.168.1.1/24", "brd 192.168.1.255");
	add(&a, "2001:db8::1/64", NULL);
	b = a;
	b.mtu_max = 9000;
	assert_true(params_equal(&a, &b));
#define DIFFERS(change)                     \
	b = a;                              \
	change;                             \
	assert_false(params_equal(&a, &b)); \
	assert_false(params_equal(&b, &a))
	DIFFERS(strcpy(b.name, "eth1"));
	DIFFERS(b.linktype = LINK_RAW);
	DIFFERS(b.flags ^= PARAM_RUNNING);
	DIFFERS(b.have_mac = false);
	DIFFERS(b.mac[5]++);
	DIFFERS(b.have_mtu = false);
	DIFFERS(b.mtu++);
	DIFFERS(b.speed = 100);
	DIFFERS(b.half_duplex = true);
	DIFFERS(b.have_addrs = false);
	DIFFERS(b.naddrs--);
	DIFFERS(b.addrs[1].addr.addr_bits = 56);
	DIFFERS(b.addrs[1].addr.addr_data8[15]++);
	DIFFERS(b.addrs[0].kind = PARAM_NONE);
	DIFFERS(b.addrs[0].other.addr_data8[3]--);
#undef DIFFERS
	a.have_mac = a.have_mtu = a.have_addrs = false; /* not meant */
	b = a;
	b.mac[5]++;
	b.mtu++;
	b.naddrs = 0;
	assert_true(params_equal(&a, &b));
}

static void
test_set(void **state)
{
	struct params p = snapshot();
	struct param_addr a = param("10.0.0.1/24", NULL);
	struct param_addr other = param("10.0.0.1/24", "brd 10.0.0.255");
	int i;

	(void)state;
	assert_false(params_addr_take(&p, &a));
	assert_false(params_addr_put(&p, &a));
	assert_true(params_addr_put(&p, &other));
	assert_int_equal(p.naddrs, 1);
	assert_int_equal(p.addrs[0].kind, PARAM_BROADCAST);
	a.addr.addr_bits = 25;
	assert_false(params_addr_take(&p, &a));
	for (i = 0; i < PARAMS_ADDRS + 5; i++) {
		a.addr.addr_data8[2] = (uint8_t)i;
		(void)params_addr_put(&p, &a);
	}
	assert_int_equal(p.naddrs, PARAMS_ADDRS);
	assert_true(params_addr_take(&p, &other));
	assert_false(params_addr_take(&p, &other));
	assert_int_equal(p.naddrs, PARAMS_ADDRS - 1);
}

static void
test_print(void **state)
{
	struct params p = snapshot();
	char out[256], little[8];

	(void)state;
	add(&p, "192.168.1.1/24", "brd 192.168.1.255");
	add(&p, "10.0.0.1/32", "peer 10.0.0.2");
	assert_string_equal(params_print(&p, out, sizeof(out)),
	    "52:54:00:12:34:56, MTU 1500, 192.168.1.1/24, "
	    "10.0.0.1 peer 10.0.0.2");
	assert_string_equal(params_print(&p, little, sizeof(little)),
	    "52:54:0");
	p.have_mac = false;
	p.naddrs = 1;
	assert_string_equal(params_print(&p, out, sizeof(out)),
	    "MTU 1500, 192.168.1.1/24");
	p.have_mtu = p.have_addrs = false;
	assert_string_equal(params_print(&p, out, sizeof(out)), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_validate_takes_good),
		cmocka_unit_test(test_validate_mac_mtu),
		cmocka_unit_test(test_validate_drops_addresses),
		cmocka_unit_test(test_validate_hostile),
		cmocka_unit_test(test_validate_other),
		cmocka_unit_test(test_diff_order_and_only_differences),
		cmocka_unit_test(test_diff_leaves_the_users),
		cmocka_unit_test(test_diff_changed_address),
		cmocka_unit_test(test_diff_ipv6),
		cmocka_unit_test(test_diff_limits),
		cmocka_unit_test(test_diff_full),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
