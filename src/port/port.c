/*
 * What all ports share: opening, closing, and saying what was refused.
 */
#include <stdio.h>
#include <string.h>
#include <poll.h>

#include "log.h"
#include "port/port.h"

#define REFUSALS 16 /* kinds of refusal that are told apart */

int
port_open(struct port *port, const struct port_ops *ops,
    const struct port_config *config)
{
	memset(port, 0, sizeof(*port));
	port->ops = ops;
	port->fd = -1;
	port->events = POLLIN;
	port->linktype = LINK_ETHERNET;
	port->maxframe = FRAME_MAX;
	if (config->name != NULL)
		snprintf(port->name, sizeof(port->name), "%s", config->name);
	if (ops->open(port, config) == 0)
		return 0;
	port_close(port);
	return -1;
}

void
port_close(struct port *port)
{
	if (port->ops != NULL)
		port->ops->close(port);
	memset(port, 0, sizeof(*port));
	port->fd = -1;
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
port_refused(struct port *port, int error, const char *remedy)
{
	port->count.refused++;
	port->count.refused_errno = error;
	if (!log_allowed(refusal_limit(error)))
		return;
	log_info("%s: send: %s%s%s", port->name, strerror(error),
	    remedy != NULL ? "; " : "", remedy != NULL ? remedy : "");
}
