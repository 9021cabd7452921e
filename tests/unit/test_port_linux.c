/* SPDX-License-Identifier: ISC */
/*
 * The capture port on one end of a pair of interfaces, in a network namespace
 * of the test's own:
 *
 *	port, other ---- v0 ======== v1 ---- peer
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <pcap.h>
#include <cmocka.h>

#include "../../platform/linux/vnet.h"
#include "privilege/helper.h"
#include "port_net.h"
#include "opened.h"

static int peer = -1, other = -1;
static uint8_t data[FRAME_MAX];
static struct virtio_net_hdr head;

static int
group_setup(void **state)
{
	(void)state;
	possible = unshare(CLONE_NEWNET) == 0 && net_quiet("1");
	return 0;
}

static bool
cable_make(void)
{
	return run("ip link add name v0 type veth peer name v1 && "
		   "ip link set v0 up && ip link set v1 up") &&
	    await_running("v0", true) && await_running("v1", true);
}

static int
setup(void **state)
{
	const struct port_config config = { .name = "v0" };

	(void)state;
	if (!possible)
		return 0;
	if (!cable_make() || port_opened(&port, &port_capture, &config) == -1)
		return -1;
	peer = sniffer("v1");
	other = sniffer("v0");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (!possible)
		return 0;
	port_close(&port);
	(void)close(peer);
	(void)close(other);
	(void)run("ip link del v0 2>/dev/null");
	return 0;
}

static void
begin(void)
{
	need_net();
	assert_int_equal(port.ops->attach(&port, NULL), 0);
}

/* Sends the frame through the cable, whose own queue is short. */
static void
cross(const struct frame *f)
{
	inject(peer, f);
	assert_int_equal(sniff(other, &head, WAIT_MS), f->len);
}

/* Checks that no other frame waits: one that we send now comes next. */
static void
assert_quiet(void)
{
	struct frame last = plain(data, 61, 200), f;

	inject(peer, &last);
	assert_true(receive(&f, WAIT_MS));
	assert_frame(&f, data, 61);
}

static void
test_open(void **state)
{
	struct port none;
	const struct port_config missing = { .name = "v9" };
	const struct port_config lo = { .name = "lo" };
	const struct port_config lengthy = { .name = "v0v0v0v0v0v0v0v0" };

	(void)state;
	need_net();
	assert_int_equal(port.linktype, LINK_ETHERNET);
	assert_int_equal(port.maxframe, FRAME_MAX);
	assert_int_equal(port.caps & CAP_CSUM, CAP_CSUM);
	assert_string_equal(port.name, "v0");
	assert_int_equal(port_opened(&none, &port_capture, &missing), -1);
	assert_int_equal(port_opened(&none, &port_capture, &lo), -1);
	assert_int_equal(port_opened(&none, &port_capture, &lengthy), -1);
}

/* Tags of all kinds are put back into their place. */
static void
test_tags(void **state)
{
	static const char *const tags[] = {
		"\x81\0\0\5",
		"\x81\0\0\0",
		"\x81\0\xef\xff",
		"\x88\xa8\0\6",
		"\x88\xa8\0\0",
		"\x91\0\0\7",
		"\x88\xa8\0\6\x81\0\0\5",
		"\x81\0\0\6\x81\0\x20\0",
		"\x88\xa8\0\6\x88\xa8\0\5\x81\0\0\1",
	};
	static const size_t lens[] = { 4, 4, 4, 4, 4, 4, 8, 8, 12 };
	struct frame out, f;
	size_t i;

	(void)state;
	begin();
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		out = plain(data, 100, (unsigned)i);
		memcpy(data + 12, tags[i], lens[i]);
		memcpy(data + 12 + lens[i], "\x88\xb5", 2);
		inject(peer, &out);
		assert_true(receive(&f, WAIT_MS));
		assert_frame(&f, data, 100);
		assert_false(f.outbound);
		assert_int_equal(f.off.flags | f.off.gso, 0);
		/* and are sent as they are */
		transmit(&out);
		(void)sniff(other, &head, 0);
		assert_int_equal(sniff(other, &head, WAIT_MS), 100);
		assert_memory_equal(buf, data, 100);
	}
	assert_quiet();
}

static void
test_directions(void **state)
{
	struct frame out = plain(data, 60, 1), f;

	(void)state;
	begin();
	transmit(&out);
	assert_int_equal(sniff(peer, &head, WAIT_MS), 60);
	assert_memory_equal(buf, data, 60);
	assert_int_equal(sniff(other, &head, WAIT_MS), 60);
	assert_quiet();

	out = plain(data, 60, 2);
	inject(other, &out);
	assert_true(receive(&f, WAIT_MS));
	assert_frame(&f, data, 60);
	assert_true(f.outbound);
}

/* Small and large frames have the time of their capture. */
static void
test_times(void **state)
{
	static const uint32_t lens[] = { 60, 1514 };
	struct frame out, f;
	struct timespec now;
	size_t i;

	(void)state;
	begin();
	for (i = 0; i < 2; i++) {
		out = plain(data, lens[i], 1);
		inject(other, &out);
		assert_true(receive(&f, WAIT_MS));
		(void)clock_gettime(CLOCK_REALTIME, &now);
		assert_in_range(f.when_ns / 1000000000, now.tv_sec - 60,
		    now.tv_sec);
	}
}

/*
 * The kernel cuts a frame for an interface that cannot: the sender must not see
 * any of the segments.
 */
static void
test_own_segments(void **state)
{
	static const uint32_t off[] = { ETHTOOL_STSO, ETHTOOL_SGSO };
	struct frame out;
	uint32_t i, len;

	(void)state;
	begin();
	assert_int_equal(port.caps & CAP_TSO4, CAP_TSO4);
	for (i = 0; i < 2; i++)
		assert_true(feature("v0", off[i], 0));
	for (i = 0; i < 3; i++) {
		out = super(data, (int)i, 4000, 1000);
		transmit(&out);
		for (len = 0; len < 4000; len += 1000) {
			assert_int_equal(sniff(peer, &head, WAIT_MS),
			    14 + 40 + 1000 + (i > 0 ? 4 * (i - 1) : 0));
			assert_int_equal(head.gso_type, 0);
		}
	}
	assert_quiet();
}

static struct bpf_program
compiled(const char *text)
{
	struct bpf_program program;
	pcap_t *p = pcap_open_dead(DLT_EN10MB, FRAME_MAX);

	assert_int_equal(pcap_compile(p, &program, text, 1, 0), 0);
	pcap_close(p);
	return program;
}

static void
filter(const char *text)
{
	struct bpf_program program = compiled(text);

	assert_int_equal(port_setfilter(&port, &program), 0);
	pcap_freecode(&program);
}

/* The peer sends its nth frame, with this ethertype. */
static void
typed(uint16_t type, unsigned n)
{
	struct frame f = plain(data, 60, n);

	ether(data, type);
	inject(peer, &f);
}

static void
expect_typed(uint16_t type)
{
	struct frame f;

	assert_true(receive(&f, WAIT_MS));
	assert_int_equal(f.data[12] << 8 | f.data[13], type);
}

static void
test_filter(void **state)
{
	(void)state;
	need_net();
	filter("ether proto 0x88b6");
	typed(0x88b6, 1);
	begin();
	typed(0x88b5, 2);
	typed(0x88b6, 3);
	expect_typed(0x88b6);
	/* accepted by the old filter and still queued */
	typed(0x88b6, 4);
	assert_true(wait_readable(port.fd, WAIT_MS));
	filter("ether proto 0x88b5");
	typed(0x88b6, 5);
	typed(0x88b5, 6);
	expect_typed(0x88b5);
	assert_quiet();
}

/* Sets the base's filter; 0x88b7 passes neither. */
static void
base(const char *text)
{
	struct bpf_program program = compiled(text);

	assert_int_equal(port_setbase(&port, &program), 0);
	pcap_freecode(&program);
}

static void
assert_filtered(uint64_t n)
{
	port.ops->stats(&port);
	assert_int_equal(port.count.filtered, n);
}

/* Sends 4 of each: accepted; filtered; filtered by a load behind its end. */
static void
some_of_each(void)
{
	struct frame out;
	int i;

	for (i = 0; i < 4; i++) {
		out = plain(data, 200, (unsigned)i);
		data[100] = 1;
		inject(peer, &out);
		data[100] = 2;
		inject(peer, &out);
		typed(0x88b5, 1);
		typed(0x88b7, 1);
		/* own frames do not count */
		transmit(&out);
	}
	for (i = 0; i < 4; i++)
		expect_typed(0x88b5);
}

static void
test_filtered(void **state)
{
	static const char wanted[] =
	    "not ether proto 0x88b7 and ether[100] = 1";

	(void)state;
	need_net();
	base("not ether proto 0x88b7");
	filter(wanted);
	typed(0x88b5, 1);
	begin();
	assert_filtered(0);
	some_of_each();
	assert_filtered(8);
	assert_filtered(8);
	port.ops->detach(&port);
	typed(0x88b5, 1);
	assert_filtered(8);
	begin();
	some_of_each();
	assert_true(run("ip link del v0"));
	assert_int_equal(port.ops->tick(&port), PORT_DOWN);
	assert_true(cable_make());
	(void)close(peer);
	peer = sniffer("v1");
	assert_int_equal(port.ops->tick(&port), PORT_UP);
	assert_filtered(16);
	some_of_each();
	assert_filtered(24);
	assert_int_equal(port_setbase(&port, NULL), 0);
	filter(wanted);
	some_of_each();
	assert_filtered(24);
}

/* Frames without room in the buffer do not count as filtered. */
static void
test_filtered_drops(void **state)
{
	const struct port_config config = { .name = "v0", .buffer = 65536 };
	struct frame out = plain(data, 1000, 1);
	int i;

	(void)state;
	need_net();
	port_close(&port);
	assert_int_equal(port_opened(&port, &port_capture, &config), 0);
	base("not ether proto 0x88b7");
	filter("ether proto 0x88b5");
	begin();
	for (i = 0; i < 1000; i++) {
		cross(&out);
		ether(data, i % 2 == 0 ? 0x88b6 : 0x88b5);
	}
	assert_filtered(500);
	assert_in_range(port.count.dropped, 1, 499);
}

static void
test_filter_too_long(void **state)
{
	static struct bpf_insn insns[FILTER_INSNS + 1];
	struct bpf_program program = { FILTER_INSNS + 1, insns };
	size_t i;

	(void)state;
	need_net();
	for (i = 0; i < FILTER_INSNS + 1; i++)
		insns[i] = (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K,
		    FRAME_MAX);
	assert_int_equal(port_setfilter(&port, &program), -1);
	assert_int_equal(errno, E2BIG);
	program.bf_len--;
	assert_int_equal(port_setfilter(&port, &program), 0);
	begin();
	assert_quiet();
}

static void
test_detached(void **state)
{
	struct frame f;

	(void)state;
	begin();
	typed(0x88b6, 1);
	assert_true(wait_readable(port.fd, WAIT_MS));
	port.ops->detach(&port);
	assert_int_equal(port.ops->recv(&port, &f, 1), 0);
	typed(0x88b6, 2);
	assert_int_equal(sniff(other, &head, WAIT_MS), 60);
	assert_int_equal(sniff(other, &head, WAIT_MS), 60);
	assert_false(wait_readable(port.fd, 0));
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_quiet();
}

/* From 14 bytes to 65535 of payload, with a tag and without, both ways. */
static void
test_lengths(void **state)
{
	static const uint32_t lens[] = { 14, 15, 59, 60, 1514, 9014, 32768,
		65534, 65535, 65536, 65549 };
	struct frame out, f;
	size_t i;

	(void)state;
	need_net();
	assert_true(
	    run("ip link set v0 mtu 65535 && ip link set v1 mtu 65535"));
	begin();
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		out = plain(data, lens[i], (unsigned)i);
		inject(peer, &out);
		assert_true(receive(&f, WAIT_MS));
		assert_frame(&f, data, lens[i]);
		transmit(&out);
		assert_int_equal(sniff(peer, &head, WAIT_MS), lens[i]);
		assert_memory_equal(buf, data, lens[i]);
		if (lens[i] < 18)
			continue;
		out = plain(data, lens[i] + 4, (unsigned)i);
		memcpy(data + 12, "\x81\0\0\5\x88\xb5", 6);
		inject(peer, &out);
		assert_true(receive(&f, WAIT_MS));
		assert_frame(&f, data, lens[i] + 4);
		transmit(&out);
		assert_int_equal(sniff(peer, &head, WAIT_MS), lens[i]);
	}
	assert_int_equal(port.count.refused, 0);
	assert_int_equal(port.count.invalid, 0);
}

static void
assert_offload(const struct offload *off, const struct offload *want)
{
	assert_int_equal(off->flags & OFFLOAD_CSUM, want->flags);
	assert_int_equal(off->gso, want->gso);
	assert_int_equal(off->gso_size, want->gso_size);
	assert_int_equal(off->csum_start, want->csum_start);
	assert_int_equal(off->csum_offset, want->csum_offset);
}

/* Frames with undone work arrive so, also behind tags. */
static void
test_offload_recv(void **state)
{
	struct frame out, f;
	int tags;

	(void)state;
	begin();
	for (tags = 0; tags < 3; tags++) {
		out = super(data, tags, 40000, 1400);
		inject(peer, &out);
		assert_true(receive(&f, WAIT_MS));
		assert_frame(&f, data, out.len);
		assert_offload(&f.off, &out.off);
		assert_in_range(f.off.hdr_len, 1, f.len);
		out = super(data, tags, 1000, 0);
		out.off.gso = 0;
		inject(peer, &out);
		assert_true(receive(&f, WAIT_MS));
		assert_frame(&f, data, out.len);
		assert_offload(&f.off, &out.off);
	}
}

/* The peer's header length is not used. */
static void
test_offload_send(void **state)
{
	static const uint16_t hdr_lens[] = { 0, 1, 54, 4000, 65535 };
	struct frame out;
	size_t i;

	(void)state;
	begin();
	for (i = 0; i < sizeof(hdr_lens) / sizeof(hdr_lens[0]); i++) {
		out = super(data, 0, 60000, 1400);
		out.off.hdr_len = hdr_lens[i];
		transmit(&out);
		assert_int_equal(sniff(peer, &head, WAIT_MS), out.len);
		assert_memory_equal(buf, data, out.len);
		assert_int_equal(head.gso_type, OFFLOAD_TCP4);
		assert_int_equal(head.gso_size, 1400);
		assert_int_equal(head.csum_start, 34);
	}
	out = super(data, 1, 60000, 1400);
	transmit(&out);
	assert_int_equal(sniff(peer, &head, WAIT_MS), out.len - 4);
	assert_int_equal(head.gso_type, OFFLOAD_TCP4);
	assert_int_equal(head.csum_start, 34);
	assert_int_equal(port.count.refused, 0);
	assert_quiet();
}

static void
test_offload_udp(void **state)
{
	struct frame out;

	(void)state;
	begin();
	if ((port.caps & CAP_USO) == 0)
		skip();
	out = super(data, 0, 8000, 1000);
	data[23] = 17;
	data[38] = (uint8_t)(8020 >> 8); /* a UDP header in TCP's place */
	data[39] = (uint8_t)8020;
	out.off.gso = OFFLOAD_UDP;
	out.off.csum_offset = 6;
	transmit(&out);
	assert_int_equal(sniff(peer, &head, WAIT_MS), out.len);
	assert_int_equal(head.gso_type, OFFLOAD_UDP);
	assert_int_equal(port.count.refused, 0);
}

/* A kernel that only tells that a checksum is undone. */
static void
test_guess(void **state)
{
	struct frame f;
	int tags;

	(void)state;
	for (tags = 0; tags < 3; tags++) {
		struct offload want;

		f = super(data, tags, 100, 0);
		want = f.off;
		want.gso = 0;
		memset(&f.off, 0, sizeof(f.off));
		assert_true(vnet_guess(&f, LINK_ETHERNET));
		assert_offload(&f.off, &want);
	}
	f = super(data, 0, 0, 0);
	data[23] = 17;
	f.len = 14 + 20 + 8;
	assert_true(vnet_guess(&f, LINK_ETHERNET));
	assert_int_equal(f.off.csum_offset, 6);
	f.len--;
	assert_false(vnet_guess(&f, LINK_ETHERNET));
	data[23] = 132;
	f.len = 14 + 20 + 12;
	assert_true(vnet_guess(&f, LINK_ETHERNET));
	assert_int_equal(f.off.csum_offset, 8);
	f.len--;
	assert_false(vnet_guess(&f, LINK_ETHERNET));
	f = frame_of(data + 14, 60);
	assert_true(vnet_guess(&f, LINK_RAW));
	assert_int_equal(f.off.csum_start, 20);
	data[23] = 1;
	assert_false(vnet_guess(&f, LINK_RAW));
	for (f.len = 0; f.len < 40; f.len++)
		(void)vnet_guess(&f, LINK_RAW);
}

/* A frame that the interface refuses is counted; the next one passes. */
static void
test_refused(void **state)
{
	struct frame out[3];
	static uint8_t bytes[3][2000];

	(void)state;
	begin();
	out[0] = plain(bytes[0], 1519, 1);
	out[1] = plain(bytes[1], 13, 2);
	out[2] = plain(bytes[2], 60, 3);
	assert_int_equal(port.ops->send(&port, out, 3), 3);
	assert_int_equal(port.count.refused, 2);
	assert_int_equal(sniff(peer, &head, WAIT_MS), 60);
}

static enum port_event
tick(void)
{
	return port.ops->tick(&port);
}

/* Returns the first change that tick reports. */
static enum port_event
change(void)
{
	enum port_event event;
	int i;

	for (i = 0; i < WAIT_MS; i++) {
		if ((event = tick()) != PORT_SAME)
			return event;
		(void)poll(NULL, 0, 1);
	}
	return PORT_SAME;
}

/* Waits for PORT_UP; before it may come a moment without carrier. */
static bool
comes_up(void)
{
	enum port_event event;

	while ((event = change()) == PORT_DOWN)
		;
	return event == PORT_UP;
}

static void
test_down(void **state)
{
	struct frame out, f;

	(void)state;
	begin();
	assert_int_equal(tick(), PORT_SAME);
	assert_true(run("ip link set v0 down"));
	assert_int_equal(port.ops->recv(&port, &f, 1), 0);
	out = plain(data, 60, 1);
	transmit(&out);
	assert_int_equal(port.count.refused, 1);
	assert_int_equal(port.count.refused_errno, ENETDOWN);
	assert_int_equal(tick(), PORT_DOWN);
	assert_int_equal(tick(), PORT_SAME);
	assert_true(run("ip link set v0 up"));
	assert_true(comes_up());
	assert_int_equal(tick(), PORT_SAME);
	assert_quiet();
	/* carrier: the other end goes down */
	assert_true(run("ip link set v1 down"));
	assert_int_equal(change(), PORT_DOWN);
	assert_true(run("ip link set v1 up"));
	assert_true(comes_up());
}

/*
 * Between two ticks the carrier came back and the interface was deleted: tick
 * must report it, because the caller may have read "running" meanwhile.
 */
static void
test_gone_unseen(void **state)
{
	(void)state;
	need_net();
	assert_true(run("ip link set v1 down"));
	assert_int_equal(change(), PORT_DOWN);
	assert_true(run("ip link set v1 up"));
	assert_true(run("ip link del v0"));
	assert_int_equal(tick(), PORT_DOWN);
	assert_int_equal(tick(), PORT_SAME);
}

/* Tick reports an interface that is down at the start. */
static void
test_down_before(void **state)
{
	const struct port_config config = { .name = "v0" };

	(void)state;
	need_net();
	port_close(&port);
	assert_true(run("ip link set v0 down"));
	assert_int_equal(port_opened(&port, &port_capture, &config), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(tick(), PORT_DOWN);
	assert_true(run("ip link set v0 up"));
	assert_true(comes_up());
	assert_quiet();
}

static bool
promiscuous(void)
{
	return run("ip -d link show v0 | grep -q 'promiscuity 1'");
}

static bool
all_multicast(void)
{
	return run("ip -d link show v0 | grep -q 'allmulti 1'");
}

/* The NIC receives all groups during a session, and not after it. */
static void
test_multicast(void **state)
{
	(void)state;
	need_net();
	if (!run("ip -d link show v0 | grep -q allmulti"))
		skip(); /* before Linux 6.0 */
	assert_false(all_multicast());
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_true(all_multicast());
	assert_false(promiscuous());
	port.ops->detach(&port);
	assert_false(all_multicast());
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_true(run("ip link del v0"));
	assert_int_equal(tick(), PORT_DOWN);
	assert_true(cable_make());
	assert_false(all_multicast());
	assert_int_equal(tick(), PORT_UP);
	assert_true(all_multicast());
	port.ops->detach(&port);
	assert_false(all_multicast());
}

/* Makes the interface again without rights: only the open needs them. */
static void
remake(bool attached)
{
	struct frame out, f;

	filter("ether proto 0x88b5");
	assert_int_equal(port_set(&port, PORT_PROMISC, true), 0);
	assert_true(promiscuous());
	assert_true(run("ip link del v0"));
	assert_int_equal(port.ops->recv(&port, &f, 1), 0);
	out = plain(data, 60, 1);
	transmit(&out);
	assert_int_equal(port.count.refused, 1);
	assert_int_equal(tick(), PORT_DOWN);
	assert_int_equal(tick(), PORT_SAME);
	assert_true(cable_make());
	(void)close(peer);
	peer = sniffer("v1");
	assert_int_equal(seteuid(65534), 0);
	assert_int_equal(tick(), PORT_UP);
	assert_int_equal(tick(), PORT_SAME);
	assert_int_equal(seteuid(0), 0);
	assert_true(promiscuous());
	if (!attached) {
		typed(0x88b5, 1);
		assert_false(wait_readable(port.fd, 50));
		assert_int_equal(port.ops->attach(&port, NULL), 0);
	}
	typed(0x88b6, 2);
	assert_quiet();
	transmit(&out);
	assert_int_equal(sniff(peer, &head, WAIT_MS), 60);
	assert_int_equal(port_set(&port, PORT_PROMISC, false), 0);
	assert_false(promiscuous());
}

static void
test_remade(void **state)
{
	(void)state;
	begin();
	remake(true);
}

static void
test_remade_detached(void **state)
{
	(void)state;
	need_net();
	remake(false);
}

/* Made again before a tick sees that it is gone. */
static void
test_remade_soon(void **state)
{
	(void)state;
	begin();
	assert_true(run("ip link del v0"));
	assert_true(cable_make());
	(void)close(peer);
	peer = sniffer("v1");
	assert_int_equal(tick(), PORT_UP);
	assert_int_equal(tick(), PORT_SAME);
	assert_quiet();
}

/* A filter is set and a session begins while the interface is gone. */
static void
test_attach_while_gone(void **state)
{
	(void)state;
	need_net();
	assert_true(run("ip link del v0"));
	assert_int_equal(tick(), PORT_DOWN);
	filter("ether proto 0x88b5");
	assert_int_equal(port_set(&port, PORT_PROMISC, true), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_true(cable_make());
	(void)close(peer);
	peer = sniffer("v1");
	assert_int_equal(tick(), PORT_UP);
	assert_true(promiscuous());
	typed(0x88b6, 1);
	assert_quiet();
}

/* An interface of the same name but another link type is not taken. */
static void
test_other_kind(void **state)
{
	(void)state;
	begin();
	assert_true(run("ip link del v0 && ip tuntap add v0 mode tun"));
	assert_int_equal(tick(), PORT_DOWN);
	assert_int_equal(tick(), PORT_SAME);
	assert_true(run("ip tuntap del v0 mode tun"));
	assert_true(cable_make());
	(void)close(peer);
	peer = sniffer("v1");
	assert_int_equal(tick(), PORT_UP);
	assert_quiet();
}

/* Frames without room in the buffer are counted as dropped. */
static void
drops(uint32_t len)
{
	struct frame out = plain(data, len, 1);
	uint64_t before, got = 0;
	int i, n;

	port.ops->stats(&port);
	before = port.count.dropped;
	for (i = 0; i < 1000; i++)
		cross(&out);
	while ((n = port.ops->recv(&port, frames, FRAME_BATCH)) > 0)
		got += (uint64_t)n;
	for (i = 0; i < 2; i++) {
		port.ops->stats(&port);
		assert_in_range(port.count.dropped - before, 1, 999);
		assert_int_equal(got + port.count.dropped - before, 1000);
	}
	assert_int_equal(port.count.invalid, 0);
}

static void
test_drops(void **state)
{
	const struct port_config config = { .name = "v0", .buffer = 65536 };

	(void)state;
	need_net();
	port_close(&port);
	assert_int_equal(port_opened(&port, &port_capture, &config), 0);
	begin();
	drops(60);
	drops(1000);
	drops(60);
	drops(1500);
}

/*
 * Bursts fit into the default buffer and come in order: frames as long as a
 * slot of the ring, one byte longer, and the longest ones.
 */
static void
test_burst(void **state)
{
	static const uint32_t lens[] = { 60, 180, 181, 61, 1514 };
	struct frame out;
	uint32_t len;
	int i, n, sent = 0, got = 0;

	(void)state;
	begin();
	while (sent < 12000) {
		for (i = 0; i < 3000; i++, sent++) {
			out = plain(data, lens[sent % 5], (unsigned)sent);
			inject(peer, &out);
		}
		while (got < sent) {
			assert_true(wait_readable(port.fd, WAIT_MS));
			n = port.ops->recv(&port, frames, FRAME_BATCH);
			assert_in_range(n, 1, FRAME_BATCH);
			for (i = 0; i < n; i++, got++) {
				len = lens[got % 5];
				(void)plain(data, len, (unsigned)got);
				assert_frame(&frames[i], data, len);
			}
		}
	}
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 0);
}

/*
 * With large slots and small ones in turn: frames as long as a slot, one byte
 * longer, short and long ones come in order.
 */
static void
test_large(void **state)
{
	static const uint32_t lens[] = { 60, 1514, 1972, 1973, 9014 };
	struct frame out, f;
	int round, i;

	(void)state;
	need_net();
	assert_true(
	    run("ip link set v0 mtu 65535 && ip link set v1 mtu 65535"));
	begin();
	for (round = 0; round < 4; round++) {
		port.ops->detach(&port);
		assert_int_equal(port_set(&port, PORT_LARGE, round % 2 == 0),
		    0);
		assert_int_equal(port.ops->attach(&port, NULL), 0);
		for (i = 0; i < 500; i++) {
			out = plain(data, lens[i % 5], (unsigned)i);
			inject(peer, &out);
		}
		for (i = 0; i < 500; i++) {
			assert_true(receive(&f, WAIT_MS));
			(void)plain(data, lens[i % 5], (unsigned)i);
			assert_frame(&f, data, lens[i % 5]);
		}
	}
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 0);
	assert_int_equal(port.count.invalid, 0);
}

/* Raw IP: we capture packets that the tun's program writes; it reads ours. */
static void
test_raw(void **state)
{
	const struct port_config end = { .name = "t0", .linktype = LINK_RAW };
	const struct port_config config = { .name = "t0" };
	static const uint8_t first[] = { 0x45, 0x60 };
	struct port tun;
	struct frame out, f;
	size_t i;

	(void)state;
	need_net();
	port_close(&port);
	if (port_opened(&tun, &port_tap, &end) == -1)
		skip();
	assert_true(run("ip link set t0 up"));
	assert_int_equal(port_set(&tun, PORT_CARRIER, true), 0);
	assert_int_equal(port_opened(&port, &port_capture, &config), 0);
	assert_int_equal(port.linktype, LINK_RAW);
	begin();
	for (i = 0; i < 2; i++) {
		fill(data, 100, (unsigned)i);
		data[0] = first[i];
		out = frame_of(data, 100);
		assert_int_equal(tun.ops->send(&tun, &out, 1), 1);
		assert_true(receive(&f, WAIT_MS));
		assert_frame(&f, data, 100);
		assert_false(f.outbound);
		transmit(&out);
		assert_true(wait_readable(tun.fd, WAIT_MS));
		assert_int_equal(tun.ops->recv(&tun, &f, 1), 1);
		assert_frame(&f, data, 100);
	}
	assert_int_equal(port.ops->recv(&port, &f, 1), 0);
	port_close(&tun);
}

/* Makes a frame that virtio-net's header cannot describe: old UDP offload. */
static struct frame
unspeakable(void)
{
	struct frame f = super(data, 0, 4000, 1400);

	data[23] = 17;
	data[38] = 4008 >> 8; /* a UDP header in TCP's place */
	data[39] = 4008 & 255;
	f.off.gso = 3; /* VIRTIO_NET_HDR_GSO_UDP */
	f.off.csum_offset = 6;
	return f;
}

static void
arrives(struct port *from, uint32_t len)
{
	struct frame out = plain(data, len, len), f;

	assert_int_equal(from->ops->send(from, &out, 1), 1);
	assert_true(receive(&f, WAIT_MS));
	assert_frame(&f, data, len);
}

/*
 * After such a frame many kernels fill their ring no more.  Two ticks find that
 * out; then such frames are only counted.
 */
static void
test_ring_stops(void **state)
{
	const struct port_config end = { .name = "t1" };
	struct port tap;
	struct frame out, f;
	uint64_t before;
	int i;

	(void)state;
	need_net();
	port_close(&port);
	assert_int_equal(port_opened(&tap, &port_tap, &end), 0);
	assert_true(run("ip link set t1 up"));
	assert_int_equal(port_set(&tap, PORT_CARRIER, true), 0);
	assert_int_equal(port_opened(&port, &port_capture, &end), 0);
	begin();
	arrives(&tap, 60);
	out = unspeakable();
	assert_int_equal(tap.ops->send(&tap, &out, 1), 1);
	for (i = 0; i < 2; i++) {
		out = plain(data, 60, 1);
		assert_int_equal(tap.ops->send(&tap, &out, 1), 1);
		(void)port.ops->recv(&port, &f, 1);
		assert_int_equal(tick(), PORT_SAME);
	}
	port.ops->stats(&port);
	before = port.count.invalid + port.count.dropped;
	for (i = 0; i < 10; i++) {
		arrives(&tap, 60);
		arrives(&tap, 1514);
		out = unspeakable();
		assert_int_equal(tap.ops->send(&tap, &out, 1), 1);
		assert_int_equal(port.ops->recv(&port, &f, 1), 0);
		assert_int_equal(tick(), PORT_SAME);
	}
	port.ops->stats(&port);
	assert_int_equal(port.count.invalid + port.count.dropped, before + 10);
	port_close(&tap);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_open),
		TEST(test_tags),
		TEST(test_directions),
		TEST(test_times),
		TEST(test_own_segments),
		TEST(test_filter),
		TEST(test_filtered),
		TEST(test_filtered_drops),
		TEST(test_filter_too_long),
		TEST(test_detached),
		TEST(test_lengths),
		TEST(test_offload_recv),
		TEST(test_offload_send),
		TEST(test_offload_udp),
		TEST(test_guess),
		TEST(test_refused),
		TEST(test_down),
		TEST(test_gone_unseen),
		TEST(test_down_before),
		TEST(test_multicast),
		TEST(test_remade),
		TEST(test_remade_detached),
		TEST(test_remade_soon),
		TEST(test_attach_while_gone),
		TEST(test_other_kind),
		TEST(test_drops),
		TEST(test_burst),
		TEST(test_large),
		TEST(test_raw),
		TEST(test_ring_stops),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
