/*
 * No fence: nothing there drops what comes in by one interface, and only as
 * long as this process lives.
 */
#include <errno.h>
#include <stdio.h>

#include "privilege/platform.h"

int
fence_acquire(unsigned index, bool deaf, char *why, size_t size)
{
	(void)index;
	(void)deaf;
	(void)snprintf(why, size,
	    "this system cannot keep it out; OTHER SYSTEMS in etherpuppet(1) "
	    "has the rule that does");
	errno = ENOTSUP;
	return -1;
}
