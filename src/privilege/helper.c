/* SPDX-License-Identifier: ISC */
/*
 * The relay's end of the helper: fills requests and reads answers.
 */
#include <sys/types.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/helper.h"
#include "privilege/request.h"
#include "privilege/serve.h"

static struct request request;
static struct answer answer;
static int captures[HELPER_CAPTURES]; /* descriptors by slot; 0: none */

int
helper_open(const struct options *opt)
{
	memset(captures, 0, sizeof(captures));
	return serve_begin(opt);
}

void
helper_close(void)
{
	serve_end();
}

int
helper_fd(void)
{
	return serve_fd();
}

const char *
helper_failed(void)
{
	return answer.failed[0] != '\0' ? answer.failed : answer.why;
}

const char *
helper_why(void)
{
	return answer.why;
}

static void
helper_begin(enum request_what what)
{
	memset(&request, 0, sizeof(request));
	request.what = what;
}

static void
helper_put(const char *text)
{
	(void)snprintf(request.text, sizeof(request.text), "%s", text);
}

/* Sends the request and gets the answer.  0; -1 errno. */
static int
helper_ask(void)
{
	return serve_ask(&request, -1, &answer);
}

/* The same, for a descriptor; -1 errno. */
static int
helper_ask_fd(void)
{
	return helper_ask() == 0 ? answer.fds[0] : -1;
}

/* Fills why: the helper gave no descriptor.  Returns -1. */
static int
helper_port_why(char *why, size_t size)
{
	int error = errno;

	if (helper_why()[0] != '\0')
		(void)snprintf(why, size, "%s", helper_why());
	else
		(void)snprintf(why, size, "%s: %s", helper_failed(),
		    strerror(error));
	errno = error;
	return -1;
}

static void
capture_release(int slot)
{
	helper_begin(REQUEST_RELEASE);
	request.slot = slot;
	(void)helper_ask();
}

int
port_get_capture(uint32_t buffer, char *why, size_t size)
{
	int fd, slot;

	helper_begin(REQUEST_CAPTURE);
	request.size = buffer;
	fd = helper_ask_fd();
	slot = answer.slot;
	if (fd == -1)
		(void)helper_port_why(why, size);
	if (fd == -1 && slot != -1) { /* it did not get here */
		capture_release(slot);
		errno = EMFILE;
	} else if (fd != -1)
		captures[slot] = fd;
	return fd;
}

/* The slot of a capture; -1: none. */
static int
capture_slot(int fd)
{
	int slot;

	for (slot = 0; slot < HELPER_CAPTURES; slot++)
		if (captures[slot] == fd && fd > 0)
			return slot;
	return -1;
}

int
port_control_capture(int fd, enum capture_control control, bool on)
{
	helper_begin(REQUEST_CONTROL);
	request.slot = capture_slot(fd);
	request.control = control;
	request.on = on;
	return helper_ask();
}

int
port_ioctl_capture(int fd, unsigned long number, void *data, size_t size)
{
	int slot = capture_slot(fd);

	if (slot == -1)
		return capture_ioctl(fd, number, data, size);
	helper_begin(REQUEST_IOCTL);
	request.slot = slot;
	request.number = number;
	request.size = (uint32_t)size;
	memcpy(request.data, data,
	    size < sizeof(request.data) ? size : sizeof(request.data));
	if (helper_ask() == -1)
		return -1;
	if (size <= sizeof(answer.data))
		memcpy(data, answer.data, size);
	return 0;
}

int
port_look(struct interface_look *out)
{
	helper_begin(REQUEST_LOOK);
	if (helper_ask() == -1)
		return -1;
	*out = answer.look;
	return 0;
}

void
port_put_capture(int fd)
{
	int slot = capture_slot(fd);

	if (slot != -1) {
		captures[slot] = 0;
		capture_release(slot);
	}
	(void)close(fd);
}

int
port_get_tap(struct port *port, int linktype, uint32_t queue, int view[2],
    char *why, size_t size)
{
	helper_begin(REQUEST_TAP);
	request.linktype = linktype;
	request.size = queue;
	if ((port->fd = helper_ask_fd()) == -1)
		return helper_port_why(why, size);
	memcpy(view, &answer.fds[1], 2 * sizeof(view[0]));
	memcpy(port->name, answer.ifname, sizeof(answer.ifname));
	port->existed = answer.existed;
	port->linktype = linktype == LINK_RAW ? LINK_RAW : LINK_ETHERNET;
	return 0;
}

enum place
helper_place(void)
{
	helper_begin(REQUEST_PLACE);
	return helper_ask() == 0 ? answer.place : PLACE_SAME;
}

int
helper_read(struct params *out)
{
	helper_begin(REQUEST_READ);
	if (helper_ask() == -1)
		return -1;
	*out = answer.params;
	return 0;
}

int
helper_watch(void)
{
	helper_begin(REQUEST_WATCH);
	return helper_ask_fd();
}

int
helper_apply(const struct param_change *change)
{
	helper_begin(REQUEST_APPLY);
	request.change = *change;
	return helper_ask();
}

int
helper_judge(const struct addr_offer *offer, struct addr_verdict *verdict)
{
	helper_begin(REQUEST_JUDGE);
	request.offer = *offer;
	if (helper_ask() == -1)
		return -1;
	*verdict = answer.verdict;
	return 0;
}

int
helper_label(const char *text)
{
	helper_begin(REQUEST_LABEL);
	helper_put(text);
	return helper_ask();
}

int
helper_fence(void)
{
	helper_begin(REQUEST_FENCE);
	return helper_ask();
}

int
helper_exec(int *err)
{
	int fd;

	helper_begin(REQUEST_EXEC);
	fd = helper_ask_fd();
	*err = answer.fds[1];
	return fd;
}

int
helper_hook(const char *peer)
{
	helper_begin(REQUEST_HOOK);
	helper_put(peer);
	return helper_ask();
}

int
helper_end(bool force)
{
	helper_begin(REQUEST_END);
	request.on = force;
	return helper_ask();
}

bool
helper_ended(enum helper_child child, int *status)
{
	helper_begin(REQUEST_ENDED);
	request.child = child;
	if (helper_ask() == -1)
		answer.ended = true; /* the helper has ended, too */
	*status = answer.status;
	return answer.ended;
}

int
helper_dial(void)
{
	helper_begin(REQUEST_DIAL);
	return helper_ask_fd();
}

int
helper_filter(const struct helper_filter *filter)
{
	helper_begin(REQUEST_FILTER);
	request.filter = *filter;
	return helper_ask_fd();
}

void
helper_stop(enum helper_child child, int *status)
{
	helper_begin(REQUEST_STOP);
	request.child = child;
	(void)helper_ask();
	if (status != NULL)
		*status = answer.status;
}

int
helper_far(int fd)
{
	helper_begin(REQUEST_FAR);
	return serve_ask(&request, fd, &answer);
}

int
helper_hold(int fd)
{
	helper_begin(REQUEST_HOLD);
	return serve_ask(&request, fd, &answer);
}

int
helper_exclusive(int linktype, const struct filter_pair *pairs, int npairs)
{
	helper_begin(REQUEST_EXCLUSIVE);
	request.filter.linktype = linktype;
	request.filter.npairs = npairs;
	if (npairs > 0)
		memcpy(request.filter.pairs, pairs,
		    (size_t)npairs * sizeof(pairs[0]));
	return helper_ask_fd();
}

void
helper_way(const struct addr *to, bool anew, struct helper_way *out)
{
	helper_begin(REQUEST_WAY);
	request.to = *to;
	request.on = anew;
	if (helper_ask() == -1)
		answer.way.way = WAY_UNKNOWN;
	*out = answer.way;
}
