/* SPDX-License-Identifier: ISC */
/*
 * Exclusive mode on OpenBSD: its calls, and whether frames are dropped.  Which
 * frames pass is tested by tests/unit/test_exclusive_filter.c.
 */
#include <unistd.h>

#include "capture_rows.h"
#include "filter/filter.h"
#include "privilege/platform.h"

static const uint32_t small = 32; /* net/bpf.h, BPF_MINBUFSIZE */
static const uint32_t drop = BPF_FILDROP_DROP, unseen = BPF_DIRECTION_OUT;
static const uint32_t tun = DLT_LOOP;
static char why[256];

/* Frames behind `head' bytes: an ICMP echo is dropped, the session is not. */
static bool
drops_behind(const struct bpf_program *p, unsigned head)
{
	uint8_t frame[128] = { 0 };
	u_char *ip = frame + head;

	ip[0] = 0x45;
	ip[9] = 1;
	memcpy(ip + 12, "\xc0\0\2\1\xc6\x33\x64\2", 8); /* as in pairs */
	ip[20] = 8;
	if (bpf_filter(p->bf_insns, frame, head + 60, head + 60) == 0)
		return false;
	ip[9] = 6;
	memcpy(ip + 20, "\x04\xd2\0\x16", 4);
	return bpf_filter(p->bf_insns, frame, head + 60, head + 60) == 0;
}

static bool
is_session(const void *arg, size_t len)
{
	const struct bpf_program *p = arg;
	uint8_t arp[60] = { [12] = 0x08, [13] = 0x06, [21] = 2 };

	(void)len;
	return bpf_filter(p->bf_insns, arp, sizeof(arp), sizeof(arp)) == 0;
}

static bool
is_session_of_tun(const void *arg, size_t len)
{
	(void)len;
	return drops_behind(arg, 4);
}

#define BOUND(newfd)                                              \
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, newfd), \
	    IF_NAMETOINDEX("em0", 3), SETF(newfd, is_nothing),    \
	    IOCTL(newfd, BIOCSBLEN, .in = &small, .out = &small), \
	    IOCTL(newfd, BIOCSETIF, .check = is_em0)

/* _bpf_mtap(): drops an incoming frame that the filter accepts, uncaptured */
static const struct kernel_call made[] = {
	BOUND(100),
	IOCTL(100, BIOCSDLT, .in = &ethernet),
	IOCTL(100, BIOCGDLT, .out = &ethernet),
	IOCTL(100, BIOCSDIRFILT, .in = &unseen),
	IOCTL(100, BIOCSETF, .check = is_session),
	IOCTL(100, BIOCSFILDROP, .in = &drop),
	CLOSE(100),
};
static const struct kernel_call made_on_tun[] = {
	BOUND(100),
	IOCTL(100, BIOCSDLT, .in = &ethernet, .error = EINVAL),
	IOCTL(100, BIOCGDLT, .out = &tun),
	IOCTL(100, BIOCSDIRFILT, .in = &unseen),
	IOCTL(100, BIOCSETF, .check = is_session_of_tun),
	IOCTL(100, BIOCSFILDROP, .in = &drop),
	CLOSE(100),
};
/* Only a try: the filter accepts nothing. */
static const struct kernel_call tried[] = {
	BOUND(100),
	IOCTL(100, BIOCSDLT, .in = &ethernet),
	IOCTL(100, BIOCGDLT, .out = &ethernet),
	IOCTL(100, BIOCSDIRFILT, .in = &unseen),
	IOCTL(100, BIOCSFILDROP, .in = &drop),
	CLOSE(100),
};

static int
acquire(int linktype, int npairs)
{
	struct filter_pair pairs[FILTER_PAIRS] = { 0 };
	int i;

	assert_int_equal(filter_pair_parse("192.0.2.1:1234,198.51.100.2:22",
			     &pairs[0], why, sizeof(why)),
	    0);
	for (i = 1; i < FILTER_PAIRS; i++) {
		assert_int_equal(filter_pair_parse("[2001:db8::1]:1234,"
						   "[2001:db8::2]:22",
				     &pairs[i], why, sizeof(why)),
		    0);
		pairs[i].sport = (uint16_t)i;
	}
	return exclusive_acquire("em0", linktype, pairs, npairs, why,
	    sizeof(why));
}

static void
check(const struct kernel_call *rows, size_t n, int linktype, int npairs)
{
	kernel_begin("made", rows, n);
	assert_int_equal(acquire(linktype, npairs), 100);
	(void)close(100);
	kernel_end();
}

#define CHECK(table, linktype, npairs) \
	check(table, sizeof(table) / sizeof(table[0]), linktype, npairs)

static void
test_made(void **state)
{
	(void)state;
	CHECK(made, LINK_ETHERNET, 1);
	CHECK(made_on_tun, LINK_RAW, 1);
	CHECK(tried, LINK_ETHERNET, 0);
}

/* ---- refusals ---- */

static const struct kernel_call forbidden[] = {
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 0, .error = EACCES),
	IF_NAMETOINDEX("em0", 3),
};
static const struct kernel_call gone[] = {
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 100),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	CLOSE(100),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
};
/* dead_ioctl(): revoked between two calls */
static const struct kernel_call gone_meanwhile[] = {
	BOUND(100),
	IOCTL(100, BIOCSDLT, .error = EBADF),
	IOCTL(100, BIOCGDLT, .error = EBADF),
	IF_NAMETOINDEX("em0", 0, .error = ENXIO),
	CLOSE(100),
};
/* bpfioctl(): before OpenBSD 6.7 there is no such value */
static const struct kernel_call unknown[] = {
	BOUND(100),
	IOCTL(100, BIOCSDLT, .in = &ethernet),
	IOCTL(100, BIOCGDLT, .out = &ethernet),
	IOCTL(100, BIOCSDIRFILT, .in = &unseen),
	IOCTL(100, BIOCSFILDROP, .in = &drop, .error = EINVAL),
	IF_NAMETOINDEX("em0", 3),
	CLOSE(100),
};
static const struct kernel_call too_long[] = {
	BOUND(100),
	IOCTL(100, BIOCSDLT, .in = &ethernet),
	IOCTL(100, BIOCGDLT, .out = &ethernet),
	IF_NAMETOINDEX("em0", 3),
	CLOSE(100),
};

static void
refused(int npairs, int error, const char *text)
{
	assert_int_equal(acquire(LINK_ETHERNET, npairs), -1);
	assert_int_equal(errno, error);
	assert_string_equal(why, text);
	kernel_end();
}

static void
test_refused(void **state)
{
	(void)state;
	KERNEL(forbidden);
	refused(1, EACCES,
	    "open(/dev/bpf): EACCES; run as root, or let your group read and "
	    "write /dev/bpf");
	KERNEL(gone);
	refused(1, ENODEV, "no such interface");
	KERNEL(gone_meanwhile);
	refused(1, ENODEV, "no such interface");
	KERNEL(unknown);
	refused(0, EINVAL, "BIOCSFILDROP: EINVAL");
	KERNEL(too_long);
	assert_int_equal(acquire(LINK_ETHERNET, FILTER_PAIRS), -1);
	assert_int_equal(errno, E2BIG);
	assert_non_null(strstr(why, "use fewer -M"));
	kernel_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
