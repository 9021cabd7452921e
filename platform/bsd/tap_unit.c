/*
 * Dolls where an interface has no other name than its node in /dev, and cannot
 * be renamed: OpenBSD, and NetBSD's tun(4).  An open makes the interface if
 * there is none.  One that is there is somebody's, and taken only by name.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tap_bsd.h"

#define UNITS 256

static bool
is_unit(const char *name, const char *kind)
{
	size_t len = strlen(kind);

	return strncmp(name, kind, len) == 0 && name[len] != '\0' &&
	    strspn(name + len, "0123456789") == strlen(name + len);
}

bool
tap_unit_wish(char name[IFNAMSIZ], const char *kind)
{
	if (is_unit(name, strcmp(kind, "tap") == 0 ? "tun" : "tap"))
		name[0] = '\0';
	return name[0] == '\0' || is_unit(name, kind);
}

int
tap_unit_open(int asks, char name[IFNAMSIZ], const char *kind, bool *existed,
    char failed[PLATFORM_CALL])
{
	int i, fd = -1;

	*existed = name[0] != '\0' && tap_flags(asks, name) != -1;
	if (name[0] != '\0')
		return tap_node(name, failed);
	for (i = 0; i < UNITS; i++) {
		(void)snprintf(name, IFNAMSIZ, "%s%d", kind, i);
		if (tap_flags(asks, name) != -1)
			continue;
		fd = tap_node(name, failed);
		if (fd != -1 || errno != EBUSY)
			return fd;
	}
	errno = EBUSY;
	return acquire_fail(-1, failed, "open");
}
