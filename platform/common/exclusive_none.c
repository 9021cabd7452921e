/*
 * No exclusive mode: nothing there drops what comes in, behind the captures
 * and only as long as this process lives.
 */
#include <errno.h>
#include <stdio.h>

#include "privilege/platform.h"

int
exclusive_acquire(const char *ifname, int linktype,
    const struct filter_pair *pairs, int npairs, char *why, size_t size)
{
	(void)ifname;
	(void)linktype;
	(void)pairs;
	(void)npairs;
	(void)snprintf(why, size,
	    "this system cannot; OTHER SYSTEMS in etherpuppet(1) says what to "
	    "do instead");
	errno = ENOTSUP;
	return -1;
}
