/*
 * What else an interface says of itself on Linux: the speed of its link, by
 * ethtool(8)'s ioctl, and a label for people (IFLA_IFALIAS).
 *
 * The speed of a tap is a number that others read and nothing depends on
 * (Linux, drivers/net/tun.c, tun_set_link_ksettings(), since 4.20).
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "link.h"
#include "netlink.h"
#include "port/params.h"

#define LABEL "etherpuppet: " /* what our labels begin with */

/* With as many words for each of three link mode masks as the type can say. */
union settings {
	struct ethtool_link_settings head;
	__u8 room[sizeof(struct ethtool_link_settings) + 3 * 127 * 4];
};

static int
ethtool(const char *ifname, void *data)
{
	struct ifreq ifr = { .ifr_data = data };
	int fd, error, result;

	(void)strncpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name) - 1);
	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	result = ioctl(fd, SIOCETHTOOL, &ifr);
	error = errno;
	(void)close(fd);
	errno = error;
	return result;
}

/* The first call asks how long this kernel's masks are. */
static int
settings_read(const char *ifname, union settings *s)
{
	memset(s, 0, sizeof(*s));
	s->head.cmd = ETHTOOL_GLINKSETTINGS;
	if (ethtool(ifname, s) == -1)
		return -1;
	if (s->head.link_mode_masks_nwords < 0) {
		s->head.cmd = ETHTOOL_GLINKSETTINGS;
		s->head.link_mode_masks_nwords =
		    (__s8)-s->head.link_mode_masks_nwords;
		if (ethtool(ifname, s) == -1)
			return -1;
	}
	return 0;
}

void
link_speed_read(const char *ifname, struct params *out)
{
	union settings s;

	out->speed = 0;
	out->half_duplex = false;
	if (settings_read(ifname, &s) == -1 ||
	    s.head.speed == (__u32)SPEED_UNKNOWN)
		return;
	out->speed = s.head.speed;
	out->half_duplex = s.head.duplex == DUPLEX_HALF;
}

int
link_speed_set(const char *ifname, uint32_t speed, bool half_duplex)
{
	union settings s;

	if (settings_read(ifname, &s) == -1)
		return -1;
	s.head.cmd = ETHTOOL_SLINKSETTINGS;
	s.head.speed = speed;
	s.head.duplex = half_duplex ? DUPLEX_HALF : DUPLEX_FULL;
	return ethtool(ifname, &s);
}

/* Whether the user has given the interface a label of his own. */
static void
label_find(const struct nlmsghdr *head, void *arg)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(head);
	const struct rtattr *a;
	bool *users = arg;
	int len;

	if (head->nlmsg_type != RTM_NEWLINK ||
	    head->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)))
		return;
	len = (int)IFLA_PAYLOAD(head);
	for (a = IFLA_RTA(ifi); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == IFLA_IFALIAS)
			*users = RTA_PAYLOAD(a) < strlen(LABEL) ||
			    memcmp(RTA_DATA(a), LABEL, strlen(LABEL)) != 0;
}

int
params_label(const char *ifname, const char *text)
{
	struct netlink r;
	bool users = false;

	netlink_init(&r, RTM_GETLINK, NLM_F_ACK, sizeof(r.link));
	netlink_put(&r, IFLA_IFNAME, ifname, strlen(ifname) + 1);
	if (netlink_ask(&r, label_find, &users) == -1)
		return -1;
	if (users)
		return 0;
	netlink_init(&r, RTM_SETLINK, NLM_F_ACK, sizeof(r.link));
	netlink_put(&r, IFLA_IFNAME, ifname, strlen(ifname) + 1);
	netlink_put(&r, IFLA_IFALIAS, text, strlen(text));
	return netlink_ask(&r, NULL, NULL);
}
