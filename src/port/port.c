/* SPDX-License-Identifier: ISC */
/* Functions that all ports share. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <poll.h>
#include <unistd.h>

#include "log.h"
#include "port/port.h"

#define REFUSALS 16 /* errnos of refused frames that are told apart */

static void
port_init(struct port *port, const struct port_control *control,
    const char *name)
{
	memset(port, 0, sizeof(*port));
	port->control = control;
	port->ops = control->ops;
	port->fd = -1;
	port->events = POLLIN;
	port->linktype = LINK_ETHERNET;
	port->maxframe = FRAME_MAX;
	if (name != NULL)
		(void)snprintf(port->name, sizeof(port->name), "%s", name);
}

void
port_close(struct port *port)
{
	if (port->ops != NULL)
		port->ops->close(port);
	memset(port, 0, sizeof(*port));
	port->fd = -1;
}

int
port_open(struct port *port, const struct port_control *control,
    const struct port_config *config)
{
	port_init(port, control, config->name);
	if (control->open(port, config) == 0)
		return 0;
	port_close(port);
	return -1;
}

int
port_setfilter(struct port *port, const struct bpf_program *program)
{
	if (port->control->setfilter == NULL)
		return 0;
	return port->control->setfilter(port, program);
}

int
port_setbase(struct port *port, const struct bpf_program *program)
{
	if (port->control->setbase != NULL)
		return port->control->setbase(port, program);
	errno = ENOTSUP;
	return -1;
}

int
port_set(struct port *port, enum port_setting what, bool on)
{
	if (port->control->set == NULL)
		return 0;
	return port->control->set(port, what, on);
}

int
port_offloads(struct port *port, unsigned caps)
{
	if (port->control->offloads == NULL)
		return 0;
	return port->control->offloads(port, caps);
}

void
port_detach(struct port *port)
{
	if (port->ops->detach != NULL)
		port->ops->detach(port);
}

enum port_event
port_tick(struct port *port)
{
	return port->ops->tick != NULL ? port->ops->tick(port) : PORT_SAME;
}

void
port_stats(struct port *port)
{
	if (port->ops->stats != NULL)
		port->ops->stats(port);
}

void
port_rename(struct port *port, const char *name)
{
	if (strcmp(name, port->name) == 0)
		return;
	log_info("%s: renamed to %s", port->name, name);
	(void)snprintf(port->name, sizeof(port->name), "%s", name);
}

void
port_gone(struct port *port)
{
	int error = errno;

	if (port->fd == -1)
		return;
	log_info("%s: the doll is gone", port->name);
	(void)close(port->fd);
	port->fd = -1;
	errno = error;
}

enum port_event
port_link_event(const struct port *port, enum port_link was, enum port_link now,
    bool anew)
{
	static const char *const words[] = {
		[PORT_LINK_UP] = "interface is up",
		[PORT_LINK_IDLE] = "interface has no carrier",
		[PORT_LINK_DOWN] = "interface is down",
		[PORT_LINK_GONE] = "interface is gone: waiting for it",
	};

	if (now == was && !anew)
		return PORT_SAME;
	log_info("%s: %s", port->name, words[now]);
	return now == PORT_LINK_UP ? PORT_UP : PORT_DOWN;
}

static struct log_limit *
refusal_limit(int error)
{
	static struct {
		int error;
		struct log_limit limit;
	} known[REFUSALS];
	int i;

	for (i = 0; i < REFUSALS - 1; i++) {
		if (known[i].error == 0)
			known[i].error = error;
		if (known[i].error == error)
			break;
	}
	return &known[i].limit;
}

void
port_count_refused(struct port *port, const struct frame *f, int error)
{
	port->count.refused++;
	port->count.refused_bytes += f->len;
	port->count.refused_errno = error;
}

void
port_refused(struct port *port, const struct frame *f, int error,
    const char *remedy)
{
	port_count_refused(port, f, error);
	if (!log_allowed(refusal_limit(error)))
		return;
	log_info("%s: send: %s%s%s", port->name, strerror(error),
	    remedy != NULL ? "; " : "", remedy != NULL ? remedy : "");
}
