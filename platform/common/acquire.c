#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "acquire.h"

int
acquire_fail(int fd, char failed[PLATFORM_CALL], const char *call)
{
	int error = errno;

	(void)snprintf(failed, PLATFORM_CALL, "%s", call);
	if (fd != -1)
		(void)close(fd);
	errno = error;
	return -1;
}
