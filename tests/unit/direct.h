/* SPDX-License-Identifier: ISC */
/*
 * Relay and helper in one process, instead of src/privilege/serve.c: for
 * scripted kernels, which have no second one, and for several helpers.
 */
#ifndef DIRECT_H
#define DIRECT_H

#include "privilege/request.h"
#include "privilege/serve.h"

int
serve_begin(const struct options *opt)
{
	return request_open(opt);
}

int
serve_ask(const struct request *r, int fd, struct answer *a)
{
	if (r->what != REQUEST_RELEASE)
		return request_call(r, fd, a);
	request_forget(r->slot); /* the relay closes the one descriptor */
	a->result = 0;
	return 0;
}

int
serve_fd(void)
{
	return -1;
}

void
serve_end(void)
{
	request_close();
}

#endif
