/* SPDX-License-Identifier: ISC */
/*
 * The tap port, in a network namespace of the test's own:
 *
 *	port ==== puppet0 ---- host (another program on the doll)
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <pcap.h>
#include <cmocka.h>

#include "frame/flow.h"
#include "privilege/helper.h"
#include "privilege/platform.h"
#include "port_net.h"
#include "spelled.h"
#include "opened.h"

#define RING_FREED 32 /* places that a queue may have more than wanted */
#define QUEUE	   1000

static int host = -1;
static uint8_t data[FRAME_MAX];
static struct virtio_net_hdr head;

/* Makes a /dev/net/tun that everybody may open, as on most systems. */
static bool
tun_open_to_all(void)
{
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("none", "/run", "tmpfs", 0, NULL) == -1 ||
	    mknod("/run/tun", S_IFCHR, makedev(10, 200)) == -1 ||
	    chmod("/run/tun", 0666) == -1)
		return false;
	return mount("/run/tun", "/dev/net/tun", NULL, MS_BIND, NULL) == 0;
}

static int
group_setup(void **state)
{
	(void)state;
	possible = access("/dev/net/tun", F_OK) == 0 &&
	    unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 && net_quiet("1") &&
	    tun_open_to_all();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	port_close(&port);
	if (host != -1)
		(void)close(host);
	host = -1;
	if (possible)
		(void)net_quiet("1");
	return 0;
}

static int
tap_open(const char *name, int linktype)
{
	const struct port_config config = { .name = name,
		.linktype = linktype };

	return port_opened(&port, &port_tap, &config);
}

/* Makes a doll that is up, in a session. */
static void
begin(int linktype)
{
	need_net();
	assert_int_equal(tap_open(NULL, linktype), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port_set(&port, PORT_CARRIER, true), 0);
	assert_true(run("ip link set %s up", port.name));
	host = sniffer(port.name);
}

static void
assert_quiet(void)
{
	struct frame last = plain(data, 61, 200), f;

	inject(host, &last);
	assert_true(receive(&f, WAIT_MS));
	assert_frame(&f, data, 61);
}

/* The helper closes its own descriptor after it has passed it on. */
static bool
is_gone(const char *name)
{
	int i;

	for (i = 0; i < WAIT_MS && if_nametoindex(name) != 0; i++)
		(void)poll(NULL, 0, 1);
	return if_nametoindex(name) == 0;
}

static void
test_names(void **state)
{
	const struct port_config config = { .name = NULL };
	struct port second;

	(void)state;
	need_net();
	assert_int_equal(tap_open(NULL, LINK_ANY), 0);
	assert_string_equal(port.name, "puppet0");
	assert_int_equal(port.linktype, LINK_ETHERNET);
	assert_int_equal(port_opened(&second, &port_tap, &config), 0);
	assert_string_equal(second.name, "puppet1");
	port_close(&port);
	assert_int_equal(tap_open("lure", LINK_ETHERNET), 0);
	assert_string_equal(port.name, "lure");
	port_close(&port);
	assert_true(is_gone("lure"));
	assert_int_equal(tap_open(NULL, LINK_ANY), 0);
	assert_string_equal(port.name, "puppet0");
	port_close(&second);
}

static void
test_both_ways(void **state)
{
	static const uint32_t lens[] = { 14, 15, 60, 1514, 9060, 65535,
		FRAME_MAX };
	struct frame out, f;
	size_t i;

	(void)state;
	begin(LINK_ETHERNET);
	assert_true(run("ip link set puppet0 mtu 65521"));
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		out = plain(data, lens[i], (unsigned)i);
		transmit(&out);
		assert_int_equal(sniff(host, &head, WAIT_MS), lens[i]);
		assert_memory_equal(buf, data, lens[i]);
		if (lens[i] > 65535)
			continue;
		inject(host, &out);
		assert_true(receive(&f, WAIT_MS));
		assert_frame(&f, data, lens[i]);
		assert_int_equal(f.off.flags | f.off.gso, 0);
	}
	assert_int_equal(port.count.refused, 0);
	out = plain(data, 13, 1);
	transmit(&out);
	assert_int_equal(port.count.refused, 1);
	assert_int_equal(port.count.refused_bytes, 13);
	assert_int_equal(port.count.refused_errno, EINVAL);
	assert_quiet();
}

static void
test_tags(void **state)
{
	struct frame out, f;

	(void)state;
	begin(LINK_ETHERNET);
	out = plain(data, 100, 1);
	memcpy(data + 12, "\x88\xa8\0\0\x81\0\0\5\x88\xb5", 10);
	inject(host, &out);
	assert_true(receive(&f, WAIT_MS));
	assert_frame(&f, data, 100);
}

static void
test_carrier(void **state)
{
	(void)state;
	need_net();
	assert_int_equal(tap_open(NULL, LINK_ANY), 0);
	assert_true(run("ip link set puppet0 up"));
	assert_true(await_running("puppet0", false));
	assert_int_equal(port_set(&port, PORT_CARRIER, true), 0);
	assert_true(await_running("puppet0", true));
	assert_int_equal(port_set(&port, PORT_CARRIER, false), 0);
	assert_true(await_running("puppet0", false));
}

/*
 * A doll that is up, with IPv6 and on a router, sends nothing in a time in
 * which one that makes addresses by itself does.
 */
static void
test_silent(void **state)
{
	struct frame f;

	(void)state;
	need_net();
	assert_true(net_quiet("0"));
	assert_true(word_write("/proc/sys/net/ipv6/conf/all/forwarding", "1"));
	assert_int_equal(tap_open(NULL, LINK_ANY), 0);
	assert_int_equal(port_set(&port, PORT_CARRIER, true), 0);
	assert_true(run("ip link set puppet0 up"));
	assert_false(receive(&f, 2500));
	port_close(&port);

	assert_int_equal(tap_open(NULL, LINK_ANY), 0);
	assert_true(
	    word_write("/proc/sys/net/ipv6/conf/puppet0/addr_gen_mode", "0"));
	assert_int_equal(port_set(&port, PORT_CARRIER, true), 0);
	assert_true(run("ip link set puppet0 up"));
	assert_true(receive(&f, 2500));
	assert_true(word_write("/proc/sys/net/ipv6/conf/all/forwarding", "0"));
}

static void
test_down(void **state)
{
	struct frame out, f;

	(void)state;
	begin(LINK_ETHERNET);
	assert_true(run("ip link set puppet0 down"));
	out = plain(data, 60, 1);
	transmit(&out);
	transmit(&out);
	assert_int_equal(port.count.refused, 2);
	assert_int_equal(port.count.refused_errno, EIO);
	assert_int_equal(port.ops->recv(&port, &f, 1), 0);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_int_equal(port_set(&port, PORT_CARRIER, false), 0);
	assert_int_equal(port_set(&port, PORT_CARRIER, true), 0);
	assert_true(run("ip link set puppet0 up"));
	transmit(&out);
	assert_int_equal(sniff(host, &head, WAIT_MS), 60);
}

static void
deleted(bool by_recv)
{
	struct frame out = plain(data, 60, 1), f;

	begin(LINK_ETHERNET);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_true(run("ip link del puppet0"));
	if (by_recv) {
		assert_true(wait_readable(port.fd, WAIT_MS)); /* POLLERR */
		assert_int_equal(port.ops->recv(&port, &f, 1), -1);
		assert_int_equal(errno, EBADFD);
		assert_int_equal(port.fd, -1);
	} else {
		transmit(&out);
		assert_int_equal(port.count.refused, 1);
	}
	transmit(&out);
	assert_int_equal(port.ops->recv(&port, &f, 1), -1);
	assert_int_equal(port.ops->tick(&port), PORT_REMADE);
	assert_int_equal(port.ops->tick(&port), PORT_REMADE);
	port_close(&port);
	(void)close(host);
	begin(LINK_ETHERNET);
	assert_quiet();
}

static void
test_deleted_recv(void **state)
{
	(void)state;
	deleted(true);
}

static void
test_deleted_send(void **state)
{
	(void)state;
	deleted(false);
}

static void
test_deleted_unseen(void **state)
{
	(void)state;
	begin(LINK_ETHERNET);
	assert_true(run("ip link del puppet0"));
	assert_int_equal(port.ops->tick(&port), PORT_REMADE);
	assert_int_equal(port.fd, -1);
}

/* Frames that a program sent between two sessions do not reach the second. */
static void
test_attach(void **state)
{
	struct frame out = plain(data, 60, 1);
	int i;

	(void)state;
	begin(LINK_ETHERNET);
	port.ops->detach(&port);
	for (i = 0; i < QUEUE; i++)
		inject(host, &out);
	assert_true(wait_readable(port.fd, WAIT_MS));
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_false(wait_readable(port.fd, 0));
	assert_quiet();
}

/* As many frames as the queue has places come, in order; others are counted. */
static void
test_burst(void **state)
{
	struct frame out;
	int i, n, got = 0;

	(void)state;
	begin(LINK_ETHERNET);
	for (i = 0; i < QUEUE + 500; i++) {
		out = plain(data, 200, (unsigned)i);
		inject(host, &out);
	}
	while (wait_readable(port.fd, 0)) {
		n = port.ops->recv(&port, frames, FRAME_BATCH);
		assert_in_range(n, 1, FRAME_BATCH);
		for (i = 0; i < n; i++, got++) {
			(void)plain(data, 200, (unsigned)got);
			assert_frame(&frames[i], data, 200);
		}
	}
	assert_in_range(got, QUEUE, QUEUE + RING_FREED);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, QUEUE + 500 - got);
}

/* Frames that come one at a time, then some at once: all of them, in order. */
static void
test_singles(void **state)
{
	struct frame out;
	int i, n, got = 0;

	(void)state;
	begin(LINK_ETHERNET);
	for (i = 0; i < 30; i++) {
		out = plain(data, 200, (unsigned)i);
		inject(host, &out);
		if (i >= 20) /* from here they wait for each other */
			continue;
		assert_true(wait_readable(port.fd, WAIT_MS));
		assert_int_equal(port.ops->recv(&port, frames, FRAME_BATCH), 1);
		assert_frame(&frames[0], data, 200);
		assert_int_equal(port.ops->recv(&port, frames, FRAME_BATCH), 0);
	}
	for (got = 20; got < 30;) {
		assert_true(wait_readable(port.fd, WAIT_MS));
		n = port.ops->recv(&port, frames, FRAME_BATCH);
		assert_in_range(n, 0, 10);
		for (i = 0; i < n; i++, got++) {
			(void)plain(data, 200, (unsigned)got);
			assert_frame(&frames[i], data, 200);
		}
	}
	assert_false(wait_readable(port.fd, 0));
}

/* Frames sent without a carrier are not counted as dropped by the queue. */
static void
test_no_carrier(void **state)
{
	struct frame out = plain(data, 200, 1);
	int i;

	(void)state;
	begin(LINK_ETHERNET);
	assert_int_equal(port_set(&port, PORT_CARRIER, false), 0);
	assert_true(await_running("puppet0", false));
	for (i = 0; i < 20; i++)
		inject(host, &out);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 0);
	assert_int_equal(port_set(&port, PORT_CARRIER, true), 0);
	assert_true(await_running("puppet0", true));
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 0);
	for (i = 0; i < QUEUE + RING_FREED + 20; i++)
		inject(host, &out);
	port.ops->stats(&port);
	assert_in_range(port.count.dropped, 20, 20 + RING_FREED);
}

/* A peer without CAP_* gets segments that the kernel has cut. */
static void
test_offloads_recv(void **state)
{
	struct frame out = super(data, 0, 4000, 1000), f;
	int i;

	(void)state;
	begin(LINK_ETHERNET);
	inject(host, &out);
	for (i = 0; i < 4; i++) {
		assert_true(receive(&f, WAIT_MS));
		assert_int_equal(f.len, 1054);
		assert_int_equal(f.off.flags & OFFLOAD_CSUM, 0);
		assert_int_equal(f.off.gso, 0);
	}
	assert_int_equal(port_offloads(&port, CAP_CSUM), 0);
	inject(host, &out);
	for (i = 0; i < 4; i++) {
		assert_true(receive(&f, WAIT_MS));
		assert_int_equal(f.off.flags, OFFLOAD_CSUM);
		assert_int_equal(f.off.csum_start, 34);
		assert_int_equal(f.off.gso, 0);
	}
	assert_int_equal(port_offloads(&port, CAP_ALL), 0);
	out = super(data, 0, 60000, 1000);
	inject(host, &out);
	assert_true(receive(&f, WAIT_MS));
	assert_frame(&f, data, out.len);
	assert_int_equal(f.off.flags, OFFLOAD_CSUM);
	assert_int_equal(f.off.gso, OFFLOAD_TCP4);
	assert_int_equal(f.off.gso_size, 1000);
	assert_int_equal(f.off.csum_start, 34);
	assert_int_equal(f.off.csum_offset, 16);
	out = super(data, 1, 3000, 1000);
	inject(host, &out);
	assert_true(receive(&f, WAIT_MS));
	assert_frame(&f, data, out.len);
	assert_int_equal(f.off.csum_start, 38);
	assert_int_equal(port_offloads(&port, 0), 0);
	inject(host, &out);
	assert_true(receive(&f, WAIT_MS));
	assert_int_equal(f.len, 1058);
}

static void
test_offloads_send(void **state)
{
	static const uint16_t hdr_lens[] = { 0, 1, 54, 4000, 65535 };
	struct frame out;
	size_t i;

	(void)state;
	begin(LINK_ETHERNET);
	assert_int_equal(port.caps & CAP_TSO4, CAP_TSO4);
	for (i = 0; i < sizeof(hdr_lens) / sizeof(hdr_lens[0]); i++) {
		out = super(data, 0, 60000, 1400);
		out.off.hdr_len = hdr_lens[i];
		transmit(&out);
		assert_int_equal(sniff(host, &head, WAIT_MS), out.len);
		assert_memory_equal(buf, data, out.len);
		assert_int_equal(head.flags & 1, 1);
		assert_int_equal(head.gso_type, OFFLOAD_TCP4);
		assert_int_equal(head.gso_size, 1400);
		assert_int_equal(head.csum_start, 34);
	}
	out.off.gso = 77;
	transmit(&out);
	assert_int_equal(port.count.refused, 1);
	assert_quiet();
}

/* The doll and a second one without CAP_*, on a bridge. */
static void
begin_bridge(struct port *second)
{
	const struct port_config config = { .name = "other" };

	begin(LINK_ETHERNET);
	if ((port.caps & CAP_TUNNEL) == 0)
		skip();
	assert_int_equal(port_opened(second, &port_tap, &config), 0);
	assert_int_equal(second->ops->attach(second, NULL), 0);
	assert_int_equal(port_set(second, PORT_CARRIER, true), 0);
	assert_true(run("ip link set other up"));
	assert_true(await_running("puppet0", true));
	assert_true(await_running("other", true));
	if (!run("ip link add bridge type bridge mcast_snooping 0"))
		skip();
	assert_true(run("ip link set bridge up && ip link set puppet0 master "
			"bridge && ip link set other master bridge"));
}

/* A capture on the doll sees it whole, but for the tag that is taken out. */
static void
assert_whole(uint32_t tag)
{
	uint32_t len = packet.frame.len - tag;

	assert_int_equal(sniff(host, &head, WAIT_MS), len);
	assert_memory_equal(buf, packet.data, 12);
	assert_memory_equal(buf + 12, packet.data + 12 + tag, len - 12);
}

static uint8_t cut_buf[FRAME_MAX];

/* The second doll gets the same segments as offload.c makes. */
static void
assert_cut(struct port *second)
{
	struct offload_cut cut;
	struct frame want, got;

	assert_int_equal(port.count.refused, 0);
	assert_int_equal(offload_begin(&cut, &packet.frame, LINK_ETHERNET), 0);
	while (offload_next(&cut, cut_buf, sizeof(cut_buf), &want) == 1) {
		assert_true(wait_readable(second->fd, WAIT_MS));
		assert_int_equal(second->ops->recv(second, &got, 1), 1);
		assert_frame(&got, want.data, want.len);
		assert_int_equal(got.off.flags & OFFLOAD_CSUM, 0);
		assert_int_equal(got.off.gso, 0);
	}
	assert_false(wait_readable(second->fd, 0));
}

static void
check_cut(struct port *second, const char *spelled, uint32_t payload)
{
	struct offload_cut cut;
	struct frame f;

	packet_make(&packet, spelled, payload, 1300);
	assert_false(lacks(&packet.frame, LINK_ETHERNET, port.caps));
	(void)has_tunnel(&packet.frame, LINK_ETHERNET, &packet.frame.tunnel);
	transmit(&packet.frame);
	assert_whole(spelled[1] == 'v' || spelled[1] == 'q' ? 4 : 0);
	assert_cut(second);
	assert_int_equal(offload_begin(&cut, &packet.frame, LINK_ETHERNET), 0);
	while (tunnel_next(&cut, cut_buf, sizeof(cut_buf), &f) == 1) {
		transmit(&f);
		assert_int_not_equal(sniff(host, &head, WAIT_MS), 0);
	}
	assert_cut(second);
}

static void
test_tunnels_send(void **state)
{
	static const char *const all[] = { "e4UVe4T", "e4uVe4T", "e4UVe6T",
		"e4uVe6T", "e6UVe4T", "e6uVe4T", "e6UVe6T", "e6uVe6T",
		"ev4UVe4T", "eqv6UVe6T", "e4UVev4T", "e4UVeoT", "e4UVexT",
		"e4UGe4T", "e6uG6T", "e4U4T", "e4u6T" };
	struct port second;
	size_t i;

	(void)state;
	begin_bridge(&second);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		check_cut(&second, all[i], 1301);
		check_cut(&second, all[i], 65000);
	}
	port_close(&second);
	assert_true(run("ip link del bridge"));
}

/* A tunnel device on the doll: its frames stay whole, if the end takes them. */
static void
test_tunnels_recv(void **state)
{
	static uint8_t inner[FRAME_MAX];
	struct frame out = super(inner, 0, 60000, 1300), f;
	int vx, n = 0;

	(void)state;
	begin(LINK_ETHERNET);
	if ((port.caps & CAP_TUNNEL) == 0 ||
	    !run("ip link add vx type vxlan id 7 dstport 4789 local 10.9.0.1 "
		 "remote 10.9.0.2 dev puppet0"))
		skip();
	assert_true(run("ip addr add 10.9.0.1/24 dev puppet0 && ip link set vx "
			"up && ip neigh add 10.9.0.2 lladdr 2:0:0:0:0:9 dev "
			"puppet0"));
	vx = sniffer("vx");
	assert_int_equal(port_offloads(&port, CAP_ALL | CAP_TUNNEL), 0);
	inject(vx, &out);
	assert_true(receive(&f, WAIT_MS));
	assert_int_equal(f.len, out.len + 50);
	assert_memory_equal(f.data + 50, inner, out.len);
	assert_int_equal(f.off.flags, OFFLOAD_CSUM);
	assert_int_equal(f.off.gso, OFFLOAD_TCP4);
	assert_int_equal(f.off.gso_size, 1300);
	assert_int_equal(f.off.csum_start, 50 + 34);
	assert_false(lacks(&f, LINK_ETHERNET, CAP_ALL | CAP_TUNNEL));
	assert_int_equal(port_offloads(&port, CAP_ALL), 0);
	for (inject(vx, &out); receive(&f, n < 47 ? WAIT_MS : 0); n++) {
		assert_int_equal(f.off.gso, 0);
		assert_true(f.len <= 50 + 54 + 1300);
	}
	assert_int_equal(n, 47);
	(void)close(vx);
	assert_true(run("ip link del vx"));
}

static void
test_raw(void **state)
{
	static const uint8_t first[] = { 0x45, 0x60 };
	struct frame out, f;
	size_t i;

	(void)state;
	begin(LINK_RAW);
	assert_int_equal(port.linktype, LINK_RAW);
	assert_int_equal(port.caps & CAP_TUNNEL, 0);
	for (i = 0; i < 2; i++) {
		fill(data, 100, (unsigned)i);
		data[0] = first[i];
		out = frame_of(data, 100);
		transmit(&out);
		assert_int_equal(sniff(host, &head, WAIT_MS), 100);
		assert_memory_equal(buf, data, 100);
		inject(host, &out);
		assert_true(receive(&f, WAIT_MS));
		assert_frame(&f, data, 100);
	}
	data[0] = 0x55;
	transmit(&out);
	assert_int_equal(port.count.refused, 1);
}

/* The reason why a doll of this name cannot be made: its begin and its end. */
static void
assert_why(const char *name, const char *begins, const char *remedy)
{
	char ifname[IFNAMSIZ] = "", why[PORT_WHY];
	size_t len;
	bool existed;

	(void)strcpy(ifname, name);
	assert_int_equal(tap_acquire(ifname, LINK_ETHERNET, QUEUE, &existed,
			     why, sizeof(why)),
	    -1);
	assert_memory_equal(why, begins, strlen(begins));
	len = strlen(why);
	assert_true(len >= strlen(remedy));
	assert_string_equal(why + len - strlen(remedy), remedy);
}

static void
test_refusals(void **state)
{
	(void)state;
	need_net();
	assert_true(run("ip link add name v0 type veth peer name v1"));
	assert_int_equal(tap_open("v0", LINK_ANY), -1);
	assert_why("v0", "TUNSETIFF: ",
	    "; there is an interface of this name and another kind, or none "
	    "may have it");
	assert_true(run("ip link del v0"));
	assert_int_equal(tap_open("too-long-for-linux", LINK_ANY), -1);
	assert_int_equal(tap_open("mine", LINK_ANY), 0);
	assert_why("mine", "TUNSETIFF: ", "; another process has it");
}

/* No right to open the device, no right to make a doll, no driver. */
static void
test_lacks(void **state)
{
	(void)state;
	need_net();
	assert_int_equal(seteuid(65534), 0);
	assert_why("", "TUNSETIFF: ",
	    "; or see `ip tuntap add NAME mode tap user YOU', and -I NAME");
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod("/dev/net/tun", 0600), 0);
	assert_int_equal(seteuid(65534), 0);
	assert_why("", "/dev/net/tun: Permission denied",
	    "; run as root, or be let in there: see its mode and group");
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod("/dev/net/tun", 0666), 0);
	assert_int_equal(mount("none", "/dev/net", "tmpfs", 0, NULL), 0);
	assert_why("", "/dev/net/tun: No such file", "; see `modprobe tun'");
	assert_int_equal(umount("/dev/net"), 0);
}

/*
 * The places of the doll's queue: RING_FREED more than wanted, if the kernel
 * frees so many places at a time.
 */
static void
test_queue(void **state)
{
	static const struct {
		uint32_t wanted;
		int places;
	} queues[] = { { 1, 1 }, { 31, 31 }, { 32, 64 }, { 33, 65 },
		{ 0, QUEUE + RING_FREED } };
	struct port_config config = { 0 };
	struct ifreq ifr = ifreq_of("puppet0");
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	size_t i;

	(void)state;
	need_net();
	for (i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
		config.queue = queues[i].wanted;
		assert_int_equal(port_opened(&port, &port_tap, &config), 0);
		assert_int_equal(ioctl(fd, SIOCGIFTXQLEN, &ifr), 0);
		assert_int_equal(ifr.ifr_qlen, queues[i].places);
		port_close(&port);
	}
	(void)close(fd);
}

/* A user's own interface needs no right, and stays. */
static void
test_persistent(void **state)
{
	struct frame out = plain(data, 60, 1);

	(void)state;
	need_net();
	assert_true(run("ip tuntap add mine mode tap user 65534"));
	assert_true(run("ip link set mine up"));
	host = sniffer("mine");
	assert_int_equal(seteuid(65534), 0);
	assert_int_equal(tap_open("mine", LINK_ETHERNET), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port_offloads(&port, CAP_ALL), 0);
	assert_int_equal(port_set(&port, PORT_CARRIER, true), 0);
	assert_int_equal(seteuid(0), 0);
	assert_true(await_running("mine", true));
	transmit(&out);
	assert_int_equal(sniff(host, &head, WAIT_MS), 60);
	assert_quiet();
	port_close(&port);
	assert_int_not_equal(if_nametoindex("mine"), 0);
	assert_true(run("ip tuntap del mine mode tap"));
}

static bool
is_one(const char *netns, const char *key, char value)
{
	return run("ip netns exec %s sh -c 'test \"$(cat /proc/sys/net/ipv6/"
		   "conf/puppet0/%s)\" = %c'",
	    netns, key, value);
}

/* A doll in a namespace of its own: as silent, and its drops are counted. */
static void
test_netns(void **state)
{
	const struct port_config config = { .netns = "portlab", .queue = 20 };

	(void)state;
	need_net();
	if (!run("command -v ping >/dev/null"))
		skip();
	assert_int_equal(port_opened(&port, &port_tap, &config), 0);
	assert_int_equal(if_nametoindex("puppet0"), 0);
	assert_true(is_one("portlab", "addr_gen_mode", '1'));
	assert_true(is_one("portlab", "accept_ra", '0'));
	assert_int_equal(port_set(&port, PORT_CARRIER, true), 0);
	assert_true(run("ip -n portlab link set puppet0 up arp off"));
	assert_true(run("ip -n portlab addr add 10.9.0.1/24 dev puppet0"));
	assert_false(run("ip netns exec portlab ping -q -c 100 -i 0.002 -W 1 "
			 "10.9.0.2 >/dev/null"));
	port.ops->stats(&port);
	assert_in_range(port.count.dropped, 79, 80);
	port_close(&port);
	helper_close();
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_names),
		TEST(test_both_ways),
		TEST(test_tags),
		TEST(test_carrier),
		TEST(test_silent),
		TEST(test_down),
		TEST(test_deleted_recv),
		TEST(test_deleted_send),
		TEST(test_deleted_unseen),
		TEST(test_attach),
		TEST(test_singles),
		TEST(test_burst),
		TEST(test_no_carrier),
		TEST(test_offloads_recv),
		TEST(test_offloads_send),
		TEST(test_tunnels_send),
		TEST(test_tunnels_recv),
		TEST(test_raw),
		TEST(test_refusals),
		TEST(test_lacks),
		TEST(test_queue),
		TEST(test_persistent),
		TEST(test_netns),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
