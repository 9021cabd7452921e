/* The line that a session begins with, for people. */
#ifndef BANNER_H
#define BANNER_H

#include "session/session.h"

struct banner {
	const char *name; /* of our interface, or file */
	bool file; /* it is one */
	const struct session *session;
	const struct params *params; /* of the real interface; NULL: unknown */
	const char *left_out; /* what is not captured, "": unknown */
};

/*
 * "puppet0 is eth0 of router (52:54:..., MTU 1500, 192.0.2.1/24), up; left out:
 * 203.0.113.5:51322 - 192.0.2.1:22"; out is returned.
 */
const char *banner_print(const struct banner *, char *out, size_t size);

#endif
