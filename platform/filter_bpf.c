/*
 * A filter sees frames as they are on the wire, with all their tags: FreeBSD
 * and NetBSD, sys/net/if_ethersubr.c, and OpenBSD, sys/net/bpf.c, put back the
 * one that an interface took out.  So programs need no interface.
 */
#include <errno.h>
#include <pcap.h>
#include <stdio.h>
#include <string.h>

#include "platform.h"

#define SNAPLEN 262144

struct pcap *
filter_handle(const char *ifname, char *why, size_t size)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAPLEN);

	if (pcap == NULL)
		(void)snprintf(why, size, "%s: %s", ifname, strerror(errno));
	return pcap;
}
