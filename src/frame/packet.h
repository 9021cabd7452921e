/* SPDX-License-Identifier: ISC */
/*
 * Numbers and offsets of the protocols in a frame.  Offsets are in bytes, from
 * the start of the header that they name; numbers of more than one byte are
 * big-endian in a frame.
 */
#ifndef FRAME_PACKET_H
#define FRAME_PACKET_H

/* Ethernet (IEEE 802.3) */
#define ETHER_SRC    6 /* after the destination's address of 6 bytes */
#define ETHER_TYPE   12
#define ETHER_HEAD   14

#define TYPE_802_3   1 /* Linux: a length in place of a type, Novell's IPX */
#define TYPE_802_2   4 /* Linux: a length in place of a type, all others */
#define TYPE_MIN     0x0600 /* a smaller number is a length */
#define TYPE_IP4     0x0800
#define TYPE_ARP     0x0806
#define TYPE_VLAN    0x8100 /* IEEE 802.1Q */
#define TYPE_VLAN_AD 0x88a8 /* IEEE 802.1ad, a provider's tag */
#define TYPE_VLAN_91 0x9100 /* the same before there was a standard */
#define TYPE_IP6     0x86dd
#define TYPE_PPPOE_D 0x8863 /* PPPoE discovery, RFC 2516 */
#define TYPE_PPPOE   0x8864 /* PPPoE session */

/* The types of VLAN tags, for an initializer. */
#define TYPES_VLAN TYPE_VLAN, TYPE_VLAN_AD, TYPE_VLAN_91

/*
 * In a VLAN tag and in PPPoE with PPP, from the byte behind Ethernet's type:
 * where the next type is, and where the header that it names begins.
 */
#define VLAN_TYPE  2
#define VLAN_HEAD  4
#define PPPOE_TYPE 6
#define PPPOE_HEAD 8

/* PPP's own numbers (RFC 1661, RFC 5072) */
#define PPP_IP4	    0x0021
#define PPP_IP6	    0x0057
#define PPP_CONTROL 0x8000 /* LCP, NCPs and authentication have this bit */

/* ARP for IPv4 on Ethernet (RFC 826) */
#define ARP_OP	  6
#define ARP_SHA	  8 /* the sender's hardware address */
#define ARP_SPA	  14 /* the sender's protocol address */
#define ARP_THA	  18 /* the target's hardware address */
#define ARP_TPA	  24 /* the target's protocol address */
#define ARP_LEN	  28
#define ARP_REPLY 2

/* IPv4 (RFC 791) */
#define IP4_LEN	     2 /* of header and payload */
#define IP4_ID	     4
#define IP4_FRAGMENT 6
#define IP4_PROTO    9
#define IP4_CSUM     10
#define IP4_SRC	     12
#define IP4_DST	     16
#define IP4_HEAD     20 /* without options */

#define IP4_OFFSET   0x1fff /* in IP4_FRAGMENT: place in the packet, 8 bytes */
#define IP4_IS_PART  0x3fff /* more fragments follow, or there is an offset */

/* IPv6 (RFC 8200) */
#define IP6_LEN	      4 /* of what follows the header */
#define IP6_NEXT      6
#define IP6_SRC	      8
#define IP6_DST	      24
#define IP6_HEAD      40
#define IP6_FRAG_HEAD 8

#define IP_MAX	      65535 /* bytes of a packet */

/* The upper half of the first byte of raw IP: the version */
#define RAW_IP4 0x40
#define RAW_IP6 0x60

/* IP protocols; with IPv6 also extension headers */
#define PROTO_HOPOPTS 0
#define PROTO_ICMP    1
#define PROTO_IP4     4 /* IPv4 in IP */
#define PROTO_TCP     6
#define PROTO_UDP     17
#define PROTO_IP6     41 /* IPv6 in IP */
#define PROTO_ROUTING 43
#define PROTO_FRAG    44
#define PROTO_GRE     47
#define PROTO_ICMP6   58
#define PROTO_DSTOPTS 60
#define PROTO_SCTP    132

/* ICMP (RFC 792), and its message that a packet was too big */
#define ICMP_UNREACHABLE   3
#define ICMP_FRAGMENT_CODE 4

/* ICMPv6 (RFC 4443, RFC 4861); in all of them the type is the first byte */
#define ICMP6_TOO_BIG	   2
#define ICMP6_ROUTER_AD	   134
#define ICMP6_SOLICIT	   135
#define ICMP6_NEIGHBOUR_AD 136
#define ICMP6_TARGET	   8 /* in a neighbour solicitation */
#define ICMP6_SOLICIT_LEN  24

/* TCP (RFC 9293) */
#define TCP_SEQ	   4
#define TCP_ACKED  8
#define TCP_HLEN   12 /* upper half: length of the header in 4 bytes */
#define TCP_FLAGS  13
#define TCP_WINDOW 14
#define TCP_CSUM   16
#define TCP_URGENT 18
#define TCP_HEAD   20 /* without options */

#define TCP_FIN	   0x01
#define TCP_PSH	   0x08
#define TCP_ACK	   0x10
#define TCP_CWR	   0x80

/* UDP (RFC 768) */
#define UDP_LEN	 4
#define UDP_CSUM 6
#define UDP_HEAD 8

/* SCTP (RFC 9260) */
#define SCTP_CSUM 8
#define SCTP_HEAD 12

/* GRE (RFC 2784, RFC 2890) */
#define GRE_SUM	    4 /* only with its flag */
#define GRE_HEAD    4 /* and 4 for each of these flags */
#define GRE_HAS_SUM 0x8000
#define GRE_HAS_KEY 0x2000

/* Ports of DHCP and DHCPv6 */
#define DHCP_SERVER  67
#define DHCP_CLIENT  68
#define DHCP6_SERVER 547
#define DHCP6_CLIENT 546

#endif
