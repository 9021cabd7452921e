/* SPDX-License-Identifier: ISC */
/*
 * A capture port's open and its failures, filters, counters, promiscuous mode,
 * and changes of its interface.
 */
#include "capture_rows.h"
#include "log.h"
#include "promises.h"
#include "privilege/platform.h"

#define SAYS(text) assert_string_equal(kernel_said(), text)

/* ---- open ---- */

/* FreeBSD, bpf_drvinit(): root's, mode 0600; the others' nodes likewise */
static const struct kernel_call forbidden[] = {
	IF_NAMETOINDEX("em0", 3),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 0, .error = EACCES),
};
/* a jail's or a chroot's /dev */
static const struct kernel_call hidden[] = {
	IF_NAMETOINDEX("em0", 3),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 0, .error = ENOENT),
};
/* OpenBSD, bpfopen(): no memory */
static const struct kernel_call busy[] = {
	IF_NAMETOINDEX("em0", 3),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 0, .error = EBUSY),
};
static const struct kernel_call unknown[] = {
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 100),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	CLOSE(100),
};
/* bpf_setif(): the interface has gone meanwhile */
static const struct kernel_call vanished[] = {
	IF_NAMETOINDEX("em0", 3),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 100),
	IF_NAMETOINDEX("em0", 3),
	SETF(100, is_nothing),
	IOCTL(100, BIOCSBLEN, .in = &wanted, .out = &granted),
	IOCTL(100, BIOCSETIF, .check = is_em0, .error = ENXIO),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	CLOSE(100),
};
/* FreeBSD, bpf_setif(): if_bpf == NULL */
static const struct kernel_call without_bpf[] = {
	IF_NAMETOINDEX("em0", 3),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 100),
	IF_NAMETOINDEX("em0", 3),
	SETF(100, is_nothing),
	IOCTL(100, BIOCSBLEN, .in = &wanted, .out = &granted),
	IOCTL(100, BIOCSETIF, .check = is_em0, .error = ENXIO),
	IF_NAMETOINDEX("em0", 3),
	CLOSE(100),
};

static void
test_no_descriptor(void **state)
{
	(void)state;
	KERNEL(forbidden);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: open(/dev/bpf): EACCES; run as root, or let your group read "
	     "and write /dev/bpf\n");
	kernel_end();
	KERNEL(hidden);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: open(/dev/bpf): ENOENT; in a jail or chroot it must be made "
	     "visible\n");
	kernel_end();
	KERNEL(busy);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: open(/dev/bpf): EBUSY\n");
	kernel_end();
}

static void
test_no_interface(void **state)
{
	(void)state;
	KERNEL(unknown);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: no such interface\n");
	kernel_end();
	KERNEL(vanished);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: no such interface\n");
	kernel_end();
	KERNEL(without_bpf);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: BIOCSETIF: ENXIO\n");
	kernel_end();
}

/* OpenBSD and NetBSD, bpf_allocbufs(): does not wait for memory */
#define NO_MEMORY ENOBUFS
static const uint32_t half = 4 << 20, quarter = 2 << 20, least = 131072;
static const uint32_t steps[] = { 1 << 20, 1 << 19, 1 << 18 };
static const struct kernel_call scarce[] = {
	IF_NAMETOINDEX("em0", 3),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 100),
	IF_NAMETOINDEX("em0", 3),
	SETF(100, is_nothing),
	IOCTL(100, BIOCSBLEN, .in = &wanted, .out = &half),
	IOCTL(100, BIOCSETIF, .error = ENOMEM),
	IOCTL(100, BIOCSBLEN, .in = &quarter, .out = &quarter),
	IOCTL(100, BIOCSETIF, .error = NO_MEMORY),
	IOCTL(100, BIOCSBLEN, .in = &steps[0], .out = &steps[0]),
	IOCTL(100, BIOCSETIF, .error = NO_MEMORY),
	IOCTL(100, BIOCSBLEN, .in = &steps[1], .out = &steps[1]),
	IOCTL(100, BIOCSETIF, .error = NO_MEMORY),
	IOCTL(100, BIOCSBLEN, .in = &steps[2], .out = &steps[2]),
	IOCTL(100, BIOCSETIF, .error = NO_MEMORY),
	IOCTL(100, BIOCSBLEN, .in = &least, .out = &least),
	IOCTL(100, BIOCSETIF, .error = NO_MEMORY),
	CLOSE(100),
};

static void
test_no_memory(void **state)
{
	(void)state;
	KERNEL(scarce);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: BIOCSETIF: ENOBUFS\n");
	kernel_end();
}

/* NetBSD, sys/net/if_ppp.c; OpenBSD and NetBSD, pppoe(4): DLT_PPP_ETHER */
static const uint32_t ppp = 51;
static const struct kernel_call of_ppp[] = {
	ACQUIRE(100),
	IOCTL(100, BIOCSDLT, .in = &ethernet, .error = EINVAL),
	IOCTL(100, BIOCGDLT, .out = &ppp),
	IOCTL(100, BIOCIMMEDIATE, .in = &on),
	IOCTL(100, BIOCGBLEN, .out = &granted),
	STATE(&em0_list),
	CLOSE(100),
};
/* sys/net/if_loop.c: DLT_NULL, OpenBSD DLT_LOOP */
static const uint32_t null = DLT_NULL;
static const struct ifaddrs loop_list = {
	.ifa_name = (char *)"em0",
	.ifa_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK,
	.ifa_addr = (struct sockaddr *)&em0_dl,
	.ifa_data = &em0_data,
};
static const struct kernel_call of_loop[] = {
	ACQUIRE(100),
	IOCTL(100, BIOCSDLT, .in = &ethernet, .error = EINVAL),
	IOCTL(100, BIOCGDLT, .out = &null),
	IOCTL(100, BIOCIMMEDIATE, .in = &on),
	IOCTL(100, BIOCGBLEN, .out = &granted),
	STATE(&loop_list),
	CLOSE(100),
};

static void
test_link_types(void **state)
{
	(void)state;
	KERNEL(of_ppp);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: link type 51 is neither Ethernet nor raw IP\n");
	kernel_end();
	KERNEL(of_loop);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: link type 0 of a loopback is neither Ethernet nor raw IP\n");
	kernel_end();
}

static const struct kernel_call no_immediate[] = {
	ACQUIRE(100),
	IOCTL(100, BIOCSDLT),
	IOCTL(100, BIOCGDLT, .out = &ethernet),
	IOCTL(100, BIOCIMMEDIATE, .error = EPERM), /* locked */
	CLOSE(100),
};
static const struct kernel_call no_dlt[] = {
	ACQUIRE(100),
	IOCTL(100, BIOCSDLT, .error = EINVAL),
	IOCTL(100, BIOCGDLT, .error = EINVAL), /* detached meanwhile */
	CLOSE(100),
};

static void
test_half_open(void **state)
{
	(void)state;
	KERNEL(no_immediate);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: BIOCIMMEDIATE: EPERM; run as root, or let your group read "
	     "and write /dev/bpf\n");
	kernel_end();
	KERNEL(no_dlt);
	assert_int_equal(open_em0(), -1);
	SAYS("em0: BIOCGDLT: EINVAL\n");
	kernel_end();
}

static const struct kernel_call plain[] = { OPENED(100), CLOSE(100) };

static void
test_open(void **state)
{
	(void)state;
	KERNEL(plain);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.fd, 100);
	assert_int_equal(port.linktype, LINK_ETHERNET);
	assert_int_equal(port.caps, 0);
	SAYS("");
	port_close(&port);
	kernel_end();
}

#ifdef JOINS_ASKED
static struct ifreq joining;
static const struct kernel_call joins[] = {
	IF_NAMETOINDEX("em0", 3),
	ATTACHED(100),
	JOINS(.out = &joining) LIMITED(100),
	PREPARE(100),
	STATE(&em0_list),
	CLOSE(100),
	IF_NAMETOINDEX("em0", 3),
	ATTACHED(100) LIMITED(100), /* logged already: no further look */
	PREPARE(100),
	STATE(&em0_list),
	CLOSE(100),
};

/* Must be the last test that opens: the line is logged only once. */
static void
test_joined_segments(void **state)
{
	(void)state;
#ifdef __FreeBSD__
	joining.ifr_curcap = IFCAP_LRO | IFCAP_RXCSUM;
#else
	joining.ifr_flags = IFXF_LRO;
#endif
	KERNEL(joins);
	assert_int_equal(open_em0(), 0);
	assert_non_null(strstr(kernel_said(), "em0: it joins TCP segments"));
	assert_non_null(strstr(kernel_said(), ": ifconfig em0 -"));
	port_close(&port);
	assert_int_equal(open_em0(), 0);
	port_close(&port);
	kernel_end();
}
#endif

/* ---- filters and counters ---- */

static const struct bpf_stat dropped5 = { .bs_recv = 9, .bs_drop = 5 };
static const struct bpf_stat dropped2 = { .bs_recv = 9, .bs_drop = 2 };

/* bpf_setf(): reset_d() empties the buffers and zeroes the counters */
static const struct kernel_call sessions[] = {
	OPENED(100),
	HEAR(100),
	IOCTL(100, BIOCGSTATS, .out = &dropped5),
	READ(100, GRANTED, NULL, 0, .error = EAGAIN), /* detach */
	IOCTL(100, BIOCGSTATS, .out = &dropped5),
	SETF(100, is_nothing),
	MUTE(100), /* attach: another session */
	SETF(100, is_everything),
	IOCTL(100, BIOCGSTATS, .out = &dropped2),
	CLOSE(100),
};

static void
test_sessions(void **state)
{
	(void)state;
	KERNEL(sessions);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 5);
	port.ops->detach(&port);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	port.ops->stats(&port);
	assert_int_equal(port.count.dropped, 7);
	port_close(&port);
	kernel_end();
}

static struct bpf_insn two[] = { BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
	BPF_STMT(BPF_RET | BPF_A, 0) };
static const struct bpf_program twofold = { 2, two };

static bool
is_twofold(const void *arg, size_t len)
{
	const struct bpf_program *p = arg;

	(void)len;
	return p->bf_len == 2 && memcmp(p->bf_insns, two, sizeof(two)) == 0;
}

/* A new filter in a session: no frame of the old filter is left. */
static const struct kernel_call refilter[] = {
	OPENED(100),
	HEAR(100),
	MUTE(100),
	SETF(100, is_twofold),
	/* over BPF_MAXINSNS */
	MUTE(100),
	IOCTL(100, BIOCSETF, .check = is_twofold, .error = EINVAL),
	CLOSE(100),
};

static void
test_filters(void **state)
{
	(void)state;
	KERNEL(refilter);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port_setfilter(&port, &twofold), 0);
	assert_int_equal(port_setfilter(&port, &twofold), -1);
	assert_int_equal(errno, EINVAL);
	SAYS("");
	assert_string_equal(capture_remedy(ENXIO), "");
	port_close(&port);
	kernel_end();
}

/*
 * OpenBSD, sys/net/bpf_filter.c, bpf_validate(): neither `ip[8] % 2 = 1' nor
 * `ip[8] ^ 1 = 2'; FreeBSD and NetBSD have both.
 */
static void
test_unknown_instructions(void **state)
{
	static struct bpf_insn insns[] = { BPF_STMT(BPF_ALU | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 1) };
	static const struct bpf_program program = { 2, insns };
	static const u_short codes[] = { 0x90, 0x98, 0xa0, 0xa8 };
	char why[64] = "";
	size_t i;

	(void)state;
	assert_true(filter_known(&program, why, sizeof(why)));
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		insns[0].code = BPF_ALU | codes[i];
#ifdef __OpenBSD__
		assert_false(filter_known(&program, why, sizeof(why)));
		assert_string_equal(why,
		    "this system's filters know no % and no ^");
#else
		assert_true(filter_known(&program, why, sizeof(why)));
#endif
	}
}

/* A new filter between sessions: the next session begins with it. */
static const struct kernel_call filter_first[] = {
	OPENED(100),
	MUTE(100),
	SETF(100, is_twofold),
	CLOSE(100),
};

static void
test_filter_before(void **state)
{
	(void)state;
	KERNEL(filter_first);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port_setfilter(&port, &twofold), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	port_close(&port);
	kernel_end();
}

/* ---- promiscuous mode ---- */

/* bpfioctl(), BIOCPROMISC: only on; bpf_detachd(): off when it is closed */
static const struct kernel_call promiscuous[] = {
	OPENED(100),
	IOCTL(100, BIOCPROMISC),
	HEAR(100),
	ACQUIRE_AGAIN(101),
	PREPARE(101),
	STATS(100),
	CLOSE(100),
	STATS(101), /* the session's settings are made again */
	SETF(101, is_nothing),
	SETF(101, is_everything),
	IOCTL(101, BIOCPROMISC, .error = ENOMEM), /* ifpromisc() */
	CLOSE(101),
};
static const struct kernel_call stays[] = {
	OPENED(100),
	IOCTL(100, BIOCPROMISC),
	IF_INDEXTONAME(3, "em0"),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 0, .error = EACCES),
	CLOSE(100),
};

static void
test_promiscuous(void **state)
{
	(void)state;
	KERNEL(promiscuous);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port_set(&port, PORT_PROMISC, true), 0);
	assert_int_equal(port_set(&port, PORT_PROMISC, true), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port_set(&port, PORT_PROMISC, false), 0);
	assert_int_equal(port.fd, 101);
	assert_int_equal(port_set(&port, PORT_PROMISC, true), -1);
	assert_int_equal(errno, ENOMEM);
	port_close(&port);
	kernel_end();
	KERNEL(stays);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port_set(&port, PORT_PROMISC, true), 0);
	assert_int_equal(port_set(&port, PORT_PROMISC, false), 0);
	SAYS("em0: stays in promiscuous mode: open(/dev/bpf): EACCES; run as "
	     "root, or let your group read and write /dev/bpf\n");
	port_close(&port);
	kernel_end();
}

/* ---- the interface ---- */

static struct ifreq name_em0 = { .ifr_name = "em0" };
static struct ifreq name_lan = { .ifr_name = "lan" };
static struct ifaddrs em0_down = { .ifa_name = (char *)"em0",
	.ifa_addr = (struct sockaddr *)&em0_dl,
	.ifa_data = &em0_data };
static struct if_data no_carrier = { .ifi_link_state = LINK_STATE_DOWN };
static struct ifaddrs em0_idle = { .ifa_name = (char *)"em0",
	.ifa_flags = IFF_UP | IFF_RUNNING,
	.ifa_addr = (struct sockaddr *)&em0_dl,
	.ifa_data = &no_carrier };

#define NAMED(fd)     IOCTL(fd, BIOCGETIF, .out = &name_em0)
#define LOOK(fd, now) NAMED(fd), STATE(now)

static const struct kernel_call down_up[] = {
	OPENED(100),
	LOOK(100, &em0_list),
	LOOK(100, &em0_down),
	LOOK(100, &em0_down),
	LOOK(100, &em0_idle),
	LOOK(100, &em0_list),
	NAMED(100),
	STATE(NULL, .error = ENOMEM), /* the state is unknown */
	CLOSE(100),
};

static void
test_down_and_up(void **state)
{
	(void)state;
	KERNEL(down_up);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_int_equal(port.ops->tick(&port), PORT_DOWN);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_int_equal(port.ops->tick(&port), PORT_DOWN);
	assert_int_equal(port.ops->tick(&port), PORT_UP);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	SAYS("em0: interface is down\nem0: interface has no carrier\n"
	     "em0: interface is up\n");
	port_close(&port);
	kernel_end();
}

/*
 * FreeBSD and NetBSD, BIOCGETIF: bd_bif is NULL; OpenBSD,
 * sys/miscfs/deadfs/dead_vnops.c, dead_ioctl(): the descriptor was revoked
 */
#ifdef __OpenBSD__
#define UNBOUND EBADF
#else
#define UNBOUND EINVAL
#endif

static const struct kernel_call gone[] = {
	OPENED(100),
	IOCTL(100, BIOCPROMISC),
	HEAR(100),
	/* the interface goes */
	IOCTL(100, BIOCGETIF, .error = UNBOUND),
	IF_INDEXTONAME(3, NULL, .error = ENXIO),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 101),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	CLOSE(101),
	IOCTL(100, BIOCGSTATS, .error = UNBOUND),
	CLOSE(100),
	/* it is still gone */
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 101),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	CLOSE(101),
	/* it is there again: the session's settings are made again */
	ACQUIRE(101),
	PREPARE(101),
	HEAR(101),
	IOCTL(101, BIOCPROMISC),
	STATE(&em0_list),
	CLOSE(101),
};

static void
test_gone_and_back(void **state)
{
	struct frame frame;
	uint8_t data[60] = { 0 };

	(void)state;
	frame = (struct frame) { .data = data, .len = sizeof(data) };
	KERNEL(gone);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port_set(&port, PORT_PROMISC, true), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port.ops->tick(&port), PORT_DOWN);
	assert_int_equal(port.fd, -1);
	assert_int_equal(port.ops->recv(&port, &frame, 1), 0);
	frame.data = data;
	frame.len = sizeof(data);
	assert_int_equal(port.ops->send(&port, &frame, 1), 1);
	assert_int_equal(port.count.refused, 1);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_int_equal(port.ops->tick(&port), PORT_UP);
	assert_int_equal(port.fd, 101);
	SAYS("em0: interface is gone: waiting for it\nem0: interface is up\n");
	port_close(&port);
	kernel_end();
}

/* Gone and made again between two ticks. */
static const struct kernel_call remade[] = {
	OPENED(100),
	IOCTL(100, BIOCGETIF, .error = UNBOUND),
	ACQUIRE_AGAIN(101),
	PREPARE(101),
	IOCTL(100, BIOCGSTATS, .error = UNBOUND),
	CLOSE(100),
	STATE(&em0_list),
	CLOSE(101),
};

static void
test_remade(void **state)
{
	(void)state;
	KERNEL(remade);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->tick(&port), PORT_UP);
	assert_int_equal(port.fd, 101);
	SAYS("em0: interface is up\n");
	port_close(&port);
	kernel_end();
}

/* Made again with another link type; this is logged once. */
#define CHANGED_AS(acquired)                             \
	acquired, IOCTL(101, BIOCSDLT, .error = EINVAL), \
	    IOCTL(101, BIOCGDLT, .out = &null), CLOSE(101)
#define CHANGED	    CHANGED_AS(ACQUIRE_AGAIN(101))
#define CHANGED_NEW CHANGED_AS(ACQUIRE(101))
static const struct kernel_call changed[] = {
	OPENED(100),
	IOCTL(100, BIOCGETIF, .error = UNBOUND),
	CHANGED,
	IOCTL(100, BIOCGSTATS, .error = UNBOUND),
	CLOSE(100),
	CHANGED,
};
static const struct kernel_call changed_later[] = {
	OPENED(100),
	IOCTL(100, BIOCGETIF, .error = UNBOUND),
	IF_INDEXTONAME(3, NULL, .error = ENXIO),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 101),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	CLOSE(101),
	IOCTL(100, BIOCGSTATS, .error = UNBOUND),
	CLOSE(100),
	CHANGED_NEW,
	CHANGED,
};

static void
test_another_kind(void **state)
{
	(void)state;
	KERNEL(changed);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->tick(&port), PORT_DOWN);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	SAYS("em0: now of another link type\n"
	     "em0: interface is gone: waiting for it\n");
	port_close(&port);
	kernel_end();
	KERNEL(changed_later);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->tick(&port), PORT_DOWN);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	SAYS("em0: interface is gone: waiting for it\n"
	     "em0: now of another link type\n");
	port_close(&port);
	kernel_end();
}

/* FreeBSD, sys/net/if.c, SIOCSIFNAME; the others cannot */
static struct ifaddrs lan_up = { .ifa_name = (char *)"lan",
	.ifa_flags = IFF_UP | IFF_RUNNING,
	.ifa_addr = (struct sockaddr *)&em0_dl,
	.ifa_data = &em0_data };
static const struct kernel_call renamed[] = {
	OPENED(100),
	IOCTL(100, BIOCGETIF, .out = &name_lan),
	STATE_AS("lan", &lan_up),
	/* gone: the first interface that has the old name is taken */
	IOCTL(100, BIOCGETIF, .error = UNBOUND),
	ACQUIRE_AGAIN(101),
	PREPARE(101),
	STATS(100),
	CLOSE(100),
	STATE(&em0_list),
	CLOSE(101),
};

static void
test_renamed(void **state)
{
	(void)state;
	KERNEL(renamed);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->tick(&port), PORT_SAME);
	assert_string_equal(port.name, "lan");
	assert_int_equal(port.ops->tick(&port), PORT_UP);
	assert_string_equal(port.name, "em0");
	SAYS("em0: renamed to lan\nem0: interface is up\n");
	port_close(&port);
	kernel_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_descriptor),
		cmocka_unit_test(test_no_interface),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_link_types),
		cmocka_unit_test(test_half_open),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_sessions),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_unknown_instructions),
		cmocka_unit_test(test_filter_before),
		cmocka_unit_test(test_promiscuous),
		cmocka_unit_test(test_down_and_up),
		cmocka_unit_test(test_gone_and_back),
		cmocka_unit_test(test_remade),
		cmocka_unit_test(test_another_kind),
		cmocka_unit_test(test_renamed),
#ifdef JOINS_ASKED
		cmocka_unit_test(test_joined_segments),
#endif
	};

	kernel_promise(PROMISES);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
