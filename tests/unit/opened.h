/* SPDX-License-Identifier: ISC */
/* For tests of ports: opens one as a command line that names it does. */
#ifndef OPENED_H
#define OPENED_H

#include <stdio.h>
#include <string.h>

#include "options.h"
#include "privilege/helper.h"

static inline bool
opened_differs(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a != b : strcmp(a, b) != 0;
}

/* Whether another helper is needed: it makes one doll only. */
static inline bool
opened_is_other(const struct options *words)
{
	static struct options last;
	static char interface[64];
	bool other = helper_fd() == -1 || words->role == ROLE_MASTER ||
	    last.role == ROLE_MASTER ||
	    opened_differs(last.interface, words->interface);

	last = *words;
	if (words->interface != NULL) {
		(void)snprintf(interface, sizeof(interface), "%s",
		    words->interface);
		last.interface = interface;
	}
	return other;
}

static inline int
port_opened(struct port *port, const struct port_control *control,
    const struct port_config *config)
{
	struct options words = { .form = PEER_LISTEN, .peer = "1234" };

	words.role = control == &port_tap ? ROLE_MASTER : ROLE_SLAVE;
	words.interface = words.doll = config->name;
	words.netns = config->netns;
	if (opened_is_other(&words)) {
		helper_close();
		if (helper_open(&words) == -1)
			return -1;
	}
	return port_open(port, control, config);
}

#endif
