/*
 * A port made of capture files: frames come from one and go to another.
 *
 * Input is whatever libpcap reads.  As long as there is more of it, fd is a
 * descriptor that poll(2) always finds readable.
 *
 * Output is pcapng.  Its head is written when the link type is known, at the
 * latest at the end, so that a file without frames is a file too.  It is
 * flushed after each batch.  A reader at the other end of a pipe may be slow:
 * then some is kept here, and send says EAGAIN instead of waiting (a pipe
 * that poll(2) finds writable takes PIPE_BUF bytes at once), and little is
 * kept, as it only grows old here.  A file is readable for its owner alone.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pcap.h>

#include "privilege/command.h"
#include "log.h"
#include "port/pcapng.h"
#include "port/port.h"
#include "signals.h"

#define CLOSE_MS 2000
#define WAIT_MS	 100 /* between two tries to open a FIFO */
#define KEEP	 8192 /* bytes for a slow reader, here and in the pipe */

/* OpenBSD's libpcap knows microseconds only. */
#ifdef PCAP_TSTAMP_PRECISION_NANO
#define INPUT_OPEN(path, why)                         \
	pcap_open_offline_with_tstamp_precision(path, \
	    PCAP_TSTAMP_PRECISION_NANO, why)
#define INPUT_UNIT 1 /* ns */
#else
#define INPUT_OPEN pcap_open_offline
#define INPUT_UNIT 1000
#endif

struct file {
	pcap_t *pcap;
	int out;
	bool slow; /* not a regular file: ask before each write */
	bool begun; /* the head is written */
	size_t nbuf, keep; /* bytes in buf; with more it is full */
	uint8_t slab[PORT_SLAB];
	uint8_t buf[PORT_SLAB];
};

static void
write_head(struct port *port, const char *title)
{
	struct file *file = port->state;

	if (!file->begun)
		file->nbuf += pcapng_head(file->buf + file->nbuf,
		    port->linktype, title);
	file->begun = true;
}

/* How much of `left' may be written without waiting; 0: nothing. */
static size_t
output_room(const struct file *file, size_t left)
{
	struct pollfd pfd = { file->out, POLLOUT, 0 };

	if (!file->slow)
		return left;
	if (poll(&pfd, 1, 0) < 1)
		return 0;
	return left < PIPE_BUF ? left : PIPE_BUF;
}

/* 0, also if something is left because the reader is slow; -1 errno. */
static int
output_flush(struct file *file)
{
	size_t done = 0, room;
	int result = 0;
	ssize_t r;

	while ((room = output_room(file, file->nbuf - done)) > 0) {
		r = write(file->out, file->buf + done, room);
		if (r >= 0)
			done += (size_t)r;
		else if (errno != EINTR) {
			result = errno == EAGAIN ? 0 : -1;
			break;
		}
	}
	file->nbuf -= done;
	memmove(file->buf, file->buf + done, file->nbuf);
	return result;
}

static bool
is_fifo(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* Waits until somebody reads a FIFO.  -1: errno. */
static int
output_path(const char *path)
{
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC, fd;
	bool said = false;

	while ((fd = open(path, flags, 0600)) == -1 && errno == ENXIO &&
	    is_fifo(path)) {
		if (!said)
			log_info("%s: waiting for a reader", path);
		said = true;
		if (signals_poll(NULL, WAIT_MS) == -1)
			break;
	}
	return fd;
}

static int
output_open(struct port *port, const struct port_config *config)
{
	struct file *file = port->state;
	struct stat st;

	if (strcmp(config->output, "-") == 0)
		file->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	else if (command_as_invoker() == 0) {
		file->out = output_path(config->output);
		command_as_before();
	}
	if (file->out == -1 || fstat(file->out, &st) == -1)
		goto fail;
	file->slow = !S_ISREG(st.st_mode);
	file->keep = file->slow ? KEEP : sizeof(file->buf) - PCAPNG_BLOCK;
#ifdef F_SETPIPE_SZ
	if (file->slow)
		(void)fcntl(file->out, F_SETPIPE_SZ, 2 * KEEP);
#endif
	return 0;
fail:
	if (errno != EINTR) /* it shall end */
		log_errno("%s", config->output);
	return -1;
}

/* What poll(2) is for: input while there is some, then a slow reader. */
static void
choose_fd(struct port *port)
{
	struct file *file = port->state;

	port->events = 0;
	port->fd = file->slow ? file->out : -1;
	if (file->pcap == NULL)
		return;
	port->events = POLLIN;
	port->fd = fileno(pcap_file(file->pcap));
}

static int
input_open(struct port *port, const struct port_config *config)
{
	char why[PCAP_ERRBUF_SIZE];
	struct file *file = port->state;
	int dlt;

	file->pcap = INPUT_OPEN(config->name, why);
	if (file->pcap == NULL) {
		log_info("%s", why); /* it names the file */
		return -1;
	}
	dlt = pcap_datalink(file->pcap);
	if (dlt != DLT_EN10MB && dlt != DLT_RAW) {
		log_info("%s: link type %d is neither Ethernet nor raw IP",
		    config->name, dlt);
		return -1;
	}
	port->linktype = dlt == DLT_RAW ? LINK_RAW : LINK_ETHERNET;
	return 0;
}

static int
file_open(struct port *port, const struct port_config *config)
{
	struct file *file = calloc(1, sizeof(*file));
	bool input = config->name != NULL && config->name[0] != '\0';

	if ((port->state = file) == NULL) {
		log_errno("%s: calloc", port->name);
		return -1;
	}
	file->out = -1;
	if (config->output != NULL)
		(void)snprintf(port->name, sizeof(port->name), "%s",
		    strcmp(config->output, "-") == 0 ? "standard output" :
						       config->output);
	if (config->linktype == LINK_RAW)
		port->linktype = LINK_RAW;
	if (input && input_open(port, config) == -1)
		return -1;
	if (config->output != NULL && output_open(port, config) == -1)
		return -1;
	choose_fd(port);
	return 0;
}

static void
input_close(struct port *port)
{
	struct file *file = port->state;

	if (file->pcap != NULL)
		pcap_close(file->pcap);
	file->pcap = NULL;
}

/* 1; 0: no more. */
static int
input_next(struct port *port, uint8_t *at, struct frame *f)
{
	struct file *file = port->state;
	struct pcap_pkthdr *head;
	const u_char *data;
	int r;

	while ((r = pcap_next_ex(file->pcap, &head, &data)) == 1) {
		if (head->caplen < head->len || head->caplen > FRAME_MAX) {
			port->count.invalid++;
			continue;
		}
		memset(f, 0, sizeof(*f));
		memcpy(at, data, head->caplen);
		f->data = at;
		f->len = head->caplen;
		f->when_ns = (uint64_t)head->ts.tv_sec * 1000000000 +
		    (uint64_t)head->ts.tv_usec * INPUT_UNIT;
		return 1;
	}
	if (r == PCAP_ERROR)
		log_info("%s: %s", port->name, pcap_geterr(file->pcap));
	return 0;
}

static int
file_recv(struct port *port, struct frame *frames, int max)
{
	struct file *file = port->state;
	size_t used = 0;
	int n = 0;

	if (file->pcap == NULL)
		return 0;
	while (n < max && used + FRAME_MAX <= sizeof(file->slab)) {
		if (input_next(port, file->slab + used, &frames[n]) == 0) {
			input_close(port);
			choose_fd(port);
			break;
		}
		used += frames[n++].len;
	}
	return n;
}

static int
file_send(struct port *port, struct frame *frames, int n)
{
	struct file *file = port->state;
	int i;

	if (file->out == -1)
		return n;
	write_head(port, "");
	for (i = 0; i < n; i++) {
		if (frames[i].len > FRAME_MAX) {
			port->count.invalid++;
			continue;
		}
		if (file->nbuf > file->keep && output_flush(file) == -1)
			return -1;
		if (file->nbuf > file->keep) {
			errno = EAGAIN;
			return i;
		}
		file->nbuf += pcapng_frame(file->buf + file->nbuf, &frames[i]);
	}
	return output_flush(file) == -1 ? -1 : n;
}

/* The link type is known now, and a reader waits for the head. */
static int
file_attach(struct port *port, const char *title)
{
	struct file *file = port->state;

	if (file->out == -1)
		return 0;
	write_head(port, title != NULL ? title : "");
	(void)output_flush(file); /* an error comes again at tick */
	return 0;
}

static enum port_event
file_tick(struct port *port)
{
	struct file *file = port->state;
	struct pollfd pfd = { file->out, 0, 0 };

	/* What a slow reader had left. */
	if (file->out != -1 && output_flush(file) == -1)
		return PORT_OVER;
	if (!file->slow || poll(&pfd, 1, 0) != 1)
		return PORT_SAME;
	errno = EPIPE; /* the reader has gone, and no frame has told it */
	return PORT_OVER;
}

/* The end of a file is worth waiting for its reader, but not for ever. */
static void
output_close(struct port *port)
{
	struct file *file = port->state;
	struct pollfd pfd = { file->out, POLLOUT, 0 };

	if (!file->slow)
		write_head(port, "");
	while (output_flush(file) == 0 && file->nbuf > 0 &&
	    poll(&pfd, 1, CLOSE_MS) == 1)
		;
	(void)close(file->out);
}

static void
file_close(struct port *port)
{
	struct file *file = port->state;

	if (file != NULL) {
		input_close(port);
		if (file->out != -1)
			output_close(port);
	}
	port->fd = -1;
	free(file);
	port->state = NULL;
}

static const struct port_ops file_ops = {
	.recv = file_recv,
	.send = file_send,
	.attach = file_attach,
	.tick = file_tick,
	.close = file_close,
};

const struct port_control port_file = {
	.ops = &file_ops,
	.open = file_open,
};
