/* SPDX-License-Identifier: ISC */
/*
 * The relay's end of the helper: fills requests and reads answers.  A text that
 * is too long for a request is cut without its NUL, so that the helper refuses
 * the request.
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
helper_open(const char *netns)
{
	return request_doll_begin(netns);
}

void
helper_close(void)
{
	request_doll_end();
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
helper_put(char *out, size_t size, const char *text)
{
	size_t len = strlen(text) + 1;

	memcpy(out, text, len < size ? len : size);
}

static void
helper_begin(enum request_what what, const char *ifname)
{
	memset(&request, 0, sizeof(request));
	request.what = what;
	if (ifname != NULL)
		helper_put(request.ifname, sizeof(request.ifname), ifname);
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
port_get_capture(const struct port *port, uint32_t buffer, char *why,
    size_t size)
{
	int fd;

	if (strlen(port->name) >= PARAMS_NAME) {
		(void)snprintf(why, size, "no such interface");
		errno = ENODEV;
		return -1;
	}
	helper_begin(REQUEST_CAPTURE, port->name);
	request.size = buffer;
	fd = helper_ask_fd();
	return fd != -1 ? fd : helper_port_why(why, size);
}

int
port_get_tap(struct port *port, const struct port_config *config,
    uint32_t queue, char *why, size_t size)
{
	if (strlen(port->name) >= PARAMS_NAME) {
		(void)snprintf(why, size, "no name for an interface");
		errno = EINVAL;
		return -1;
	}
	helper_begin(REQUEST_TAP, port->name);
	request.linktype = config->linktype;
	request.size = queue;
	request.ordinary = config->ordinary;
	if ((port->fd = helper_ask_fd()) == -1)
		return helper_port_why(why, size);
	memcpy(port->name, answer.ifname, sizeof(answer.ifname));
	port->existed = answer.existed;
	port->linktype = config->linktype == LINK_RAW ? LINK_RAW :
							LINK_ETHERNET;
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
	helper_begin(REQUEST_PLACE, NULL);
	return helper_ask() == 0 ? answer.place : PLACE_SAME;
}

int
helper_read(const char *ifname, struct params *out)
{
	helper_begin(REQUEST_READ, ifname);
	if (helper_ask() == -1)
		return -1;
	*out = answer.params;
	return 0;
}

int
helper_watch(void)
{
	helper_begin(REQUEST_WATCH, NULL);
	return helper_ask_fd();
}

int
helper_apply(const char *ifname, const struct param_change *change)
{
	helper_begin(REQUEST_APPLY, ifname);
	request.change = *change;
	return helper_ask();
}

int
helper_judge(const char *ifname, const struct addr_offer *offer,
    struct addr_verdict *verdict)
{
	helper_begin(REQUEST_JUDGE, ifname);
	request.offer = *offer;
	if (helper_ask() == -1)
		return -1;
	*verdict = answer.verdict;
	return 0;
}

int
helper_label(const char *ifname, const char *text)
{
	helper_begin(REQUEST_LABEL, ifname);
	helper_put(request.text, sizeof(request.text), text);
	return helper_ask();
}

int
helper_fence(const char *ifname, bool deaf)
{
	helper_begin(REQUEST_FENCE, ifname);
	request.force = deaf;
	return helper_ask();
}

int
helper_exec(const char *command, pid_t *pid)
{
	helper_begin(REQUEST_EXEC, NULL);
	helper_put(request.text, sizeof(request.text), command);
	if (helper_ask() == -1)
		return -1;
	*pid = answer.pid;
	return answer.fd;
}

pid_t
helper_hook(const char *command, const char *ifname,
    char env[HELPER_ENV][HELPER_VARIABLE])
{
	int i;

	helper_begin(REQUEST_HOOK, ifname);
	helper_put(request.text, sizeof(request.text), command);
	for (i = 0; i < HELPER_ENV; i++)
		helper_put(request.env[i], HELPER_VARIABLE, env[i]);
	return helper_ask() == 0 ? answer.pid : -1;
}

int
helper_end(pid_t pid, bool force)
{
	helper_begin(REQUEST_END, NULL);
	request.pid = pid;
	request.force = force;
	return helper_ask();
}

int
helper_resolve(const char *text, struct resolve_answer *out, int *fd,
    pid_t *pid)
{
	helper_begin(REQUEST_RESOLVE, NULL);
	helper_put(request.text, sizeof(request.text), text);
	if (helper_ask() == -1)
		return -1;
	*out = answer.resolved;
	*fd = answer.fd;
	*pid = answer.pid;
	return 0;
}

static void
helper_put_filter(const struct filter_config *config)
{
	int i;

	request.linktype = config->linktype;
	request.filter.npairs = config->npairs;
	memcpy(request.filter.pairs, config->pairs, sizeof(config->pairs));
	for (i = 0; i < 2; i++)
		if (config->user[i] != NULL)
			helper_put(request.filter.user[i], FILTER_TEXT,
			    config->user[i]);
}

int
helper_filter(const struct filter_config *config, struct bpf_program *out)
{
	static struct bpf_insn insns[FILTER_INSNS];

	helper_begin(REQUEST_FILTER, config->ifname);
	helper_put_filter(config);
	if (helper_ask() == -1)
		return -1;
	memcpy(insns, answer.insns, sizeof(insns));
	*out = (struct bpf_program) { (u_int)answer.ninsns, insns };
	return 0;
}

int
helper_exclusive(const struct filter_config *config)
{
	helper_begin(REQUEST_EXCLUSIVE, config->ifname);
	helper_put_filter(config);
	return helper_ask_fd();
}

unsigned
helper_way(const struct addr *to)
{
	helper_begin(REQUEST_WAY, NULL);
	request.to = *to;
	return helper_ask() == 0 ? answer.index : 0;
}
