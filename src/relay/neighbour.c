/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "bytes.h"
#include "log.h"
#include "relay/neighbour.h"

/* Where these headers begin in an untagged frame. */
#define ARP   ETHER_HEAD
#define IP6   ETHER_HEAD
#define ICMP6 (IP6 + IP6_HEAD)

static bool
is_arp_request(const struct frame *f)
{
	/* Ethernet, IPv4, their lengths, request */
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	return f->len >= NEIGHBOUR_REPLY &&
	    get16(f->data + ETHER_TYPE) == TYPE_ARP &&
	    memcmp(f->data + ARP, head, sizeof(head)) == 0 &&
	    /* a request for the sender's own address is an announcement */
	    memcmp(f->data + ARP + ARP_SPA, f->data + ARP + ARP_TPA, 4) != 0;
}

static bool
is_solicitation(const struct frame *f)
{
	return f->len >= ICMP6 + ICMP6_SOLICIT_LEN &&
	    get16(f->data + ETHER_TYPE) == TYPE_IP6 &&
	    f->data[IP6 + IP6_NEXT] == PROTO_ICMP6 &&
	    f->data[ICMP6] == ICMP6_SOLICIT;
}

bool
neighbour_asked(const struct frame *f, const struct params *real,
    struct addr *target)
{
	struct addr asked = { 0 };
	int i;

	if (is_arp_request(f)) {
		asked.addr_type = ADDR_TYPE_IP;
		memcpy(asked.addr_data8, f->data + ARP + ARP_TPA, 4);
	} else if (is_solicitation(f)) {
		asked.addr_type = ADDR_TYPE_IP6;
		memcpy(asked.addr_data8, f->data + ICMP6 + ICMP6_TARGET, 16);
	} else
		return false;
	if (memcmp(f->data + ETHER_SRC, real->mac, 6) == 0)
		return false;
	for (i = 0; i < real->naddrs; i++)
		if (addr_same(&asked, &real->addrs[i].addr)) {
			*target = addr_host(&asked);
			return true;
		}
	return false;
}

void
neighbour_arp_reply(const struct frame *request, const uint8_t mac[6],
    uint8_t reply[NEIGHBOUR_REPLY])
{
	const uint8_t *in = request->data + ARP;
	uint8_t *out = reply + ARP;

	memcpy(reply, request->data, NEIGHBOUR_REPLY);
	memcpy(reply, in + ARP_SHA, 6);
	memcpy(reply + ETHER_SRC, mac, 6);
	put16(out + ARP_OP, ARP_REPLY);
	memcpy(out + ARP_SHA, mac, 6);
	memcpy(out + ARP_SPA, in + ARP_TPA, 4);
	memcpy(out + ARP_THA, in + ARP_SHA, 6);
	memcpy(out + ARP_TPA, in + ARP_SPA, 4);
}

void
neighbour_answer(struct port *doll, const struct params *real,
    const struct frame *frames, int n, bool *said)
{
	uint8_t reply[NEIGHBOUR_REPLY];
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
		/* if the port does not take the answer, the host asks again */
		(void)doll->ops->send(doll, &answer, 1);
	}
}
