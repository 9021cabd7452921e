#include <sys/socket.h>
#include <net/if.h>
#include <errno.h>
#include <string.h>

#include "netlink.h"
#include "privilege/platform.h"

static void
way_take(const struct nlmsghdr *head, void *arg)
{
	const struct rtmsg *route = NLMSG_DATA(head);
	const struct rtattr *a = RTM_RTA(route);
	size_t len = RTM_PAYLOAD(head);
	unsigned *index = arg;

	if (head->nlmsg_type != RTM_NEWROUTE)
		return;
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == RTA_OIF && RTA_PAYLOAD(a) == sizeof(*index))
			memcpy(index, RTA_DATA(a), sizeof(*index));
}

unsigned
way_index(const struct addr *to)
{
	bool ip4 = to->addr_type == ADDR_TYPE_IP;
	unsigned index = 0;
	struct netlink r;

	netlink_init(&r, RTM_GETROUTE, NLM_F_ACK, sizeof(r.route));
	r.route.rtm_family = ip4 ? AF_INET : AF_INET6;
	r.route.rtm_dst_len = ip4 ? 32 : 128;
	netlink_put(&r, RTA_DST, to->addr_data8, ip4 ? 4 : 16);
	if (netlink_ask(&r, way_take, &index) == -1)
		return 0;
	return index;
}

int
way_hold(int fd, unsigned index)
{
	char name[IF_NAMESIZE];

	if (if_indextoname(index, name) == NULL)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name,
	    (socklen_t)strlen(name) + 1);
}
