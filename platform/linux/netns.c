/* SPDX-License-Identifier: ISC */
/*
 * Named network namespaces, as ip-netns(8) makes them: the namespace is mounted
 * on a file in /run/netns, which keeps it alive and lets every tool open it.
 * The directory is a mount of its own with shared propagation, so that other
 * mount namespaces see names come and go.  Unlike ip-netns(8), we bring up the
 * loopback interface of a new namespace, because it acts as a host of its own.
 *
 * A program that ip-netns(8) runs in a namespace sees the files of
 * /etc/netns/NAME in place of those of /etc, if they exist when it begins.
 *
 * A namespace belongs to a thread, not to a process: /proc/thread-self shows
 * that of the thread that opens it.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <linux/nsfs.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "port/params.h"
#include "privilege/platform.h"

#define NETNS_DIR  "/run/netns"
#define NETNS_OWN  "/proc/thread-self/ns/net"
#define NETNS_PATH (sizeof(NETNS_DIR) + 1 + NAME_MAX)
#define NETNS_ETC  "/etc/netns"
#define ETC_PATH   (sizeof(NETNS_ETC) + 1 + NAME_MAX + sizeof("/resolv.conf"))

/* Bits of the result of netns_resolver(): what it has made. */
#define MADE_FILE 1
#define MADE_DIR  2
#define MADE_ETC  4

const char *const netns_recipe = NULL;

static int
fail(char failed[PLATFORM_CALL], const char *call)
{
	(void)snprintf(failed, PLATFORM_CALL, "%s", call);
	return -1;
}

static int
netns_path(const char *name, char path[NETNS_PATH])
{
	if (name[0] == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0 || strchr(name, '/') != NULL) {
		errno = EINVAL;
		return -1;
	}
	if (strlen(name) > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	(void)snprintf(path, NETNS_PATH, "%s/%s", NETNS_DIR, name);
	return 0;
}

static int
dir_make(char failed[PLATFORM_CALL])
{
	if (mkdir(NETNS_DIR, 0755) == -1 && errno != EEXIST)
		return fail(failed, "mkdir " NETNS_DIR);
	if (mount("", NETNS_DIR, NULL, MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	/* EINVAL: the directory is not a mount yet. */
	if (errno != EINVAL ||
	    mount(NETNS_DIR, NETNS_DIR, NULL, MS_BIND | MS_REC, NULL) == -1 ||
	    mount("", NETNS_DIR, NULL, MS_SHARED | MS_REC, NULL) == -1)
		return fail(failed, "mount " NETNS_DIR);
	return 0;
}

/* Makes a namespace and mounts it on the file. */
static int
netns_mount(const char *path, char failed[PLATFORM_CALL])
{
	const struct param_change up = { .what = PARAM_SET_UP };
	int back, error, result;

	if ((back = open(NETNS_OWN, O_RDONLY | O_CLOEXEC)) == -1)
		return fail(failed, "open " NETNS_OWN);
	if (unshare(CLONE_NEWNET) == -1) {
		error = errno;
		(void)close(back);
		errno = error;
		return fail(failed, "unshare");
	}
	result = mount(NETNS_OWN, path, NULL, MS_BIND, NULL);
	error = errno;
	(void)params_apply("lo", &up);
	netns_leave(back);
	errno = error;
	return result == -1 ? fail(failed, "mount") : 0;
}

static int
netns_make(const char *path, char failed[PLATFORM_CALL])
{
	int error, fd;

	if (dir_make(failed) == -1)
		return -1;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd == -1)
		return fail(failed, "open");
	(void)close(fd);
	if (netns_mount(path, failed) == -1) {
		error = errno;
		(void)unlink(path);
		errno = error;
		return -1;
	}
	return 0;
}

/* Opens the namespace that is mounted there.  A descriptor; -1 errno. */
static int
netns_get(const char *path, char failed[PLATFORM_CALL])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return fail(failed, "open");
	/* A file that nothing is mounted on opens as well, but is no
	 * namespace. */
	if (ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET)
		return fd;
	(void)close(fd);
	errno = EINVAL;
	return fail(failed, "NS_GET_NSTYPE");
}

int
netns_open(const char *name, bool *made, char failed[PLATFORM_CALL])
{
	char path[NETNS_PATH];
	int fd;

	*made = false;
	if (netns_path(name, path) == -1)
		return fail(failed, "name");
	if ((fd = netns_get(path, failed)) != -1 || errno != ENOENT)
		return fd;
	if (netns_make(path, failed) == -1)
		return -1;
	*made = true;
	return netns_get(path, failed);
}

int
netns_find(const char *name)
{
	char path[NETNS_PATH], failed[PLATFORM_CALL];

	if (netns_path(name, path) == -1)
		return -1;
	return netns_get(path, failed);
}

bool
netns_same(int a, int b)
{
	struct stat sa, sb;

	return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

int
netns_enter(int ns)
{
	int back, error;

	if ((back = open(NETNS_OWN, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	if (setns(ns, CLONE_NEWNET) == -1) {
		error = errno;
		(void)close(back);
		errno = error;
		return -1;
	}
	return back;
}

void
netns_leave(int back)
{
	/* This cannot fail for a thread that came from there.  If it did, all
	 * later calls would act in the wrong namespace. */
	if (setns(back, CLONE_NEWNET) == -1)
		abort();
	(void)close(back);
}

int
netns_remove(const char *name)
{
	char path[NETNS_PATH];

	if (netns_path(name, path) == -1 || umount2(path, MNT_DETACH) == -1)
		return -1;
	return unlink(path);
}

/* 1: it was made; 0: it existed; -1 errno. */
static int
etc_dir_make(const char *path)
{
	if (mkdir(path, 0755) == 0)
		return 1;
	return errno == EEXIST ? 0 : -1;
}

int
netns_resolver(const char *name, char failed[PLATFORM_CALL])
{
	char path[ETC_PATH];
	int fd, etc, dir, tries = 0;

	(void)snprintf(path, sizeof(path), NETNS_ETC "/%s", name);
	do { /* another process may remove its directory meanwhile */
		if ((etc = etc_dir_make(NETNS_ETC)) == -1)
			return fail(failed, "mkdir " NETNS_ETC);
		dir = etc_dir_make(path);
	} while (dir == -1 && errno == ENOENT && ++tries < 3);
	if (dir == -1)
		return fail(failed, "mkdir");
	(void)strcat(path, "/resolv.conf");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd == -1)
		return errno == EEXIST ? 0 : fail(failed, "open");
	(void)fchmod(fd, 0644); /* our umask may differ */
	(void)close(fd);
	return MADE_FILE | (dir == 1 ? MADE_DIR : 0) |
	    (etc == 1 ? MADE_ETC : 0);
}

void
netns_resolver_remove(const char *name, int made)
{
	char path[ETC_PATH];
	struct stat st;

	(void)snprintf(path, sizeof(path), NETNS_ETC "/%s/resolv.conf", name);
	if ((made & MADE_FILE) == 0 || lstat(path, &st) == -1 ||
	    !S_ISREG(st.st_mode) || st.st_size != 0 || unlink(path) == -1)
		return;
	*strrchr(path, '/') = '\0';
	if ((made & MADE_DIR) != 0)
		(void)rmdir(path);
	if ((made & MADE_ETC) != 0)
		(void)rmdir(NETNS_ETC);
}
