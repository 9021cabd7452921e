#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "port/exclusive.h"
#include "privilege/helper.h"
#include "log.h"

static int holder = -1;
static char ifname[PARAMS_NAME]; /* where it holds */

/* A descriptor; -1: errno, helper_why(). */
static int
exclusive_ask(const struct port *port, const struct filter_pair *pairs,
    int npairs)
{
	struct filter_config config = { .ifname = port->name,
		.linktype = port->linktype,
		.npairs = npairs };

	if (npairs > 0)
		memcpy(config.pairs, pairs, (size_t)npairs * sizeof(pairs[0]));
	return helper_exclusive(&config);
}

int
exclusive_try(const struct port *port)
{
	int fd;

	if ((fd = exclusive_ask(port, NULL, 0)) == -1) {
		log_info("%s: -x: %s", port->name, helper_why());
		return -1;
	}
	(void)close(fd);
	return 0;
}

int
exclusive_make(const struct port *port, const struct filter_pair *pairs,
    int npairs, char *why, size_t size)
{
	int fd;

	if ((fd = exclusive_ask(port, pairs, npairs)) == -1) {
		(void)snprintf(why, size, "%s", helper_why());
		return errno == ENODEV ? 0 : -1;
	}
	exclusive_end();
	holder = fd;
	(void)snprintf(ifname, sizeof(ifname), "%.15s", port->name);
	return 0;
}

void
exclusive_end(void)
{
	if (holder != -1)
		(void)close(holder);
	holder = -1;
}

bool
exclusive_is(void)
{
	return holder != -1;
}

bool
exclusive_is_on(const struct port *port)
{
	return holder != -1 && strcmp(ifname, port->name) == 0;
}
