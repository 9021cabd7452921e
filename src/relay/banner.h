/* SPDX-License-Identifier: ISC */
/* The line that a session begins with, for people. */
#ifndef BANNER_H
#define BANNER_H

#include "options.h"
#include "session/session.h"

/*
 * "puppet0 is eth0 of router (52:54:..., MTU 1500, 192.0.2.1/24), up; left out:
 * 203.0.113.5:51322 - 192.0.2.1:22".  name: of our interface or file; real: the
 * parameters of the real interface, NULL: unknown.  out is returned.
 */
const char *banner_print(const char *name, const struct options *,
    const struct session *, const struct params *real, char *out, size_t size);

#endif
