/*
 * What takes one call on the BSDs, and what none of them can do, or only
 * OpenBSD: it says so, with ENOTSUP.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "privilege/platform.h"

void
descriptors_close(int from)
{
	closefrom(from);
}

/*
 * No fence: nothing there drops what comes in by one interface, and only as
 * long as this process lives.
 */
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

#ifndef __OpenBSD__
/*
 * No exclusive mode: nothing there drops what comes in, behind the captures
 * and only as long as this process lives.
 */
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
#endif

/* No network namespaces: what there is instead is set up by a hook. */
const char *const netns_recipe =
#if defined(__FreeBSD__)
    "give the doll to a jail that has its own network: "
    "-C -U 'ifconfig $PUPPET_IFNAME vnet JAIL'; see "
    "etherpuppet(1), OTHER SYSTEMS";
#elif defined(__OpenBSD__)
    "put the doll into a routing domain: "
    "-C -U 'ifconfig $PUPPET_IFNAME rdomain 1'; see "
    "etherpuppet(1), OTHER SYSTEMS";
#else
    "NetBSD has one network only; -C leaves its routes alone";
#endif

int
netns_open(const char *name, bool *made, char failed[PLATFORM_CALL])
{
	(void)name;
	*made = false;
	(void)snprintf(failed, PLATFORM_CALL, "network namespace");
	errno = ENOTSUP;
	return -1;
}

int
netns_find(const char *name)
{
	(void)name;
	errno = ENOTSUP;
	return -1;
}

bool
netns_same(int a, int b)
{
	return a == b;
}

int
netns_enter(int ns)
{
	(void)ns;
	errno = ENOTSUP;
	return -1;
}

void
netns_leave(int back)
{
	(void)back;
}

int
netns_remove(const char *name)
{
	(void)name;
	errno = ENOTSUP;
	return -1;
}

int
netns_resolver(const char *name, char failed[PLATFORM_CALL])
{
	(void)name, (void)failed;
	errno = ENOTSUP;
	return -1;
}

void
netns_resolver_remove(const char *name, int made)
{
	(void)name, (void)made;
}
