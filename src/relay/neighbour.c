#include <string.h>

#include "bytes.h"
#include "log.h"
#include "relay/neighbour.h"

#define ETHER_ARP 0x0806
#define ETHER_IP6 0x86dd
#define IP_ICMP6  58
#define ICMP6_NS  135
#define TYPE	  12 /* offset of the ethertype */
#define ARP_OP	  20 /* offsets in a frame with an ARP packet */
#define ARP_SHA	  22
#define ARP_SPA	  28
#define ARP_THA	  32
#define ARP_TPA	  38
#define NS_NEXT	  20 /* offsets in a frame with a solicitation */
#define NS_TYPE	  54
#define NS_TARGET 62
#define NS_MIN	  78

static bool
is_arp_request(const struct frame *f)
{
	/* Ethernet, IPv4, their lengths, request */
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	return f->len >= ARP_REPLY && get16(f->data + TYPE) == ETHER_ARP &&
	    memcmp(f->data + TYPE + 2, head, sizeof(head)) == 0 &&
	    /* who announces an address asks nothing */
	    memcmp(f->data + ARP_SPA, f->data + ARP_TPA, 4) != 0;
}

static bool
is_solicitation(const struct frame *f)
{
	return f->len >= NS_MIN && get16(f->data + TYPE) == ETHER_IP6 &&
	    f->data[NS_NEXT] == IP_ICMP6 && f->data[NS_TYPE] == ICMP6_NS;
}

bool
neighbour_asked(const struct frame *f, const struct params *real,
    struct addr *target)
{
	struct addr asked = { 0 };
	int i;

	if (is_arp_request(f)) {
		asked.addr_type = ADDR_TYPE_IP;
		memcpy(asked.addr_data8, f->data + ARP_TPA, 4);
	} else if (is_solicitation(f)) {
		asked.addr_type = ADDR_TYPE_IP6;
		memcpy(asked.addr_data8, f->data + NS_TARGET, 16);
	} else
		return false;
	if (memcmp(f->data + 6, real->mac, 6) == 0)
		return false;
	for (i = 0; i < real->naddrs; i++)
		if (addr_same(&asked, &real->addrs[i].addr)) {
			*target = real->addrs[i].addr;
			target->addr_bits = asked.addr_type == ADDR_TYPE_IP ?
			    32 :
			    128;
			return true;
		}
	return false;
}

void
neighbour_arp_reply(const struct frame *request, const uint8_t mac[6],
    uint8_t reply[ARP_REPLY])
{
	const uint8_t *in = request->data;

	memcpy(reply, in, ARP_REPLY);
	memcpy(reply, in + ARP_SHA, 6);
	memcpy(reply + 6, mac, 6);
	put16(reply + ARP_OP, 2);
	memcpy(reply + ARP_SHA, mac, 6);
	memcpy(reply + ARP_SPA, in + ARP_TPA, 4);
	memcpy(reply + ARP_THA, in + ARP_SHA, 6);
	memcpy(reply + ARP_TPA, in + ARP_SPA, 4);
}

void
neighbour_answer(struct port *doll, const struct params *real,
    const struct frame *frames, int n, bool *said)
{
	uint8_t reply[ARP_REPLY];
	struct frame answer = { .data = reply, .len = sizeof(reply) };
	char text[ADDR_TEXT];
	struct addr target;
	int i;

	for (i = 0; i < n; i++) {
		if (!neighbour_asked(&frames[i], real, &target))
			continue;
		if (!*said)
			log_info("%s: asks for %s, which is the real "
				 "interface's own host: that host does not "
				 "hear what the doll sends (etherpuppet(1), "
				 "The gateway itself)",
			    doll->name, addr_ntop(&target, text, sizeof(text)));
		*said = true;
		if (target.addr_type != ADDR_TYPE_IP)
			continue;
		neighbour_arp_reply(&frames[i], real->mac, reply);
		/* one that is not taken now is asked for again */
		(void)doll->ops->send(doll, &answer, 1);
	}
}
