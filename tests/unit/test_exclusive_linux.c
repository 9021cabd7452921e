/* SPDX-License-Identifier: ISC */
/*
 * Which frames a host hears on an interface in exclusive mode, in a network
 * namespace of its own:
 *
 *	sniffers ---- v0 ======== v1 ---- peer
 *
 * A packet socket for one protocol is, like the host's stack, behind the
 * ingress hook; one for all protocols is in front of it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <pcap.h>
#include <cmocka.h>

#include <linux/if_tun.h>
#include <net/if_arp.h>

#include "packet.h"
#include "privilege/platform.h"
#include "port_net.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NEIGHBOUR    "\2\0\0\0\0\2" /* the sender of craft()'s frames */
#define STRANGER     "\2\0\0\0\0\3"
#define MARKER	     0x88b5

static const uint16_t protocols[] = { 0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8,
	0x8863, 0x8864 };
static int behind[COUNT(protocols)], front = -1, peer = -1;
static struct filter_config config;

static int
listen_for(const char *ifname, uint16_t protocol)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd != -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&ll, sizeof(ll)), 0);
	return fd;
}

static void
listen_on(const char *ifname)
{
	size_t i;

	for (i = 0; i < COUNT(protocols); i++)
		behind[i] = listen_for(ifname, protocols[i]);
	front = listen_for(ifname, 3);
}

static int
group_setup(void **state)
{
	(void)state;
	possible = unshare(CLONE_NEWNET) == 0 && net_quiet("1");
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	config.linktype = LINK_ETHERNET;
	if (!possible)
		return 0;
	if (!run("ip link add name v0 type veth peer name v1 && "
		 "ip link set v0 up && ip link set v1 up") ||
	    !await_running("v0", true) || !await_running("v1", true))
		return -1;
	peer = listen_for("v1", 0);
	listen_on("v0");
	return 0;
}

static int
teardown(void **state)
{
	size_t i;

	(void)state;
	if (!possible)
		return 0;
	for (i = 0; i < COUNT(protocols); i++)
		(void)close(behind[i]);
	(void)close(front);
	(void)close(peer);
	(void)run("ip link del v0 2>/dev/null");
	return 0;
}

/* Begins exclusive mode; -1: why is filled. */
static int
deafen(const char *ifname)
{
	return exclusive_acquire(ifname, config.linktype, config.pairs,
	    config.npairs, why, sizeof(why));
}

static int
deaf(void)
{
	int fd = deafen("v0");

	if (fd == -1)
		fail_msg("%s", why);
	return fd;
}

/* Waits until the front socket has the frame with these first bytes. */
static void
await_front(const void *data, size_t len)
{
	static uint8_t seen[2048];
	ssize_t n;

	do {
		assert_true(wait_readable(front, WAIT_MS));
		n = read(front, seen, sizeof(seen));
	} while (n < (ssize_t)len || memcmp(seen, data, len) != 0);
}

/*
 * Whether the host hears the frame.  When the front socket has the next frame,
 * this one is behind the hook or dropped.
 */
static bool
heard(const void *data, size_t len)
{
	uint8_t marker[60] = { 0 };
	bool result = false;
	size_t i;

	ether(marker, MARKER);
	assert_int_equal(write(peer, data, len), len);
	assert_int_equal(write(peer, marker, sizeof(marker)), sizeof(marker));
	await_front(marker, sizeof(marker));
	for (i = 0; i < COUNT(protocols); i++)
		while (read(behind[i], buf, sizeof(buf)) > 0)
			result = true;
	return result;
}

/* The same frame from another sender. */
static bool
heard_from(const char *mac, const struct packet *p)
{
	struct packet from = *p;

	memcpy(from.bytes + 6, mac, 6);
	return heard(from.bytes, from.len);
}

/* ---- the connection ---- */

static const struct wanted {
	const char *src, *dst;
	uint16_t sport, dport;
	uint8_t proto;
} traffic[] = {
	{ A4, B4, 1000, 22, 6 },
	{ B4, A4, 22, 1000, 6 },
	{ A4, B4, 1001, 22, 6 },
	{ A4, B4, 22, 1000, 6 },
	{ C4, B4, 1000, 22, 6 },
	{ A4, C4, 1000, 22, 6 },
	{ A4, B4, 1000, 22, 17 },
	{ A6, B6, 1000, 22, 6 },
	{ B6, A6, 22, 1000, 6 },
	{ A6, B6, 1000, 23, 6 },
	{ C6, B6, 1000, 22, 6 },
	{ A6, B6, 1000, 22, 17 },
};

static void
compare(const struct bpf_program *filter, const struct wanted *w,
    enum wrapping wrapping, int fragment)
{
	struct fields f = { .wrapping = wrapping,
		.src = parsed(w->src),
		.dst = parsed(w->dst),
		.sport = w->sport,
		.dport = w->dport,
		.proto = w->proto,
		.fragment = fragment };
	struct packet p = craft(&f);

	if (heard(p.bytes, p.len) == passes(filter, &p))
		fail_msg("%s:%u to %s:%u, protocol %u, wrapping %d, "
			 "fragment %d: %s",
		    w->src, w->sport, w->dst, w->dport, w->proto, wrapping,
		    fragment, passes(filter, &p) ? "heard" : "not heard");
}

/* The host must hear exactly the frames that the captures' filter refuses. */
static void
compare_all(void)
{
	struct bpf_program filter = built(&config);
	int fd = deaf(), wrapping, fragment;
	size_t i;

	for (i = 0; i < COUNT(traffic); i++)
		for (wrapping = PLAIN; wrapping < WRAPPINGS; wrapping++)
			for (fragment = WHOLE; fragment <= LATER; fragment++)
				compare(&filter, &traffic[i], wrapping,
				    fragment);
	(void)close(fd);
	filter_free(&filter);
}

static void
test_pair(void **state)
{
	(void)state;
	need_net();
	add_pair(&config, A4 ":1000," B4 ":22");
	compare_all();
}

static void
test_pair6(void **state)
{
	(void)state;
	need_net();
	add_pair(&config, "[" A6 "]:1000,[" B6 "]:22");
	compare_all();
}

static void
test_wildcards(void **state)
{
	static const char *const texts[] = {
		"*:*," B4 ":22",
		"*:22,*:*",
		"[" A6 "]:*,*:*",
		"*:1000,*:22",
		A4 ":*," B4 ":*",
	};
	size_t i;

	(void)state;
	need_net();
	for (i = 0; i < COUNT(texts); i++) {
		config.npairs = 0;
		add_pair(&config, texts[i]);
		compare_all();
	}
}

/* The most pairs, each of the longest kind. */
static void
test_most(void **state)
{
	(void)state;
	need_net();
	while (config.npairs < FILTER_PAIRS)
		add_pair(&config,
		    config.npairs % 2 ? "*:1000,*:22" :
					"[" A6 "]:1000,[" B6 "]:22");
	(void)close(deaf());
	config.npairs = 0;
	while (config.npairs < FILTER_PAIRS - 1)
		add_pair(&config, "[" C6 "]:9,[" B6 "]:22");
	add_pair(&config, A4 ":1000," B4 ":22");
	compare_all();
}

/* ---- its way ---- */

static struct packet
session_frame(enum wrapping wrapping, const char *src, const char *dst)
{
	struct fields f = { .wrapping = wrapping,
		.src = parsed(src),
		.dst = parsed(dst),
		.sport = 1000,
		.dport = 22,
		.proto = 6 };

	return craft(&f);
}

static struct packet
arp(int op, const char *tag, size_t len)
{
	struct packet p = { 0 };

	put_bytes(&p, "\xff\xff\xff\xff\xff\xff" NEIGHBOUR, 12);
	put_bytes(&p, tag, len);
	put_bytes(&p, "\x08\x06\0\1\x08\0\6\4", 8);
	put16(&p, (unsigned)op);
	put_zeros(&p, 28);
	return p;
}

static void
arp_in(const char *tag, size_t len, enum wrapping wrapping)
{
	struct packet request = arp(1, tag, len), reply = arp(2, tag, len);
	struct packet session = session_frame(wrapping, A4, B4);
	int fd = deaf();

	assert_true(heard_from(STRANGER, &reply));
	assert_false(heard_from(NEIGHBOUR, &request));
	assert_true(heard_from(NEIGHBOUR, &session));
	assert_true(heard_from(NEIGHBOUR, &request));
	assert_false(heard_from(STRANGER, &request));
	(void)close(fd);
	assert_true(heard_from(STRANGER, &request));
}

static void
test_arp(void **state)
{
	(void)state;
	need_net();
	add_pair(&config, A4 ":1000," B4 ":22");
	arp_in("", 0, PLAIN);
	arp_in("\x81\0\0\5", 4, VLAN);
	arp_in("\x88\xa8\0\6\x81\0\0\7", 8, QINQ);
}

/* An IPv4 session opens no way for IPv6, nor IPv6 for IPv4. */
static void
test_families(void **state)
{
	struct packet request = arp(1, "", 0), reply = arp(2, "", 0);
	struct packet session = session_frame(PLAIN, A6, B6);
	int fd;

	(void)state;
	need_net();
	add_pair(&config, "[" A6 "]:1000,[" B6 "]:22");
	fd = deaf();
	assert_true(heard_from(NEIGHBOUR, &session));
	assert_false(heard_from(NEIGHBOUR, &request));
	assert_false(heard_from(NEIGHBOUR, &reply));
	(void)close(fd);
}

static struct packet
icmp6(int type, int code)
{
	struct fields f = { .wrapping = PLAIN,
		.src = parsed(C6),
		.dst = parsed(B6),
		.sport = (uint16_t)(type << 8 | code),
		.proto = 58 };

	return craft(&f);
}

static void
test_icmp6(void **state)
{
	static const struct {
		uint8_t type;
		bool stranger, neighbour;
	} types[] = {
		{ 1, false, false }, /* unreachable */
		{ 2, true, true }, /* packet too big */
		{ 128, false, false }, /* echo request */
		{ 133, false, false }, /* router solicitation */
		{ 134, true, true }, { 135, false, true }, { 136, true, true },
		{ 137, false, false }, /* redirect */
	};
	struct packet session = session_frame(PLAIN, A6, B6), p;
	size_t i;
	int fd;

	(void)state;
	need_net();
	add_pair(&config, "[" A6 "]:1000,[" B6 "]:22");
	fd = deaf();
	assert_true(heard_from(NEIGHBOUR, &session));
	for (i = 0; i < COUNT(types); i++) {
		p = icmp6(types[i].type, 0);
		assert_int_equal(heard_from(STRANGER, &p), types[i].stranger);
		assert_int_equal(heard_from(NEIGHBOUR, &p), types[i].neighbour);
	}
	(void)close(fd);
}

static bool
heard_ports(const char *src, const char *dst, uint8_t proto, uint16_t sport,
    uint16_t dport)
{
	struct fields f = { .wrapping = PLAIN,
		.src = parsed(src),
		.dst = parsed(dst),
		.sport = sport,
		.dport = dport,
		.proto = proto };
	struct packet p = craft(&f);

	return heard(p.bytes, p.len);
}

static void
test_silent(void **state)
{
	int fd;

	(void)state;
	need_net();
	add_pair(&config, A4 ":1000," B4 ":22");
	add_pair(&config, "[" A6 "]:1000,[" B6 "]:22");
	fd = deaf();
	assert_true(heard_ports(C4, B4, 1, 0x0304, 0)); /* too big */
	assert_false(heard_ports(C4, B4, 1, 0x0303, 0)); /* port */
	assert_false(heard_ports(C4, B4, 1, 0x0800, 0)); /* echo request */
	assert_true(heard_ports(C4, B4, 17, 67, 68));
	assert_false(heard_ports(C4, B4, 17, 68, 67));
	assert_false(heard_ports(C4, B4, 17, 67, 69));
	assert_true(heard_ports(C6, B6, 17, 547, 546));
	assert_false(heard_ports(C6, B6, 17, 546, 547));
	(void)close(fd);
}

/* PPPoE's control, from the other end of the session's line. */
static void
test_pppoe(void **state)
{
	static const char discovery[] = "\2\0\0\0\0\1" NEIGHBOUR
					"\x88\x63\x11\xa7\0\1\0\0";
	static const char lcp[] =
	    "\2\0\0\0\0\1" NEIGHBOUR
	    "\x88\x64\x11\0\0\1\0\x0a\xc0\x21\x09\1\0\x08";
	struct packet session = session_frame(PPPOE_VLAN, A4, B4), found, echo;
	int fd;

	(void)state;
	need_net();
	memset(&found, 0, sizeof(found));
	memset(&echo, 0, sizeof(echo));
	put_bytes(&found, discovery, sizeof(discovery) - 1);
	put_bytes(&echo, lcp, sizeof(lcp) - 1);
	put_zeros(&found, 40);
	put_zeros(&echo, 36);
	add_pair(&config, A4 ":1000," B4 ":22");
	fd = deaf();
	assert_false(heard_from(NEIGHBOUR, &found));
	assert_false(heard_from(NEIGHBOUR, &echo));
	assert_true(heard_from(NEIGHBOUR, &session));
	assert_true(heard_from(NEIGHBOUR, &found));
	assert_true(heard_from(NEIGHBOUR, &echo));
	assert_false(heard_from(STRANGER, &found));
	assert_false(heard_from(STRANGER, &echo));
	(void)close(fd);
}

/* The session's frames are heard even if no more neighbours can be learnt. */
static void
test_full(void **state)
{
	struct packet session = session_frame(PLAIN, A4, B4);
	char mac[] = STRANGER;
	int fd, i;

	(void)state;
	need_net();
	add_pair(&config, A4 ":1000," B4 ":22");
	fd = deaf();
	for (i = 0; i < 600; i++) {
		mac[4] = (char)(i >> 8);
		mac[5] = (char)i;
		assert_true(heard_from(mac, &session));
	}
	(void)close(fd);
}

/* ---- the rest ---- */

/* A try, without pairs, drops nothing. */
static void
test_try(void **state)
{
	int fd;

	(void)state;
	need_net();
	fd = deaf();
	assert_true(heard_ports(C4, B4, 17, 9, 9));
	(void)close(fd);
	assert_int_equal(deafen("v9"), -1);
	assert_int_equal(errno, ENODEV);
	assert_string_equal(why, "no such interface");
}

/* A new table may be made before the old one ends, for another session, too. */
static void
test_anew(void **state)
{
	int old, new;

	(void)state;
	need_net();
	add_pair(&config, A4 ":1000," B4 ":22");
	old = deaf();
	new = deaf();
	(void)close(old);
	assert_false(heard_ports(C4, B4, 17, 9, 9));
	assert_true(heard_ports(A4, B4, 6, 1000, 22));
	(void)close(new);
	assert_true(heard_ports(C4, B4, 17, 9, 9));
}

/* Raw IP, over a tun whose wire is the test. */
static void
test_raw(void **state)
{
	struct ifreq ifr = ifreq_of("t0");
	struct fields f = { .wrapping = RAW,
		.src = parsed(A4),
		.dst = parsed(B4),
		.sport = 1000,
		.dport = 22,
		.proto = 6 };
	struct packet own, foreign;
	int fd, wire, tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	(void)state;
	need_net();
	ifr.ifr_flags = IFF_TUN | IFF_NO_PI;
	if (tun == -1 || ioctl(tun, TUNSETIFF, &ifr) == -1)
		skip();
	assert_true(run("ip link set t0 up"));
	own = craft(&f);
	f.sport = 1001;
	foreign = craft(&f);
	config.linktype = LINK_RAW;
	add_pair(&config, A4 ":1000," B4 ":22");
	if ((fd = deafen("t0")) == -1)
		fail_msg("%s", why);
	(void)close(front);
	front = listen_for("t0", 3);
	wire = listen_for("t0", 0x0800);
	assert_int_equal(write(tun, foreign.bytes, foreign.len), foreign.len);
	assert_int_equal(write(tun, own.bytes, own.len), own.len);
	await_front(foreign.bytes, foreign.len);
	await_front(own.bytes, own.len);
	assert_true(wait_readable(wire, WAIT_MS));
	assert_int_equal(read(wire, buf, sizeof(buf)), own.len);
	assert_memory_equal(buf, own.bytes, own.len);
	assert_int_equal(read(wire, buf, sizeof(buf)), -1);
	(void)close(wire);
	(void)close(tun);
	(void)close(fd);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_pair),
		T(test_pair6),
		T(test_wildcards),
		T(test_most),
		T(test_arp),
		T(test_families),
		T(test_icmp6),
		T(test_silent),
		T(test_pppoe),
		T(test_full),
		T(test_try),
		T(test_anew),
		T(test_raw),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
