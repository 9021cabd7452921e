/* SPDX-License-Identifier: ISC */
/*
 * A capture file as a port (-w): frames are only written to it.
 *
 * The format is pcapng (IETF draft-ietf-opsawg-pcapng), because it can store
 * the direction of a frame.  Numbers are in the byte order of this machine,
 * which the section header tells; every block is padded to 32 bits and has its
 * length at both ends.
 *
 * The head of the file is written when the link type is known, at the latest at
 * close, so that a file without frames is valid too.  The file is flushed after
 * each batch.  If a reader at the other end of a pipe is slow, some frames are
 * kept here, and send returns with EAGAIN instead of waiting (a pipe that
 * poll(2) finds writable takes PIPE_BUF bytes at once).  Only few are kept,
 * because they grow old here.  Only its owner can read the file.
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

#include "clock.h"
#include "log.h"
#include "port/port.h"
#include "privilege/command.h"
#include "signals.h"

#define CLOSE_MS 2000
/* Bytes that may wait here for a slow reader; its pipe holds twice as many. */
#define KEEP		8192

#define WAIT_MS		100 /* between two tries to open a FIFO */
#define BLOCK_MAX	(FRAME_MAX + 64) /* of the head, or of any frame */
#define BLOCK_SECTION	0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET	6u
#define SECTION_ORDER	0x1a2b3c4du
#define OPTION_END	0
#define IF_NAME		2
#define IF_TSRESOL	9
#define EPB_FLAGS	2
#define INBOUND		1u
#define OUTBOUND	2u

struct file {
	int out;
	bool slow; /* not a regular file: poll(2) before each write */
	bool begun; /* the head is written */
	size_t nbuf; /* bytes in buf */
	size_t keep; /* with more bytes than these buf counts as full */
	uint8_t buf[PORT_SLAB];
};

/* ---- the format ---- */

static uint8_t *
put_bytes(uint8_t *out, const void *data, size_t len)
{
	static const uint8_t zero[4];

	if (len > 0)
		memcpy(out, data, len);
	out += len;
	len = -len % 4;
	memcpy(out, zero, len);
	return out + len;
}

static uint8_t *
put_word(uint8_t *out, uint32_t word)
{
	return put_bytes(out, &word, sizeof(word));
}

static uint8_t *
put_option(uint8_t *out, uint16_t code, const void *data, size_t len)
{
	const uint16_t head[2] = { code, (uint16_t)len };

	return put_bytes(put_bytes(out, head, sizeof(head)), data, len);
}

static uint8_t *
block_begin(uint8_t *out, uint32_t type)
{
	return put_word(put_word(out, type), 0);
}

static uint8_t *
block_end(uint8_t *block, uint8_t *out)
{
	uint32_t len = (uint32_t)(out - block) + 4;

	put_word(block + 4, len);
	return put_word(out, len);
}

static uint8_t *
put_section(uint8_t *block)
{
	const uint16_t version[2] = { 1, 0 };
	uint8_t *out = block_begin(block, BLOCK_SECTION);

	out = put_word(out, SECTION_ORDER);
	out = put_bytes(out, version, sizeof(version));
	out = put_word(out, UINT32_MAX); /* the section's length is unknown */
	out = put_word(out, UINT32_MAX);
	return block_end(block, out);
}

static uint8_t *
put_interface(uint8_t *block, int linktype, const char *title)
{
	const uint16_t link[2] = { (uint16_t)linktype, 0 };
	const uint8_t nanoseconds = 9;
	uint8_t *out = block_begin(block, BLOCK_INTERFACE);

	out = put_bytes(out, link, sizeof(link));
	out = put_word(out, 0); /* snapshot length: frames are whole */
	if (title[0] != '\0')
		out = put_option(out, IF_NAME, title, strlen(title));
	out = put_option(out, IF_TSRESOL, &nanoseconds, 1);
	out = put_option(out, OPTION_END, NULL, 0);
	return block_end(block, out);
}

/* Writes one section with one interface; title: its name, "": none. */
static size_t
pcapng_head(uint8_t *out, int linktype, const char *title)
{
	return (size_t)(put_interface(put_section(out), linktype, title) - out);
}

/* Writes a frame with its own time, or now.  Returns its bytes. */
static size_t
pcapng_frame(uint8_t *block, const struct frame *f)
{
	uint64_t when = f->when_ns != 0 ? f->when_ns : clock_wall_ns();
	/* a peer that sends no time (0.3) sends no direction either */
	uint32_t flags = f->when_ns == 0 ? 0 : f->outbound ? OUTBOUND : INBOUND;
	uint8_t *out = block_begin(block, BLOCK_PACKET);

	out = put_word(out, 0); /* the interface */
	out = put_word(out, (uint32_t)(when >> 32));
	out = put_word(out, (uint32_t)when);
	out = put_word(out, f->len);
	out = put_word(out, f->len);
	out = put_bytes(out, f->data, f->len);
	out = put_option(out, EPB_FLAGS, &flags, sizeof(flags));
	out = put_option(out, OPTION_END, NULL, 0);
	return (size_t)(block_end(block, out) - block);
}

/* ---- the port ---- */

static void
write_head(struct port *port, const char *title)
{
	struct file *file = port->state;

	if (!file->begun)
		file->nbuf += pcapng_head(file->buf + file->nbuf,
		    port->linktype, title);
	file->begun = true;
}

/* How many of `left' bytes can be written without waiting. */
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

/* Writes kept bytes, as many as the reader takes.  0; -1 errno. */
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

/* Opens the file; waits until somebody reads a FIFO.  -1: errno. */
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
	file->keep = file->slow ? KEEP : sizeof(file->buf) - BLOCK_MAX;
#ifdef F_SETPIPE_SZ
	if (file->slow)
		(void)fcntl(file->out, F_SETPIPE_SZ, 2 * KEEP);
#endif
	return 0;
fail:
	if (errno != EINTR) /* a signal ends the process */
		log_errno("%s", config->output);
	return -1;
}

static int
file_open(struct port *port, const struct port_config *config)
{
	struct file *file = calloc(1, sizeof(*file));

	port->state = file;
	if (file == NULL) {
		log_errno("%s: calloc", port->name);
		return -1;
	}
	file->out = -1;
	(void)snprintf(port->name, sizeof(port->name), "%s",
	    strcmp(config->output, "-") == 0 ? "standard output" :
					       config->output);
	if (config->linktype == LINK_RAW)
		port->linktype = LINK_RAW;
	if (output_open(port, config) == -1)
		return -1;
	port->events = 0;
	port->fd = file->slow ? file->out : -1;
	return 0;
}

static int
file_recv(struct port *port, struct frame *frames, int max)
{
	(void)port, (void)frames, (void)max;
	return 0;
}

static int
file_send(struct port *port, struct frame *frames, int n)
{
	struct file *file = port->state;
	int i;

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

/* Writes the head: the link type is known now, and a reader may wait. */
static int
file_attach(struct port *port, const char *title)
{
	struct file *file = port->state;

	write_head(port, title != NULL ? title : "");
	(void)output_flush(file); /* tick would see an error again */
	return 0;
}

static enum port_event
file_tick(struct port *port)
{
	struct file *file = port->state;
	struct pollfd pfd = { file->out, 0, 0 };

	if (output_flush(file) == -1)
		return PORT_OVER;
	if (!file->slow || poll(&pfd, 1, 0) != 1)
		return PORT_SAME;
	errno = EPIPE; /* the reader has gone; no write has noticed it yet */
	return PORT_OVER;
}

/* Waits for a slow reader to take the rest, CLOSE_MS at most. */
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

	if (file != NULL && file->out != -1)
		output_close(port);
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
