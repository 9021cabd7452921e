#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "port/exclusive.h"
#include "privilege/helper.h"
#include "log.h"

static struct helper_request request;
static struct helper_answer answer;
static int holder = -1;
static char ifname[PARAMS_NAME]; /* where it holds */

static int
exclusive_ask(const struct port *port, const struct filter_pair *pairs,
    int npairs)
{
	memset(&request, 0, sizeof(request));
	request.what = HELPER_EXCLUSIVE;
	request.linktype = port->linktype;
	(void)snprintf(request.ifname, sizeof(request.ifname), "%.15s",
	    port->name);
	request.filter.npairs = npairs;
	if (npairs > 0)
		memcpy(request.filter.pairs, pairs,
		    (size_t)npairs * sizeof(pairs[0]));
	return helper_call(&request, &answer);
}

int
exclusive_try(const struct port *port)
{
	if (exclusive_ask(port, NULL, 0) == -1) {
		log_info("%s: -x: %s", port->name, answer.why);
		return -1;
	}
	(void)close(answer.fd);
	return 0;
}

int
exclusive_make(const struct port *port, const struct filter_pair *pairs,
    int npairs, char *why, size_t size)
{
	if (exclusive_ask(port, pairs, npairs) == -1) {
		(void)snprintf(why, size, "%s", answer.why);
		return answer.result == ENODEV ? 0 : -1;
	}
	exclusive_end();
	holder = answer.fd;
	memcpy(ifname, request.ifname, sizeof(ifname));
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
