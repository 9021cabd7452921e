/* SPDX-License-Identifier: ISC */
/*
 * Tests the scripted kernel itself, by an example: the calls that open a BPF
 * descriptor on all three systems.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <net/if.h>
#include <net/bpf.h>
#include <net/route.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "log.h"

/* -- what is tested ---------------------------------------------------------
 */

/* Returns a descriptor; -1: it has logged why. */
static int
bpf_open(const char *name, uint32_t wanted)
{
	struct ifreq ifr;
	uint32_t size = wanted;
	int fd;

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, name, strlen(name));
	fd = open("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1) {
		log_errno("/dev/bpf");
		return -1;
	}
	if (ioctl(fd, BIOCSBLEN, &size) == -1)
		log_errno("%s: BIOCSBLEN", name);
	else if (ioctl(fd, BIOCSETIF, &ifr) == -1)
		log_errno("%s: BIOCSETIF", name);
	else
		return fd;
	(void)close(fd);
	return -1;
}

/* -- what the kernel does ---------------------------------------------------
 */

static const uint32_t wanted = 8 << 20, granted = 1 << 19;

static bool
is_em0(const void *arg, size_t len)
{
	const struct ifreq *ifr = arg;

	return len == sizeof(*ifr) && strcmp(ifr->ifr_name, "em0") == 0;
}

/* sys/net/bpf.c of all three: bpf_setif() finds no interface */
static const struct kernel_call gone[] = {
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 100),
	IOCTL(100, BIOCSBLEN, .in = &wanted, .out = &granted),
	IOCTL(100, BIOCSETIF, .check = is_em0, .error = ENXIO),
	CLOSE(100),
};

static const struct kernel_call forbidden[] = {
	OPEN("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC, 0, .error = EACCES),
};

static const struct kernel_call leaking[] = {
	OPEN("/dev/bpf", O_RDONLY, 102),
};

static const uint8_t frame[] = { 1, 2, 3, 4 }, other[] = { 1, 2, 7, 4 };
static const struct kernel_call traffic[] = {
	SOCKET(AF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, 0, 101),
	POLL(101, POLLIN, POLLIN),
	READ(101, 2048, frame, sizeof(frame)),
	WRITE(101, other, sizeof(other), .error = ENOBUFS),
	READ(101, 2048, NULL, 0, .error = EAGAIN),
	FCNTL(101, F_SETFL, O_NONBLOCK, 0),
	IF_NAMETOINDEX("em0", 3),
	CLOSE(101),
};

/* -- tests ------------------------------------------------------------------
 */

static void
test_fails_as_the_kernel_does(void **state)
{
	(void)state;
	KERNEL(gone);
	assert_int_equal(bpf_open("em0", wanted), -1);
	assert_int_equal(errno, ENXIO);
	assert_string_equal(kernel_said(), "em0: BIOCSETIF: ENXIO\n");
	kernel_end();
	KERNEL(forbidden);
	assert_int_equal(bpf_open("em0", wanted), -1);
	assert_string_equal(kernel_said(), "/dev/bpf: EACCES\n");
	kernel_end();
}

static void
test_carries_data(void **state)
{
	struct pollfd pfd = { .events = POLLIN };
	uint8_t buf[2048];

	(void)state;
	KERNEL(traffic);
	pfd.fd = socket(AF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, 0);
	assert_int_equal(pfd.fd, 101);
	assert_int_equal(poll(&pfd, 1, -1), 1);
	assert_int_equal(pfd.revents, POLLIN);
	assert_int_equal(read(pfd.fd, buf, sizeof(buf)), sizeof(frame));
	assert_memory_equal(buf, frame, sizeof(frame));
	buf[2] = 7;
	assert_int_equal(write(pfd.fd, buf, sizeof(frame)), -1);
	assert_int_equal(errno, ENOBUFS);
	assert_int_equal(read(pfd.fd, buf, sizeof(buf)), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(pfd.fd, F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(if_nametoindex("em0"), 3);
	assert_int_equal(close(pfd.fd), 0);
	kernel_end();
}

static void
open_another(void)
{
	KERNEL(gone);
	(void)bpf_open("em1", wanted);
}

static void
open_smaller(void)
{
	KERNEL(gone);
	(void)bpf_open("em0", wanted + 256);
}

static void
open_otherwise(void)
{
	KERNEL(leaking);
	(void)open("/dev/bpf0", O_RDONLY);
}

static void
ask_otherwise(void)
{
	int fd;

	KERNEL(gone);
	fd = open("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	(void)ioctl(fd, BIOCFLUSH, NULL);
}

static void
open_twice(void)
{
	KERNEL(forbidden);
	(void)bpf_open("em0", wanted);
	(void)close(100);
}

static void
end_early(void)
{
	KERNEL(gone);
	(void)open("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	kernel_end();
}

static void
leave_open(void)
{
	KERNEL(leaking);
	(void)open("/dev/bpf", O_RDONLY);
	kernel_end();
}

static void
ask_unpromised(void)
{
	KERNEL(traffic);
	kernel_promise("stdio recvfd unix route");
	(void)socket(AF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, 0);
}

static void
ask_promised(void)
{
	kernel_promise("stdio inet");
	(void)socket(AF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, 0);
}

static void
test_knows_promises(void **state)
{
	(void)state;
	assert_string_equal(kernel_failure(ask_unpromised),
	    "traffic: row 1: socket(AF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, 0): "
	    "the sandbox does not allow it");
	assert_null(kernel_failure(ask_promised));
	kernel_promise(NULL);
}

static void
test_says_what_differs(void **state)
{
	(void)state;
	assert_string_equal(kernel_failure(open_another),
	    "gone: row 3: ioctl(100, BIOCSETIF): its check refuses the "
	    "argument");
	assert_string_equal(kernel_failure(open_smaller),
	    "gone: row 2: ioctl(100, BIOCSBLEN): byte 1 of 4 is 0x01, "
	    "expected 0x00");
	assert_string_equal(kernel_failure(open_otherwise),
	    "leaking: row 1: expected open(/dev/bpf, 0x0), but "
	    "open(/dev/bpf0, 0x0) was called");
	assert_string_equal(kernel_failure(ask_otherwise),
	    "gone: row 2: expected ioctl(100, BIOCSBLEN), but "
	    "ioctl(100, 0x20004268 ('B' 104, 0 bytes)) was called");
	assert_string_equal(kernel_failure(open_twice),
	    "forbidden: after its last row: close(100) was called");
	assert_string_equal(kernel_failure(end_early),
	    "gone: row 2: ioctl(100, BIOCSBLEN): was never called");
	assert_string_equal(kernel_failure(leave_open),
	    "leaking: 102 was left open");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fails_as_the_kernel_does),
		cmocka_unit_test(test_carries_data),
		cmocka_unit_test(test_says_what_differs),
		cmocka_unit_test(test_knows_promises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
