/*
 * A namespace that we hold stays when its name is deleted, but nobody finds it
 * any more, nor a doll in it.  Whoever deletes one makes it again as a rule, so
 * the name is looked at now and then.  It is not made here meanwhile: that
 * would be in its owner's way.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "privilege/place.h"
#include "privilege/platform.h"

static int ns = -1; /* -1: ours */
static char ns_name[256];
static bool ns_made;
static int ns_resolver; /* what was made for it; 0: nothing */

static const char *
netns_remedy(int error)
{
	if (error == EPERM || error == EACCES)
		return "; run as root";
	if (error == EINVAL)
		return "; a file that nothing is mounted on: see `ip netns del'";
	return "";
}

/* A DHCP client in the namespace shall not write into this host's file. */
static void
resolver_make(void)
{
	char failed[PLATFORM_CALL] = "";

	ns_resolver = netns_resolver(ns_name, failed);
	if (ns_resolver > 0)
		log_info("-n %s: made /etc/netns/%s/resolv.conf, empty: who "
			 "asks by DHCP there changes that one, not this host's",
		    ns_name, ns_name);
	else if (ns_resolver == -1) {
		log_info("-n %s: no /etc/netns/%s/resolv.conf: %s: %s; who "
			 "asks by DHCP there changes this host's resolv.conf",
		    ns_name, ns_name, failed, strerror(errno));
		ns_resolver = 0;
	}
}

int
place_open(const char *netns)
{
	char failed[PLATFORM_CALL] = "";

	if (netns == NULL)
		return 0;
	(void)snprintf(ns_name, sizeof(ns_name), "%s", netns);
	if ((ns = netns_open(netns, &ns_made, failed)) != -1) {
		resolver_make();
		return 0;
	}
	if (netns_recipe != NULL)
		log_info("-n %s: not on this system; %s", netns, netns_recipe);
	else
		log_info("-n %s: %s: %s%s", netns, failed, strerror(errno),
		    netns_remedy(errno));
	place_close();
	return -1;
}

int
place_ns(void)
{
	return ns;
}

bool
place_is_new(void)
{
	return ns_made;
}

enum place
place_look(void)
{
	int now;

	if (ns == -1)
		return PLACE_SAME;
	if ((now = netns_find(ns_name)) == -1)
		return PLACE_GONE;
	if (netns_same(ns, now)) {
		(void)close(now);
		return PLACE_SAME;
	}
	(void)close(ns);
	ns = now;
	ns_made = false;
	return PLACE_OTHER;
}

void
place_close(void)
{
	if (ns != -1 && ns_made && place_look() == PLACE_SAME)
		(void)netns_remove(ns_name);
	if (ns != -1)
		(void)close(ns);
	netns_resolver_remove(ns_name, ns_resolver);
	ns = -1;
	ns_made = false;
	ns_resolver = 0;
}
