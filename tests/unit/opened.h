/* SPDX-License-Identifier: ISC */
/* For tests of ports: opens one as a command line that names it does. */
#ifndef OPENED_H
#define OPENED_H

#include "options.h"
#include "privilege/helper.h"

static inline int
port_opened(struct port *port, const struct port_control *control,
    const struct port_config *config)
{
	struct options words = { .form = PEER_LISTEN, .peer = "1234" };

	words.role = control == &port_tap ? ROLE_MASTER : ROLE_SLAVE;
	words.interface = words.doll = config->name;
	words.netns = config->netns;
	if (helper_open(&words) == -1)
		return -1;
	return port_open(port, control, config);
}

#endif
