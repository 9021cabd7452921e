/* SPDX-License-Identifier: ISC */
/*
 * The relay's end of the helper: fills requests and reads answers.
 */
#include <sys/types.h>
#include <errno.h>
#include <pcap.h>
#include <stdio.h>
#include <string.h>

#include "privilege/helper.h"
#include "privilege/request.h"

static struct request request;
static struct answer answer;

int
helper_open(const struct options *opt)
{
	return request_open(opt);
}

void
helper_close(void)
{
	request_close();
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
	return request_call(&request, &answer);
}

/* The same, for a descriptor; -1 errno. */
static int
helper_ask_fd(void)
{
	return helper_ask() == 0 ? answer.fd : -1;
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

int
port_get_capture(uint32_t buffer, char *why, size_t size)
{
	int fd;

	helper_begin(REQUEST_CAPTURE);
	request.size = buffer;
	fd = helper_ask_fd();
	return fd != -1 ? fd : helper_port_why(why, size);
}

int
port_get_tap(struct port *port, int linktype, uint32_t queue, char *why,
    size_t size)
{
	helper_begin(REQUEST_TAP);
	request.linktype = linktype;
	request.size = queue;
	if ((port->fd = helper_ask_fd()) == -1)
		return helper_port_why(why, size);
	memcpy(port->name, answer.ifname, sizeof(answer.ifname));
	port->existed = answer.existed;
	port->linktype = linktype == LINK_RAW ? LINK_RAW : LINK_ETHERNET;
	return 0;
}

int
helper_port_open(struct port *port, const struct port_control *control,
    const struct port_config *config)
{
	port_init(port, control, config->name);
	if (control->open(port, config) == 0)
		return 0;
	port_close(port);
	return -1;
}

int
helper_port_setfilter(struct port *port, const struct bpf_program *program)
{
	if (port->control->setfilter == NULL)
		return 0;
	return port->control->setfilter(port, program);
}

int
helper_port_setbase(struct port *port, const struct bpf_program *program)
{
	if (port->control->setbase != NULL)
		return port->control->setbase(port, program);
	errno = ENOTSUP;
	return -1;
}

int
helper_port_set(struct port *port, enum port_setting what, bool on)
{
	if (port->control->set == NULL)
		return 0;
	return port->control->set(port, what, on);
}

int
helper_port_offloads(struct port *port, unsigned caps)
{
	if (port->control->offloads == NULL)
		return 0;
	return port->control->offloads(port, caps);
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
helper_exec(pid_t *pid)
{
	helper_begin(REQUEST_EXEC);
	if (helper_ask() == -1)
		return -1;
	*pid = answer.pid;
	return answer.fd;
}

pid_t
helper_hook(const char *peer)
{
	helper_begin(REQUEST_HOOK);
	helper_put(peer);
	return helper_ask() == 0 ? answer.pid : -1;
}

int
helper_end(pid_t pid, bool force)
{
	helper_begin(REQUEST_END);
	request.pid = pid;
	request.force = force;
	return helper_ask();
}

int
helper_resolve(struct resolve_answer *out, int *fd, pid_t *pid)
{
	helper_begin(REQUEST_RESOLVE);
	if (helper_ask() == -1)
		return -1;
	*out = answer.resolved;
	*fd = answer.fd;
	*pid = answer.pid;
	return 0;
}

int
helper_filter(const struct helper_filter *filter, struct bpf_program *out)
{
	static struct bpf_insn insns[FILTER_INSNS];

	helper_begin(REQUEST_FILTER);
	request.filter = *filter;
	if (helper_ask() == -1)
		return -1;
	memcpy(insns, answer.insns, sizeof(insns));
	*out = (struct bpf_program) { (u_int)answer.ninsns, insns };
	return 0;
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
	request.anew = anew;
	if (helper_ask() == -1)
		answer.way.way = WAY_UNKNOWN;
	*out = answer.way;
}
