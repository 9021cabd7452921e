/* SPDX-License-Identifier: ISC */
/*
 * Frames in and out of a capture port: reads, own frames that come back, and
 * frames that the kernels refuse.
 */
#include <stddef.h>
#include <stdio.h>

#include "bytes.h"
#include "capture_rows.h"
#include "promises.h"

#define MAC	"\x02\0\0\0\0\1" /* of em0 */
#define OTHER	"\x02\0\0\0\0\2"
#define SECONDS 1000000000 /* the time of the tests' clock */

#ifdef BPF_F_DIR_OUT
#define TELLS true /* OpenBSD, net/bpf.h: bh_flags */
#else
#define TELLS false
#endif

static uint8_t buffer[GRANTED];
static size_t filled, ended;
static uint32_t passed; /* seconds of the clock */

static void
begin(void)
{
	memset(buffer, 0xee, sizeof(buffer));
	filled = ended = 0;
}

/*
 * Writes a record as catchpacket() does: the header is padded so that the bytes
 * behind the Ethernet header are aligned; each further record is aligned, too.
 */
static void
put(const uint8_t *data, size_t len, size_t caplen, bool out)
{
	struct bpf_hdr h;
	size_t hdrlen = BPF_WORDALIGN(14 + offsetof(struct bpf_hdr, bh_hdrlen) +
			    sizeof(h.bh_hdrlen)) -
	    14;

#ifdef BPF_F_DIR_OUT /* OpenBSD, bpfsattach(): the whole structure */
	hdrlen = BPF_WORDALIGN(14 + sizeof(h)) - 14;
#endif
	memset(&h, 0, sizeof(h));
	h.bh_tstamp.tv_sec = SECONDS + passed;
	h.bh_tstamp.tv_usec = 250;
	h.bh_caplen = (u_int)caplen;
	h.bh_datalen = (u_int)len;
	h.bh_hdrlen = (u_short)hdrlen;
#ifdef BPF_F_DIR_OUT
	h.bh_flags = out ? BPF_F_DIR_OUT : BPF_F_DIR_IN;
#endif
	(void)out;
	memcpy(buffer + filled, &h, sizeof(h) < hdrlen ? sizeof(h) : hdrlen);
	memcpy(buffer + filled + hdrlen, data, caplen);
	ended = filled + hdrlen + caplen;
	filled = BPF_WORDALIGN(ended);
}

static const uint8_t *
frame_of(uint8_t *at, const char *src, uint8_t fill, size_t len)
{
	memset(at, fill, len);
	memcpy(at + 6, src, 6);
	return at;
}

/* Rows whose data the test makes at run time. */
static struct kernel_call rows[64];
static size_t nrows;

static void
row(struct kernel_call r)
{
	rows[nrows++] = r;
}

#define ROW(...) row((struct kernel_call)__VA_ARGS__)

static void
begin_open(void)
{
	static const struct kernel_call opened[] = { OPENED(100), HEAR(100) };
	size_t i;

	begin();
	nrows = 0;
	for (i = 0; i < sizeof(opened) / sizeof(opened[0]); i++)
		row(opened[i]);
}

static void
run(void)
{
	kernel_begin("rows", rows, nrows);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
}

static void
end(void)
{
	port_close(&port);
	kernel_end();
}

/* ---- in ---- */

static void
test_one_read(void **state)
{
	struct frame f[8];
	uint8_t data[4][2048];

	(void)state;
	begin_open();
	put(frame_of(data[0], OTHER, 1, 60), 60, 60, false);
	put(frame_of(data[1], MAC, 2, 1514), 1514, 1514, true);
	put(frame_of(data[2], OTHER, 3, 61), 1514, 61, false); /* cut */
	put(frame_of(data[3], OTHER, 4, 43), 43, 43, false);
	ROW(READ(100, GRANTED, buffer, ended));
	ROW(CLOSE(100));
	run();
	assert_int_equal(port.ops->recv(&port, f, 8), 3);
	assert_int_equal(f[0].len, 60);
	assert_memory_equal(f[0].data, data[0], 60);
	assert_int_equal(f[1].len, 1514);
	assert_memory_equal(f[1].data, data[1], 1514);
	assert_int_equal(f[2].len, 43);
	assert_memory_equal(f[2].data, data[3], 43);
	assert_true(f[0].when_ns == SECONDS * UINT64_C(1000000000) + 250000);
	assert_false(f[0].outbound);
	assert_true(f[1].outbound); /* by the flag, or by its MAC */
	assert_int_equal(port.count.invalid, 1);
	assert_false(port.more);
	end();
}

/* The kernel's flag decides, not the addresses. */
static void
test_direction(void **state)
{
	struct frame f[2];
	uint8_t data[2][64];

	(void)state;
	begin_open();
	put(frame_of(data[0], MAC, 1, 60), 60, 60, false);
	put(frame_of(data[1], OTHER, 2, 60), 60, 60, true);
	ROW(READ(100, GRANTED, buffer, ended));
	ROW(CLOSE(100));
	run();
	assert_int_equal(port.ops->recv(&port, f, 2), 2);
	assert_int_equal(f[0].outbound, !TELLS);
	assert_int_equal(f[1].outbound, TELLS);
	end();
}

static void
test_more_than_a_batch(void **state)
{
	struct frame f[4];
	uint8_t data[64];
	int i;

	(void)state;
	begin_open();
	for (i = 0; i < 6; i++)
		put(frame_of(data, OTHER, (uint8_t)i, 60), 60, 60, false);
	ROW(READ(100, GRANTED, buffer, ended));
	ROW(READ(100, GRANTED, NULL, 0, .error = EWOULDBLOCK));
	ROW(CLOSE(100));
	run();
	assert_int_equal(port.ops->recv(&port, f, 4), 4);
	assert_true(port.more);
	assert_int_equal(port.ops->recv(&port, f, 4), 2); /* no read */
	assert_int_equal(f[1].data[20], 5);
	assert_false(port.more);
	assert_int_equal(port.ops->recv(&port, f, 4), 0);
	end();
}

/* A new filter: frames that were read by the old one are discarded. */
static void
test_left_when_filtered(void **state)
{
	static const struct kernel_call heard[] = { HEAR(100) };
	struct frame f[4];
	uint8_t data[64];
	size_t i;

	(void)state;
	begin_open();
	for (i = 0; i < 6; i++)
		put(frame_of(data, OTHER, (uint8_t)i, 60), 60, 60, false);
	ROW(READ(100, GRANTED, buffer, ended));
	for (i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
		row(heard[i]);
	ROW(READ(100, GRANTED, NULL, 0, .error = EWOULDBLOCK));
	ROW(CLOSE(100));
	run();
	assert_int_equal(port.ops->recv(&port, f, 4), 4);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_false(port.more);
	assert_int_equal(port.ops->recv(&port, f, 4), 0);
	end();
}

/*
 * OpenBSD, bpfread(): 0 without a frame.  The interface is gone: FreeBSD ENXIO,
 * OpenBSD EIO, revoked (dead_read()).  EINTR: a signal.
 */
static void
test_no_frames(void **state)
{
	struct frame f[4];

	(void)state;
	begin_open();
	ROW(READ(100, GRANTED, NULL, 0));
	ROW(READ(100, GRANTED, NULL, 0, .error = EWOULDBLOCK));
	ROW(READ(100, GRANTED, NULL, 0, .error = EINTR));
	ROW(READ(100, GRANTED, NULL, 0, .error = ENXIO));
	ROW(READ(100, GRANTED, NULL, 0, .error = EIO));
	ROW(CLOSE(100));
	run();
	assert_int_equal(port.ops->recv(&port, f, 4), 0);
	assert_int_equal(port.ops->recv(&port, f, 4), 0);
	assert_int_equal(port.ops->recv(&port, f, 4), 0);
	assert_int_equal(port.ops->recv(&port, f, 4), -1);
	assert_int_equal(errno, ENXIO);
	assert_int_equal(port.ops->recv(&port, f, 4), -1);
	assert_int_equal(errno, EIO);
	end();
}

/* Records that no kernel writes: no frame of them is delivered. */
static void
test_nonsense(void **state)
{
	struct frame f[4];
	uint8_t data[64];

	(void)state;
	begin_open();
	put(frame_of(data, OTHER, 1, 60), 60, 60, false);
	put(frame_of(data, OTHER, 2, 60), 60, 60, false);
	ROW(READ(100, GRANTED, buffer, ended - 1));
	ROW(CLOSE(100));
	run();
	assert_int_equal(port.ops->recv(&port, f, 4), 1);
	assert_int_equal(port.count.invalid, 1);
	end();
}

/* ---- out ---- */

static struct frame
out_of(uint8_t *data, uint32_t len)
{
	return (struct frame) { .data = data, .len = len };
}

/*
 * All three show a descriptor for both directions its own frames.  With the
 * kernel's flag, an equal frame that comes in is somebody else's.
 */
static void
test_own_frames(void **state)
{
	struct frame f[4], out;
	uint8_t data[2][64];

	(void)state;
	begin_open();
	frame_of(data[0], OTHER, 1, 60);
	put(data[0], 60, 60, false);
	put(data[0], 60, 60, true);
	put(frame_of(data[1], OTHER, 2, 60), 60, 60, true);
	put(data[0], 60, 60, true);
	ROW(WRITE(100, data[0], 60));
	ROW(READ(100, GRANTED, buffer, ended));
	ROW(CLOSE(100));
	run();
	out = out_of(data[0], 60);
	assert_int_equal(port.ops->send(&port, &out, 1), 1);
	assert_int_equal(port.count.refused, 0);
	assert_int_equal(port.ops->recv(&port, f, 4), 3);
	assert_memory_equal(f[0].data, data[0], 60);
	assert_int_equal(f[0].outbound, false);
	assert_memory_equal(f[1].data, data[1], 60);
	assert_memory_equal(f[2].data, data[0], 60); /* the host's, alike */
	end();
}

/* A refused frame never comes back: the next equal one is not our own. */
static void
test_refused_is_not_own(void **state)
{
	struct frame f[4], out;
	uint8_t data[64];

	(void)state;
	begin_open();
	put(frame_of(data, OTHER, 1, 60), 60, 60, true);
	ROW(WRITE(100, data, 60, .error = ENOBUFS));
	ROW(READ(100, GRANTED, buffer, ended));
	ROW(CLOSE(100));
	run();
	out = out_of(data, 60);
	assert_int_equal(port.ops->send(&port, &out, 1), 1);
	assert_int_equal(port.ops->recv(&port, f, 4), 1);
	end();
}

/* bpf_movein() of FreeBSD, NetBSD: it does not fit into one mbuf */
#if defined(__FreeBSD__)
static const char *const too_long = "16384 bytes, 4096 before FreeBSD 14";
#elif defined(__NetBSD__)
static const char *const too_long = "2048 bytes";
#else
static const char *const too_long = NULL;
#endif

/* The answer of BIOCGETIF, which decides what EIO means. */
static const struct ifreq bound = { .ifr_name = "em0" };

static const struct {
	int error; /* with its source in a comment */
	const char *says; /* the remedy; NULL: none; "": no log line */
	int getif; /* errno of BIOCGETIF behind an EIO */
} refusals[] = {
	/* bpf_movein(), bpfwrite(): longer than the MTU */
	{ EMSGSIZE, "longer than its MTU allows, a VLAN's tag included", 0 },
	/* ifq_enqueue() and the like: the queue is full; mbufs */
	{ ENOBUFS, "it is slower than the traffic", 0 },
	{ ENOMEM, NULL, 0 },
	/* a write filter; mac_bpfdesc_check_send */
	{ EPERM, NULL, 0 },
	/* FreeBSD, tunoutput(): nobody reads the tun */
	{ EHOSTDOWN, "no program has it open", 0 },
	/* OpenBSD, bpf_movein(): shorter than its header */
	{ EINVAL, NULL, 0 },
	/* bpfwrite(): !IFF_UP; bd_bif NULL; OpenBSD, dead_write() */
	{ ENETDOWN, "", 0 },
	{ ENXIO, "", 0 },
	{ EIO, "", EBADF },
};
#define REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

/* Counted, logged with the remedy, never fatal; tick logs a lost interface. */
static void
test_refusals(void **state)
{
	struct frame out[REFUSALS + 1];
	uint8_t data[64];
	char names[64];
	size_t i;

	(void)state;
	passed = 61; /* each is logged once a minute */
	kernel_pass(passed * UINT64_C(1000000000));
	begin_open();
	frame_of(data, OTHER, 1, 60);
	for (i = 0; i < REFUSALS; i++) {
		ROW(WRITE(100, data, 60, .error = refusals[i].error));
		if (refusals[i].error == EIO)
			ROW(IOCTL(100, BIOCGETIF, .error = refusals[i].getif));
		out[i] = out_of(data, 60);
	}
	ROW(WRITE(100, data, 60, .error = EINTR)); /* again */
	ROW(WRITE(100, data, 60));
	ROW(CLOSE(100));
	out[REFUSALS] = out[0];
	run();
	assert_int_equal(port.ops->send(&port, out, REFUSALS + 1),
	    REFUSALS + 1);
	assert_int_equal(port.count.refused, REFUSALS);
	assert_int_equal(port.count.refused_bytes, REFUSALS * 60);
	for (i = 0; i < REFUSALS; i++) {
		(void)snprintf(names, sizeof(names), "em0: send: %s%s",
		    strerror(refusals[i].error),
		    refusals[i].says == NULL ? "\n" : "; ");
		if (refusals[i].says != NULL && *refusals[i].says == '\0')
			assert_null(strstr(kernel_said(), names));
		else
			assert_non_null(strstr(kernel_said(), names));
		if (refusals[i].says != NULL)
			assert_non_null(
			    strstr(kernel_said(), refusals[i].says));
	}
	end();
}

/* If the interface exists, EIO is the frame's: logged once, counted. */
static void
test_too_long(void **state)
{
	static uint8_t data[9014];
	struct frame out[2];
	char line[256];

	(void)state;
	passed += 61;
	kernel_pass(61 * UINT64_C(1000000000));
	begin_open();
	ROW(WRITE(100, NULL, sizeof(data), .error = EIO));
	ROW(IOCTL(100, BIOCGETIF, .out = &bound));
	ROW(WRITE(100, NULL, sizeof(data), .error = EIO));
	ROW(IOCTL(100, BIOCGETIF, .out = &bound));
	ROW(CLOSE(100));
	run();
	out[0] = out[1] = out_of(data, sizeof(data));
	assert_int_equal(port.ops->send(&port, out, 2), 2);
	assert_int_equal(port.count.refused, 2);
	assert_int_equal(port.count.refused_bytes, 2 * sizeof(data));
	assert_int_equal(port.count.refused_errno, EIO);
	(void)snprintf(line, sizeof(line), "em0: send: EIO%s%s\n",
	    too_long == NULL ? "" :
			       "; longer than this kernel sends from bpf(4): ",
	    too_long == NULL ? "" : too_long);
	assert_string_equal(kernel_said(), line);
	end();
}

/* ---- raw IP ---- */

/* sys/net/if_tun*.c: OpenBSD has DLT_LOOP, the others DLT_NULL */
#ifdef __OpenBSD__
static const uint32_t tun_dlt = DLT_LOOP;
#else
static const uint32_t tun_dlt = DLT_NULL;
#endif

static void
put_family(uint8_t *at, int family)
{
	uint32_t host = (uint32_t)family;

	if (tun_dlt == DLT_LOOP)
		put32(at, (uint32_t)family);
	else
		memcpy(at, &host, sizeof(host));
}

static bool
is_shifted(const void *arg, size_t len)
{
	const struct bpf_program *p = arg;

	(void)len;
	return p->bf_len == 2 && p->bf_insns[0].k == 9 + 4;
}

static struct bpf_insn protocol[] = { BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
	BPF_STMT(BPF_RET | BPF_A, 0) };
static const struct bpf_program of_protocol = { 2, protocol };

static const struct kernel_call opened_tun[] = {
	ACQUIRE(100),
	IOCTL(100, BIOCSDLT, .in = &ethernet, .error = EINVAL),
	IOCTL(100, BIOCGDLT, .out = &tun_dlt),
	IOCTL(100, BIOCIMMEDIATE, .in = &on), /* but no BIOCSHDRCMPLT */
	IOCTL(100, BIOCGBLEN, .out = &granted),
	STATE(&em0_list),
	MUTE(100),
	SETF(100, is_shifted),
};

static void
test_raw_ip(void **state)
{
	static uint8_t in4[24] = { [4] = 0x45 }, in6[44] = { [4] = 0x60 };
	static uint8_t out4[24] = { [4] = 0x45, 1 };
	static uint8_t out6[44] = { [4] = 0x60, 2 };
	struct frame f[2], out[2];
	size_t i;

	(void)state;
	begin();
	nrows = 0;
	for (i = 0; i < sizeof(opened_tun) / sizeof(opened_tun[0]); i++)
		row(opened_tun[i]);
	put_family(in4, AF_INET);
	put_family(in6, AF_INET6);
	put_family(out4, AF_INET);
	put_family(out6, AF_INET6);
	put(in4, sizeof(in4), sizeof(in4), false);
	put(in6, sizeof(in6), sizeof(in6), false);
	put(in4, 3, 3, false); /* less than a family */
#ifndef __NetBSD__ /* it would refuse them */
	put(out6, sizeof(out6), sizeof(out6), true);
	ROW(WRITE(100, out4, sizeof(out4)));
	ROW(WRITE(100, out6, sizeof(out6)));
#endif
	ROW(READ(100, GRANTED, buffer, ended));
	ROW(CLOSE(100));
	kernel_begin("rows", rows, nrows);
	assert_int_equal(open_em0(), 0);
	assert_int_equal(port.linktype, LINK_RAW);
	assert_int_equal(port_setfilter(&port, &of_protocol), 0);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port_set(&port, PORT_PROMISC, true),
	    0); /* it has none */
	out[0] = out_of(out4 + 4, sizeof(out4) - 4);
	out[1] = out_of(out6 + 4, sizeof(out6) - 4);
	assert_int_equal(port.ops->send(&port, out, 2), 2);
#ifdef __NetBSD__
	assert_int_equal(port.count.refused, 2);
	assert_string_equal(kernel_said(),
	    "em0: send: EAFNOSUPPORT; this "
	    "system injects no raw IP there\n");
#else
	assert_int_equal(port.count.refused, 0);
#endif
	assert_int_equal(port.ops->recv(&port, f, 2), 2);
	assert_int_equal(f[0].len, sizeof(in4) - 4);
	assert_memory_equal(f[0].data, in4 + 4, sizeof(in4) - 4);
	assert_memory_equal(f[1].data, in6 + 4, sizeof(in6) - 4);
	assert_int_equal(port.ops->recv(&port, f, 2), 0); /* its own */
	assert_int_equal(port.count.invalid, 1);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_read),
		cmocka_unit_test(test_direction),
		cmocka_unit_test(test_more_than_a_batch),
		cmocka_unit_test(test_left_when_filtered),
		cmocka_unit_test(test_no_frames),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_own_frames),
		cmocka_unit_test(test_refused_is_not_own),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_raw_ip),
	};

	kernel_promise(PROMISES);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
