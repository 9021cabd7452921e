/*
 * closefrom(3) is in no musl and in no glibc before 2.34, and close_range(2) in
 * no Linux before 5.9.
 */
#include <sys/syscall.h>
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "privilege/platform.h"

#define WITHOUT_PROC \
	65536 /* a limit may be higher by far than any descriptor */

static bool
close_listed(int from)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	int fd;

	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL) {
		fd = atoi(entry->d_name);
		if (fd >= from && fd != dirfd(dir))
			(void)close(fd);
	}
	(void)closedir(dir);
	return true;
}

void
descriptors_close(int from)
{
	long limit = sysconf(_SC_OPEN_MAX);

#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)from, ~0U, 0) == 0)
		return;
#endif
	if (close_listed(from))
		return;
	if (limit < 0 || limit > WITHOUT_PROC)
		limit = WITHOUT_PROC;
	for (; from < limit; from++)
		(void)close(from);
}
