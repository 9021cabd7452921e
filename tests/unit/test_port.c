/* SPDX-License-Identifier: ISC */
/*
 * The functions of all ports, tried with the tests' own port (pair.h); and
 * capture files: their bytes, and libpcap's reading of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/types.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <pcap.h>
#include <cmocka.h>

#include "fill.h"
#include "pair.h"
#include "privilege/helper.h"
#include "port/port.h"

#define MANY 1000

static struct port port;
static struct frame frames[FRAME_BATCH];
static uint8_t buf[FRAME_MAX + 1];
static char dir[] = "/tmp/etherpuppet-port.XXXXXX";
static char path[64];

static int
group_setup(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/file", dir);
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

static int
teardown(void **state)
{
	(void)state;
	port_close(&port);
	return 0;
}

/* ---- the pair ---- */

static void
setup_pair(void)
{
	const struct port_config config = { 0 };

	assert_int_equal(port_open(&port, &port_pair, &config), 0);
}

static void
test_pair_recv(void **state)
{
	static const uint32_t lens[] = { 1, 14, 60, 1514, 65535, FRAME_MAX };
	struct frame f;
	size_t i;

	(void)state;
	setup_pair();
	assert_int_equal(port.linktype, LINK_ETHERNET);
	assert_int_equal(port.caps, 0);
	assert_int_equal(port.events, POLLIN);
	assert_int_equal(port.ops->recv(&port, frames, FRAME_BATCH), 0);
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		fill(buf, lens[i], (unsigned)i);
		assert_int_equal(write(port_pair_other(&port), buf, lens[i]),
		    lens[i]);
		assert_int_equal(port.ops->recv(&port, &f, 1), 1);
		assert_int_equal(f.len, lens[i]);
		assert_memory_equal(f.data, buf, f.len);
		assert_int_equal(f.off.flags | f.off.gso, 0);
		assert_false(f.outbound);
	}
	assert_int_equal(write(port_pair_other(&port), buf, sizeof(buf)),
	    sizeof(buf));
	assert_int_equal(port.ops->recv(&port, &f, 1), 0);
	assert_int_equal(port.count.invalid, 1);
}

/* A batch is never larger than wanted; no frame is lost between batches. */
static void
test_pair_batches(void **state)
{
	int i, n, got = 0;

	(void)state;
	setup_pair();
	for (i = 0; i < 100; i++) {
		fill(buf, 100, (unsigned)i);
		assert_int_equal(write(port_pair_other(&port), buf, 100), 100);
	}
	while ((n = port.ops->recv(&port, frames, 7)) > 0) {
		assert_true(n <= 7);
		for (i = 0; i < n; i++, got++) {
			fill(buf, 100, (unsigned)got);
			assert_int_equal(frames[i].len, 100);
			assert_memory_equal(frames[i].data, buf, 100);
		}
	}
	assert_int_equal(n, 0);
	assert_int_equal(got, 100);
}

/* A full pair takes fewer and, once emptied, the rest. */
static void
test_pair_send(void **state)
{
	static uint8_t data[MANY][1000];
	static struct frame out[MANY];
	int i, n, sent = 0, got = 0;
	bool waited = false;

	(void)state;
	setup_pair();
	for (i = 0; i < MANY; i++) {
		fill(data[i], sizeof(data[i]), (unsigned)i);
		out[i] = frame_of(data[i], sizeof(data[i]));
	}
	while (got < MANY) {
		n = port.ops->send(&port, out + sent, MANY - sent);
		assert_in_range(n, 0, MANY - sent);
		waited |= n < MANY - sent;
		sent += n;
		while (read(port_pair_other(&port), buf, sizeof(buf)) == 1000)
			assert_memory_equal(buf, data[got++], 1000);
		assert_int_equal(errno, EAGAIN);
	}
	assert_true(waited);
	assert_int_equal(port.count.refused, 0);
}

static void
test_pair_attach(void **state)
{
	struct frame f;

	(void)state;
	setup_pair();
	assert_int_equal(write(port_pair_other(&port), "old", 3), 3);
	assert_int_equal(write(port_pair_other(&port), "older", 5), 5);
	assert_int_equal(port.ops->attach(&port, NULL), 0);
	assert_int_equal(port.ops->recv(&port, &f, 1), 0);
	assert_int_equal(write(port_pair_other(&port), "new", 3), 3);
	assert_int_equal(port.ops->recv(&port, &f, 1), 1);
	assert_memory_equal(f.data, "new", 3);
}

static void
test_pair_hangup(void **state)
{
	struct frame f;

	(void)state;
	setup_pair();
	assert_int_equal(write(port_pair_other(&port), "last", 4), 4);
	port_pair_hangup(&port);
	assert_int_equal(port.ops->recv(&port, &f, 1), 1);
	assert_int_equal(port.ops->recv(&port, &f, 1), -1);
	assert_int_equal(errno, EPIPE);
}

static void
test_close_twice(void **state)
{
	(void)state;
	setup_pair();
	port_close(&port);
	assert_int_equal(port.fd, -1);
	port_close(&port);
	memset(&port, 0, sizeof(port));
	port_close(&port);
}

/* ---- refused frames ---- */

static int
lines_of(const char *name)
{
	FILE *f = fopen(name, "r");
	int c, n = 0;

	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	(void)fclose(f);
	return n;
}

/* How many lines are logged during these refusals. */
static int
lines_said(void (*refuse)(void))
{
	int back = dup(STDERR_FILENO);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd != -1);
	(void)dup2(fd, STDERR_FILENO);
	refuse();
	(void)dup2(back, STDERR_FILENO);
	(void)close(back);
	(void)close(fd);
	return lines_of(path);
}

static void
refuse_two_kinds(void)
{
	struct frame f = frame_of(buf, 60);
	int i;

	for (i = 0; i < 5; i++) {
		port_refused(&port, &f, EMSGSIZE, "less");
		port_refused(&port, &f, ENOBUFS, NULL);
	}
}

static void
refuse_many_kinds(void)
{
	struct frame f = frame_of(buf, 60);
	int i;

	for (i = 1; i <= 40; i++)
		port_refused(&port, &f, i, NULL);
}

/* Every refusal is counted; one line for each kind. */
static void
test_refused(void **state)
{
	(void)state;
	setup_pair();
	assert_int_equal(lines_said(refuse_two_kinds), 2);
	assert_int_equal(port.count.refused, 10);
	assert_int_equal(port.count.refused_bytes, 600);
	assert_int_equal(port.count.refused_errno, ENOBUFS);
}

/* Beyond a number of kinds, all others share a line. */
static void
test_refused_kinds(void **state)
{
	(void)state;
	setup_pair();
	/* 16, of which test_refused() has had two */
	assert_int_equal(lines_said(refuse_many_kinds), 14);
	assert_int_equal(port.count.refused, 40);
}

/* ---- capture files ---- */

static int
output_open(const char *output, int linktype, const char *title)
{
	const struct port_config config = {
		.linktype = linktype,
		.output = output,
	};

	if (port_open(&port, &port_file, &config) == -1)
		return -1;
	return linktype == LINK_ANY ? 0 : port.ops->attach(&port, title);
}

static size_t
file_read(void *out, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	assert_true(fd != -1);
	n = read(fd, out, size);
	(void)close(fd);
	assert_true(n >= 0);
	return (size_t)n;
}

static size_t
append(uint8_t *out, size_t at, const void *data, size_t len)
{
	memcpy(out + at, data, len);
	return at + len;
}

/* Writes the expected block of one frame: time, length, bytes, direction. */
static size_t
block_of(uint8_t *out, uint64_t when, uint32_t len, uint32_t direction)
{
	const uint32_t head[] = { 6, 60, 0, (uint32_t)(when >> 32),
		(uint32_t)when, len, len };
	const uint32_t tail[] = { direction, 0, 60 };
	const uint16_t flags[] = { 2, 4 };
	size_t at = append(out, 0, head, sizeof(head));

	memset(out + at, 0, 16);
	memcpy(out + at, buf, len);
	at = append(out, at + 16, flags, sizeof(flags));
	return append(out, at, tail, sizeof(tail));
}

/* Compares all bytes: section, interface, one frame in and one out. */
static void
test_file_layout(void **state)
{
	const uint64_t when = 1700000000123456789u;
	const uint32_t section[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 0, 0xffffffff,
		0xffffffff, 28 };
	const uint16_t version[] = { 1, 0 }, link[] = { 1, 0 };
	const uint16_t name[] = { 2, 4 }, resol[] = { 9, 1 };
	const uint32_t interface[] = { 1, 40, 0, 0, 0, 0, 0, 0, 0, 40 };
	uint8_t want[256], got[256];
	struct frame f[2];
	size_t at;

	(void)state;
	at = append(want, 0, section, sizeof(section));
	at = append(want, at, interface, sizeof(interface));
	(void)append(want, 12, version, 4);
	(void)append(want, 36, link, 4);
	(void)append(want, append(want, 44, name, 4), "wan0", 4);
	(void)append(want, append(want, 52, resol, 4), "\x09", 1);
	fill(buf, 16, 1);
	at += block_of(want + at, when, 14, 1);
	at += block_of(want + at, when, 16, 2);

	f[0] = frame_of(buf, 14);
	f[1] = frame_of(buf, 16);
	f[0].when_ns = f[1].when_ns = when;
	f[1].outbound = true;
	assert_int_equal(output_open(path, LINK_ETHERNET, "wan0"), 0);
	assert_int_equal(port.caps, 0);
	assert_int_equal(port.ops->send(&port, f, 2), 2);
	assert_int_equal(file_read(got, sizeof(got)), at);
	assert_memory_equal(got, want, at);
	port_close(&port);
	assert_int_equal(file_read(got, sizeof(got)), at);
}

/* Frames of all kinds of length, written, read back by libpcap. */
static void
test_file_libpcap(void **state)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	const u_char *data;
	struct frame f;
	uint32_t len, n = 0;
	pcap_t *p;

	(void)state;
	assert_int_equal(output_open(path, LINK_ETHERNET, NULL), 0);
	for (len = 14; len <= FRAME_MAX; len += len < 80 ? 1 : 5953, n++) {
		fill(buf, len, len);
		f = frame_of(buf, len);
		f.when_ns = 1000000000ull * len + 999999999;
		assert_int_equal(port.ops->send(&port, &f, 1), 1);
	}
	port_close(&port);
	p = pcap_open_offline_with_tstamp_precision(path,
	    PCAP_TSTAMP_PRECISION_NANO, why);
	assert_non_null(p);
	assert_int_equal(pcap_datalink(p), DLT_EN10MB);
	for (len = 14; n > 0; len += len < 80 ? 1 : 5953, n--) {
		assert_int_equal(pcap_next_ex(p, &head, &data), 1);
		assert_int_equal(head->len, len);
		assert_int_equal(head->caplen, len);
		assert_int_equal(head->ts.tv_sec, len);
		assert_int_equal(head->ts.tv_usec, 999999999);
		fill(buf, len, len);
		assert_memory_equal(data, buf, len);
	}
	assert_int_equal(pcap_next_ex(p, &head, &data), PCAP_ERROR_BREAK);
	pcap_close(p);
}

static void
assert_empty_capture(int dlt)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	const u_char *data;
	pcap_t *p = pcap_open_offline(path, why);

	assert_non_null(p);
	assert_int_equal(pcap_datalink(p), dlt);
	assert_int_equal(pcap_next_ex(p, &head, &data), PCAP_ERROR_BREAK);
	pcap_close(p);
}

/* Without a frame it is a capture file, too; nobody else may read it. */
static void
test_file_empty(void **state)
{
	struct stat st;

	(void)state;
	(void)unlink(path);
	assert_int_equal(output_open(path, LINK_RAW, "tun0"), 0);
	port_close(&port);
	assert_empty_capture(DLT_RAW);
	assert_int_equal(output_open(path, LINK_ANY, NULL), 0);
	assert_int_equal(file_read(buf, sizeof(buf)), 0);
	port_close(&port);
	assert_empty_capture(DLT_EN10MB);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* Uses the precise clock; time(2) is up to a tick behind. */
static uint64_t
seconds_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec;
}

/* Frames without a time get the present one. */
static void
test_file_now(void **state)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	const u_char *data;
	struct frame f = frame_of(buf, 60);
	time_t before = seconds_now();
	pcap_t *p;

	(void)state;
	assert_int_equal(output_open(path, LINK_ANY, NULL), 0);
	assert_int_equal(port.ops->send(&port, &f, 1), 1);
	p = pcap_open_offline(path, why);
	assert_non_null(p);
	assert_int_equal(pcap_next_ex(p, &head, &data), 1);
	assert_in_range(head->ts.tv_sec, before, seconds_now());
	pcap_close(p);
}

static void
test_file_impossible(void **state)
{
	(void)state;
	assert_int_equal(output_open("/no/such/place", LINK_ANY, NULL), -1);
}

static int stdout_back;

/* Makes standard output a pipe.  Returns its other end. */
static int
stdout_pipe(void)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	stdout_back = dup(STDOUT_FILENO);
	(void)fflush(stdout);
	(void)dup2(fds[1], STDOUT_FILENO);
	(void)close(fds[1]);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	return fds[0];
}

static void
stdout_restore(void)
{
	(void)dup2(stdout_back, STDOUT_FILENO);
	(void)close(stdout_back);
}

static FILE *
pipe_collect(int fd, FILE *f)
{
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		assert_int_equal(fwrite(buf, 1, (size_t)n, f), n);
	return f;
}

/*
 * If the reader does not read, send returns at once and wants to be called
 * again; in the end all frames have arrived, each once.
 */
static void
test_file_slow_reader(void **state)
{
	static uint8_t data[20000];
	FILE *all = fopen(path, "w");
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	const u_char *bytes;
	struct frame f = frame_of(data, sizeof(data));
	int fd = stdout_pipe(), sent = 0, r;
	pcap_t *p;

	(void)state;
	r = output_open("-", LINK_ETHERNET, NULL);
	stdout_restore();
	assert_int_equal(r, 0);
	assert_true(port.fd != -1);
	assert_int_equal(port.events, 0);
	while ((r = port.ops->send(&port, &f, 1)) == 1)
		sent++;
	assert_int_equal(r, 0);
	assert_int_equal(errno, EAGAIN);
	assert_true(sent > 0);
	while (sent < 200) {
		(void)pipe_collect(fd, all);
		while (sent < 200 && port.ops->send(&port, &f, 1) == 1)
			sent++;
	}
	do {
		(void)pipe_collect(fd, all);
		assert_int_equal(port.ops->tick(&port), PORT_SAME);
	} while (poll(&(struct pollfd) { fd, POLLIN, 0 }, 1, 0) == 1);
	port_close(&port);
	(void)fclose(pipe_collect(fd, all));
	(void)close(fd);
	p = pcap_open_offline(path, why);
	assert_non_null(p);
	for (; sent > 0; sent--) {
		assert_int_equal(pcap_next_ex(p, &head, &bytes), 1);
		assert_int_equal(head->len, sizeof(data));
	}
	assert_int_equal(pcap_next_ex(p, &head, &bytes), PCAP_ERROR_BREAK);
	pcap_close(p);
}

static void
test_file_reader_ends(void **state)
{
	struct frame f = frame_of(buf, 60);
	int fd = stdout_pipe(), r;

	(void)state;
	r = output_open("-", LINK_ETHERNET, NULL);
	stdout_restore();
	assert_int_equal(r, 0);
	assert_int_equal(port.ops->send(&port, &f, 1), 1);
	(void)close(fd);
	assert_int_equal(port.ops->send(&port, &f, 1), -1);
	assert_int_equal(errno, EPIPE);
}

static void
test_file_disk_full(void **state)
{
	struct frame f = frame_of(buf, 60);

	(void)state;
	if (access("/dev/full", W_OK) == -1)
		skip();
	assert_int_equal(output_open("/dev/full", LINK_ANY, NULL), 0);
	assert_int_equal(port.ops->send(&port, &f, 1), -1);
	assert_int_equal(errno, ENOSPC);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pair_recv),
		TEST(test_pair_batches),
		TEST(test_pair_send),
		TEST(test_pair_attach),
		TEST(test_pair_hangup),
		TEST(test_close_twice),
		TEST(test_refused),
		TEST(test_refused_kinds),
		TEST(test_file_layout),
		TEST(test_file_libpcap),
		TEST(test_file_empty),
		TEST(test_file_now),
		TEST(test_file_impossible),
		TEST(test_file_slow_reader),
		TEST(test_file_reader_ends),
		TEST(test_file_disk_full),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
