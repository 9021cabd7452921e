/* SPDX-License-Identifier: ISC */
/*
 * Programs made for a live interface, attached to a socket in the kernel.
 *
 *	veth "there"  ------>  veth "here"
 *	raw frames             one socket with our program, and libpcap with
 *	                       the same text: both must hear the same frames
 *
 * in a network namespace of this process.  Needs Linux, whose kernel takes the
 * outer VLAN tag out of a frame before a filter sees it, and root.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <pcap.h>

#include "filter/filter.h"
#include "port/port.h"

#ifdef __linux__
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include "samples.h"

static bool usable;
static char why[256];

static int
packet_socket(const char *ifname)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons(0x0003),
		.sll_ifindex = if_nametoindex(ifname) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		fail_msg("a packet socket on %s", ifname);
	return fd;
}

static void
attach(int fd, const struct bpf_program *program)
{
	struct sock_fprog f = { program->bf_len,
		(struct sock_filter *)program->bf_insns };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &f, sizeof(f)) == -1)
		fail_msg("the kernel takes no filter of %u instructions",
		    program->bf_len);
}

/* Frames come in order: after the last sample no other comes. */
static void
await_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t frame[256];

	for (;;) {
		if (poll(&p, 1, 10000) != 1)
			fail_msg("the last frame did not arrive");
		if (recv(fd, frame, sizeof(frame), 0) == samples[END].len &&
		    frame[12] == 0xff)
			return;
	}
}

static void
send_all(void)
{
	uint8_t frame[256];
	int fd = packet_socket("there");
	size_t i, n;

	for (i = 0; i < SAMPLES; i++) {
		n = make(&samples[i], frame);
		assert_int_equal(send(fd, frame, n, 0), n);
	}
	close(fd);
}

static uint32_t
heard(int fd)
{
	uint8_t frame[256];
	uint32_t set = 0;
	ssize_t n;

	while ((n = recv(fd, frame, sizeof(frame), MSG_DONTWAIT)) > 0)
		set |= 1u << which(frame, n);
	return set;
}

static uint32_t
heard_by_libpcap(pcap_t *pcap)
{
	struct pcap_pkthdr *h;
	const u_char *frame;
	uint32_t set = 0;

	while (pcap_next_ex(pcap, &h, &frame) == 1)
		set |= 1u << which(frame, h->caplen);
	return set;
}

static pcap_t *
libpcap_with(const char *text)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_create("here", error);
	struct bpf_program program;

	assert_non_null(pcap);
	assert_int_equal(pcap_set_snaplen(pcap, 65535), 0);
	assert_int_equal(pcap_set_immediate_mode(pcap, 1), 0);
	assert_int_equal(pcap_activate(pcap), 0);
	assert_int_equal(pcap_setnonblock(pcap, 1, error), 0);
	if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) == -1)
		fail_msg("%s: %s", text, pcap_geterr(pcap));
	assert_int_equal(pcap_setfilter(pcap, &program), 0);
	pcap_freecode(&program);
	return pcap;
}

static void
build(const struct filter_config *c, struct bpf_program *program)
{
	if (filter_build(c, program, why, sizeof(why)) == -1)
		fail_msg("%s: %s", c->user[0] == NULL ? "" : c->user[0], why);
}

/*
 * The kernel serves later sockets first: `all', opened first, comes last.
 * libpcap's capture hears all twice.  It runs the program itself for the first
 * frames after pcap_setfilter(), and in 1.11 not as the kernel would: "vlan 5"
 * is false there for a frame of VLAN 5.
 */
static uint32_t
hear(const struct filter_config *c, uint32_t *by_libpcap)
{
	struct bpf_program program;
	int all = packet_socket("here"), fd = packet_socket("here");
	pcap_t *pcap = NULL;
	uint32_t set;

	build(c, &program);
	attach(fd, &program);
	heard(fd);
	if (by_libpcap != NULL)
		pcap = libpcap_with(c->user[0]);
	send_all();
	await_end(all);
	set = heard(fd);
	if (by_libpcap != NULL) {
		(void)heard_by_libpcap(pcap);
		send_all();
		await_end(all);
		*by_libpcap = heard_by_libpcap(pcap);
		pcap_close(pcap);
	}
	filter_free(&program);
	close(all);
	close(fd);
	return set;
}

static void
assert_as_libpcap(const char *text)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.user = { text, NULL },
		.ifname = "here" };
	uint32_t by_libpcap, set = hear(&c, &by_libpcap);

	if (set == 0)
		fail_msg("%s: nothing heard", text);
	assert_set(text, set, by_libpcap);
}

static void
test_as_libpcap(void **state)
{
	static const char *const texts[] = { "vlan", "not vlan", "vlan 5",
		"vlan 5 and icmp", "icmp", "tcp", "icmp or vlan 5",
		"vlan and vlan", "vlan and vlan 5 and icmp", "vlan and not tcp",
		"vlan 0", "not (vlan and icmp)", "ether host 02:00:00:00:00:03",
		"ether src 02:00:00:00:00:02", "less 100", "greater 100",
		"len = 99", "arp", "vlan and arp", "ip[8] = 64", "host " A,
		"vlan and host " A, "port 80", "ether proto 0x8100", "pppoes" };
	size_t i;

	(void)state;
	if (!usable)
		skip();
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_as_libpcap(texts[i]);
}

/*
 * No comparison with libpcap here: the first frames of its capture go through
 * its own interpreter, which does not know directions.
 */
static void
test_direction(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.user = { "inbound", NULL },
		.ifname = "here" };

	(void)state;
	if (!usable)
		skip();
	assert_set("inbound", hear(&c, NULL), (1u << SAMPLES) - 1);
	c.user[0] = "outbound or arp and vlan";
	assert_set("outbound", hear(&c, NULL), named("vlan arp"));
	c.user[0] = "inbound and less 60 and not vlan";
	assert_set("inbound and", hear(&c, NULL),
	    named("tcp") | named("own") | named("runt"));
}

/* libpcap's own capture fails here: the kernel refuses its program. */
static void
test_scratch(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.user = { "vlan and pppoes and tcp", NULL },
		.ifname = "here" };

	(void)state;
	if (!usable)
		skip();
	assert_set("pppoes", hear(&c, NULL), named("vlan pppoe own"));
	c.user[1] = "vlan and pppoes and host " A;
	assert_set("pppoes twice", hear(&c, NULL), named("vlan pppoe own"));
}

static uint32_t
own_frames(void)
{
	return named("own") | named("vlan 5 own") | named("qinq own") |
	    named("three tags own") | named("vlan pppoe own");
}

static void
test_own(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.ifname = "here" };
	uint32_t everything = (1u << SAMPLES) - 1;

	(void)state;
	if (!usable)
		skip();
	assert_set("no filter", hear(&c, NULL), everything);
	assert_int_equal(filter_pair_parse(A ":40000," B ":22", c.pairs, why,
			     sizeof(why)),
	    0);
	c.npairs = 1;
	assert_set("own", hear(&c, NULL), everything & ~own_frames());
	c.user[1] = "vlan 5";
	assert_set("own, vlan 5", hear(&c, NULL),
	    named("vlan 5 icmp") | named("vlan 5 tcp") | named("vlan arp") |
		named("tagged runt"));
	c.user[0] = "icmp";
	assert_set("own, vlan 5, icmp", hear(&c, NULL), named("vlan 5 icmp"));
}

static void
set_up(const char *ifname, bool up)
{
	struct ifreq r;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memset(&r, 0, sizeof(r));
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", ifname);
	assert_int_equal(ioctl(fd, SIOCGIFFLAGS, &r), 0);
	r.ifr_flags = up ? r.ifr_flags | IFF_UP : r.ifr_flags & ~IFF_UP;
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &r), 0);
	close(fd);
}

/*
 * The interface is down or gone: the same program, by the loopback interface;
 * without that, a reason.
 */
static void
test_down(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET,
		.user = { "vlan 5 and icmp", NULL },
		.ifname = "here" };
	struct bpf_program up, down;

	(void)state;
	if (!usable)
		skip();
	build(&c, &up);
	set_up("here", false);
	build(&c, &down);
	assert_int_equal(up.bf_len, down.bf_len);
	assert_memory_equal(up.bf_insns, down.bf_insns,
	    up.bf_len * sizeof(*up.bf_insns));
	filter_free(&up);
	filter_free(&down);
	build(&c, &up);
	c.ifname = "gone";
	build(&c, &down);
	assert_int_equal(up.bf_len, down.bf_len);
	filter_free(&up);
	filter_free(&down);
	set_up("lo", false);
	assert_int_equal(filter_build(&c, &down, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "gone: "));
	c.ifname = "here";
	assert_int_equal(filter_build(&c, &down, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "here: "));
	set_up("lo", true);
	set_up("here", true);
}

/* The kernel accepts the largest allowed program. */
static void
test_largest(void **state)
{
	struct filter_config c = { .linktype = LINK_ETHERNET };
	struct bpf_program program;
	int i, n = 0, fd;
	char text[64];

	(void)state;
	if (!usable)
		skip();
	for (i = 1; i <= FILTER_PAIRS; i++) {
		snprintf(text, sizeof(text), "192.0.2.%d:40000," B ":22", i);
		assert_int_equal(filter_pair_parse(text, &c.pairs[c.npairs++],
				     why, sizeof(why)),
		    0);
	}
	c.user[0] = "tcp[tcpflags] & tcp-syn != 0 or portrange 1-1000 or "
		    "ip6 host 2001:db8::1 or vlan 7 or not host 192.0.2.77";
	for (fd = packet_socket("here"); n < 2; n++) {
		c.ifname = n == 0 ? NULL : "here";
		build(&c, &program);
		attach(fd, &program);
		filter_free(&program);
	}
	close(fd);
}

/* Without IPv6: else the kernel's own frames come between the samples. */
static int
open_network(void **state)
{
	(void)state;
	usable = unshare(CLONE_NEWNET) == 0 &&
	    system("f=/proc/sys/net/ipv6/conf/default/disable_ipv6\n"
		   "{ test ! -e $f || echo 1 >$f; } 2>/dev/null && "
		   "ip link add here type veth peer name there "
		   "2>/dev/null && ip link set lo up && "
		   "ip link set here up && ip link set there up") == 0;
	if (!usable)
		print_message("no network namespace here: these tests want "
			      "root, Linux and the command ip\n");
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_libpcap),
		cmocka_unit_test(test_direction),
		cmocka_unit_test(test_scratch),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_down),
		cmocka_unit_test(test_largest),
	};

	return cmocka_run_group_tests_name("filter_live", tests, open_network,
	    NULL);
}

#else

static void
test_live(void **state)
{
	(void)state;
	skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_live) };

	return cmocka_run_group_tests_name("filter_live", tests, NULL, NULL);
}

#endif
