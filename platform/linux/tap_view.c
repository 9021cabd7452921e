#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "privilege/platform.h"
#include "tap_view.h"

/* Where we came from; -1: the interface is in our namespace. */
static int
view_enter(int fd)
{
	int ns, back;

	if ((ns = ioctl(fd, SIOCGSKNS)) == -1)
		return -1;
	back = netns_enter(ns);
	(void)close(ns);
	return back;
}

/* The 12th number of the interface's line; false: there is none. */
static bool
view_drops(FILE *f, const char *ifname, uint64_t *dropped)
{
	char line[512], name[IFNAMSIZ];

	if (f == NULL)
		return false;
	rewind(f);
	(void)fflush(f); /* or what was read then would be read again */
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line,
			" %15[^:]: %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u "
			"%*u %" SCNu64,
			name, dropped) == 2 &&
		    strcmp(name, ifname) == 0)
			return true;
	return false;
}

void
tap_view_open(struct tap_view *v, int fd, const char *name, bool elsewhere)
{
	int back = elsewhere ? view_enter(fd) : -1;
	struct ifreq ifr = { 0 };

	if (back != -1 || !elsewhere) {
		v->devices = fopen("/proc/thread-self/net/dev", "re");
		v->asks = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	}
	if (back != -1)
		netns_leave(back);
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%.15s", name);
	if (ioctl(v->asks, SIOCGIFINDEX, &ifr) == 0)
		v->index = ifr.ifr_ifindex;
	if (!view_drops(v->devices, name, &v->dropped))
		v->dropped = 0;
}

uint64_t
tap_view_drops(const struct tap_view *v, const char *name, uint64_t before)
{
	uint64_t now;

	if (!view_drops(v->devices, name, &now) || now < v->dropped)
		return before;
	return now - v->dropped;
}

void
tap_view_skip(struct tap_view *v, const char *name, uint64_t before)
{
	uint64_t now;

	if (view_drops(v->devices, name, &now) && now >= before)
		v->dropped = now - before;
}

bool
tap_view_name(const struct tap_view *v, char name[IFNAMSIZ])
{
	struct ifreq ifr = { .ifr_ifindex = v->index };

	if (ioctl(v->asks, SIOCGIFNAME, &ifr) == -1)
		return false;
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	name[IFNAMSIZ - 1] = '\0';
	return true;
}

void
tap_view_close(struct tap_view *v)
{
	if (v->asks != -1)
		(void)close(v->asks);
	if (v->devices != NULL)
		(void)fclose(v->devices);
}
