/*
 * What all ports share, and the port without a system: the pair.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/types.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fill.h"
#include "privilege/helper.h"
#include "port/port.h"
#include "port/pair.h"

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

static void
pair_open(void)
{
	const struct port_config config = { 0 };

	assert_int_equal(helper_port_open(&port, &port_pair, &config), 0);
}

static void
test_pair_recv(void **state)
{
	static const uint32_t lens[] = { 1, 14, 60, 1514, 65535, FRAME_MAX };
	struct frame f;
	size_t i;

	(void)state;
	pair_open();
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

/* A batch is never more than asked for, nothing is lost between batches. */
static void
test_pair_batches(void **state)
{
	int i, n, got = 0;

	(void)state;
	pair_open();
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
	pair_open();
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
	pair_open();
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
	pair_open();
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
	pair_open();
	port_close(&port);
	assert_int_equal(port.fd, -1);
	port_close(&port);
	memset(&port, 0, sizeof(port));
	port_close(&port);
}

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

/* Every refusal is counted; one line for each kind. */
static void
test_refused(void **state)
{
	int back = dup(STDERR_FILENO), fd, i;

	(void)state;
	pair_open();
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd != -1);
	(void)dup2(fd, STDERR_FILENO);
	for (i = 0; i < 5; i++) {
		port_refused(&port, EMSGSIZE, "less");
		port_refused(&port, ENOBUFS, NULL);
	}
	(void)dup2(back, STDERR_FILENO);
	(void)close(back);
	(void)close(fd);
	assert_int_equal(port.count.refused, 10);
	assert_int_equal(port.count.refused_errno, ENOBUFS);
	assert_int_equal(lines_of(path), 2);
}

/* Kinds beyond those that are told apart share a line. */
static void
test_refused_kinds(void **state)
{
	int back = dup(STDERR_FILENO), fd, i;

	(void)state;
	pair_open();
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd != -1);
	(void)dup2(fd, STDERR_FILENO);
	for (i = 1; i <= 40; i++)
		port_refused(&port, i, NULL);
	(void)dup2(back, STDERR_FILENO);
	(void)close(back);
	(void)close(fd);
	assert_int_equal(port.count.refused, 40);
	/* 16, of which test_refused() has had two */
	assert_int_equal(lines_of(path), 14);
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
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
